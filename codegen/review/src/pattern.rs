//! Patterns of schemas, read once, in the language of the `regex` crate.
//!
//! That crate looks neither ahead nor behind. What is most often written with a look ahead, `^(?!internal-).+$`, says the
//! same as two patterns of which one must match and the other must not; so it is read as such.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use stipule_wire::Pattern;

/// What has to match somewhere in a text, and what nowhere, in the language of the `regex` crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) matching: Vec<String>,
    pub(crate) not_matching: Vec<String>,
}

/// Reads a pattern; `None` for one that can't be read.
pub(crate) fn parts(pattern: &str) -> Option<Parts> {
    if let Ok(translated) = Pattern::translate(pattern) {
        return Some(Parts { matching: vec![translated], not_matching: Vec::new() });
    }
    let mut rest = pattern.strip_prefix('^')?;
    let mut parts = Parts::default();
    let from_start = |part: &str| Pattern::translate(&format!("^(?:{part})")).ok();
    while let Some((negative, ahead)) = [(true, "(?!"), (false, "(?=")]
        .into_iter()
        .find_map(|(not, open)| Some((not, rest.strip_prefix(open)?)))
    {
        let end = closing(ahead)?;
        let read = from_start(&ahead[..end])?;
        if negative {
            parts.not_matching.push(read);
        } else {
            parts.matching.push(read);
        }
        rest = &ahead[end + 1..];
    }
    if has_alternatives(rest) {
        return None;
    }
    parts.matching.push(from_start(rest)?);
    Some(parts)
}

/// The byte of the `)` that closes a group, from what follows its opening.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    outside_classes(text)
        .find(|(_, c)| {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => return true,
                ')' => depth -= 1,
                _ => {}
            }
            false
        })
        .map(|(at, _)| at)
}

/// Whether there is a `|` outside of all groups.
fn has_alternatives(text: &str) -> bool {
    let mut depth = 0_usize;
    outside_classes(text).any(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == '|' && depth == 0
    })
}

/// The characters of a pattern that aren't escaped and in no class.
fn outside_classes(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let (mut escaped, mut in_class) = (false, false);
    text.char_indices().filter(move |(_, c)| {
        if std::mem::take(&mut escaped) {
            return false;
        }
        match c {
            '\\' => escaped = true,
            '[' if !in_class => in_class = true,
            ']' if in_class => {
                in_class = false;
                return false;
            }
            _ => {}
        }
        !escaped && !in_class
    })
}

/// Expressions that have to match, and that must not.
type Compiled = (Vec<Regex>, Vec<Regex>);

/// Compiled patterns, by their source.
#[derive(Debug, Default)]
pub(crate) struct Patterns(RefCell<HashMap<String, Option<Compiled>>>);

impl Patterns {
    /// Whether a pattern matches somewhere in a text; `None` for a pattern that can't be read.
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut patterns = self.0.borrow_mut();
        if !patterns.contains_key(pattern) {
            let all = |sources: &[String]| -> Option<Vec<Regex>> {
                sources.iter().map(|source| Regex::new(source).ok()).collect()
            };
            let compiled =
                parts(pattern).and_then(|parts| Some((all(&parts.matching)?, all(&parts.not_matching)?)));
            patterns.insert(pattern.to_owned(), compiled);
        }
        let (matching, not_matching) = patterns.get(pattern)?.as_ref()?;
        let found = |regex: &Regex| regex.is_match(text);
        Some(matching.iter().all(found) && !not_matching.iter().any(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_ahead_for_at_the_start_is_a_pattern_of_its_own() {
        let patterns = Patterns::default();
        for (pattern, matching, others) in [
            ("^(?!internal-).+$", &["a", "an internal-one"][..], &["internal-a", ""][..]),
            (r"^(?!org\.bukkit\.)([a-z]+\.)*[a-z]+$", &["org.other.main"], &["org.bukkit.main", "A"]),
            ("^(?=.*[0-9])(?!.*[()|])[a-z0-9]{3,}$", &["ab1"], &["abc", "a1"]),
            ("^(?![(|)])x", &["xyz"], &["(x", "y"]),
            ("^(?!@@)", &["", "@"], &["@@"]),
        ] {
            assert!(matching.iter().all(|text| patterns.matches(pattern, text) == Some(true)), "{pattern}");
            assert!(others.iter().all(|text| patterns.matches(pattern, text) == Some(false)), "{pattern}");
        }
    }

    #[test]
    fn what_says_something_else_is_not_read() {
        for pattern in ["^(?!a)b|c", "a(?!b)", "^((?!a).)*$", "(?<=a)b", "^(?!a", r"^(?!(a)\1)b", "^(?!a)+b"]
        {
            assert_eq!(parts(pattern), None, "{pattern}");
        }
    }
}
