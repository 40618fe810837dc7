//! JSON pointers (RFC 6901), built from the inside out: only where something went wrong.

use std::fmt::{Display, Write};

/// Longest segment that is shown whole, in characters. A hostile name must not blow up an answer.
const LONGEST: usize = 200;

/// Puts a segment before a pointer.
pub(crate) fn prefix(pointer: &mut String, segment: impl Display) {
    let mut escaped = Escaped { text: String::from("/"), room: LONGEST };
    // Stops with an error once the room is used up: the rest of the name isn't shown.
    if write!(escaped, "{segment}").is_err() {
        escaped.text.push('…');
    }
    pointer.insert_str(0, &escaped.text);
}

struct Escaped {
    text: String,
    room: usize,
}

impl Write for Escaped {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for c in text.chars() {
            self.room = self.room.checked_sub(1).ok_or(std::fmt::Error)?;
            match c {
                '~' => self.text.push_str("~0"),
                '/' => self.text.push_str("~1"),
                c => self.text.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn segments_are_escaped_and_put_in_front() {
        let mut pointer = String::new();
        prefix(&mut pointer, 7);
        prefix(&mut pointer, "a/b~c");
        assert_eq!(pointer, "/a~1b~0c/7");
    }

    #[test]
    fn an_endless_name_is_cut() {
        let mut pointer = String::new();
        prefix(&mut pointer, "x".repeat(1_000_000));
        assert_eq!(pointer.chars().count(), 202);
        assert!(pointer.ends_with('…'));
    }
}
