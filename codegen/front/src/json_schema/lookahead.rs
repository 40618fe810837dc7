//! Patterns that look ahead at their beginning, said without looking ahead.
//!
//! At the beginning of a text, `^(?=A)(?!B)C` matches where `^(?:A)` matches, `^(?:B)` doesn't, and `^C` does. Each of
//! these runs in linear time; together they say the same.

use stipule_wire::Pattern;

/// The patterns that one stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// Those that must match.
    pub(super) must: Vec<String>,
    /// Those that must not.
    pub(super) must_not: Vec<String>,
}

/// Splits a pattern that begins with `^` and looks ahead right there; `None` for any other, and where one of its parts
/// can't be run either.
pub(super) fn split(pattern: &str) -> Option<Split> {
    let mut rest = pattern.strip_prefix('^')?;
    let mut split = Split { must: Vec::new(), must_not: Vec::new() };
    loop {
        let (all, inner) = if let Some(inner) = rest.strip_prefix("(?=") {
            (&mut split.must, inner)
        } else if let Some(inner) = rest.strip_prefix("(?!") {
            (&mut split.must_not, inner)
        } else {
            break;
        };
        let end = closing(inner)?;
        all.push(format!("^(?:{})", &inner[..end]));
        rest = &inner[end + 1..];
        // Repeated, a look ahead says nothing or what it says once: nobody means it.
        if rest.starts_with(['*', '+', '?', '{']) {
            return None;
        }
    }
    let looks_ahead = !split.must.is_empty() || !split.must_not.is_empty();
    if !looks_ahead || has_alternatives(rest) {
        return None;
    }
    split.must.push(format!("^{rest}"));
    let runs = |pattern: &String| Pattern::translate(pattern).is_ok();
    (split.must.iter().all(runs) && split.must_not.iter().all(runs)).then_some(split)
}

/// Steps through a pattern: each character with how deep in groups it is, escapes and classes left out.
fn outside_of_classes(pattern: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut depth, mut in_class, mut escaped) = (0_usize, false, false);
    pattern.char_indices().filter_map(move |(at, letter)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match letter {
            '\\' => escaped = true,
            ']' => in_class = false,
            '[' => in_class = true,
            _ if in_class => {}
            '(' => depth += 1,
            ')' => {
                let before = depth;
                depth = depth.saturating_sub(1);
                return Some((at, letter, before));
            }
            _ => return Some((at, letter, depth)),
        }
        None
    })
}

/// The parenthesis that closes a group whose beginning was read.
fn closing(pattern: &str) -> Option<usize> {
    outside_of_classes(pattern).find(|(_, letter, depth)| *letter == ')' && *depth == 0).map(|(at, ..)| at)
}

/// Whether there is a choice outside of every group: then only its first alternative begins with what was looked at.
fn has_alternatives(pattern: &str) -> bool {
    outside_of_classes(pattern).any(|(_, letter, depth)| letter == '|' && depth == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(pattern: &str, text: &str) -> Option<bool> {
        let split = split(pattern)?;
        let find = |pattern: &String| Pattern::find(pattern, text).expect("it was tried");
        Some(split.must.iter().all(find) && !split.must_not.iter().any(find))
    }

    #[test]
    fn what_is_looked_at_must_match_and_what_is_ruled_out_must_not() {
        let password = r"^(?=.*\d)(?=.*[a-z)])(?!.*\s).{4,8}$";
        for (text, expected) in
            [("abc1", true), ("abcd", false), ("1234", false), ("ab 1", false), ("abcdefgh1", false)]
        {
            assert_eq!(says(password, text), Some(expected), "{text}");
        }
        assert_eq!(says("^(?!x-)[a-z-]+$", "x-a"), Some(false));
        assert_eq!(says("^(?!x-)[a-z-]+$", "a-x-"), Some(true));
        assert_eq!(says("^(?=(a|b))[ab]", "b"), Some(true));
        assert_eq!(says("^(?=(a|b))[ab]", "cb"), Some(false));
    }

    #[test]
    fn what_would_say_something_else_is_left() {
        for pattern in [
            "(?=a)b",
            "a(?=b)",
            "^(?=a)b|c",
            "^(?=a(?!b))c",
            "^(?=a",
            "^abc",
            r"^(?=(a)\1)b",
            "^(?=a)*b",
            "^(?<=a)b",
            "^a(?!b)",
        ] {
            assert_eq!(split(pattern), None, "{pattern}");
        }
    }
}
