//! Documentation that the generator itself writes. Unlike the words of a contract it may link to items.

use crate::rust::Text;

const WIDTH: usize = 92;

/// `///` lines, wrapped; a line that starts with `- ` is an item of a list.
pub(super) fn outer(text: &mut Text, depth: usize, words: &str) {
    for line in lay_out(words) {
        text.line(depth, format_args!("///{line}"));
    }
}

/// `//!` lines, wrapped, and a blank line after them.
pub(super) fn inner(text: &mut Text, words: &str) {
    for line in lay_out(words) {
        text.line(0, format_args!("//!{line}"));
    }
    text.part();
}

fn lay_out(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.is_empty() {
            lines.push(String::new());
            continue;
        }
        let rest = if line.starts_with("- ") { "   " } else { " " };
        let mut current = String::new();
        for word in line.split(' ') {
            if current.trim().is_empty() {
                current.push(' ');
            } else if current.chars().count() + 1 + word.chars().count() > WIDTH {
                lines.push(std::mem::replace(&mut current, rest.to_owned()));
            } else {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    #[test]
    fn items_of_lists_are_continued_under_their_text() {
        let lines = lay_out(&format!("Intro.\n\n- {}", "word ".repeat(30).trim_end()));
        assert_eq!(lines[..2], [" Intro.".to_owned(), String::new()]);
        assert!(lines[2].starts_with(" - word") && lines[3].starts_with("   word"), "{lines:#?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 93), "{lines:#?}");
    }
}
