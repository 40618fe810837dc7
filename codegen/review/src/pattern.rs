//! Patterns of schemas, compiled once.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use stipule_wire::Pattern;

/// Compiled patterns, by their source.
#[derive(Debug, Default)]
pub(crate) struct Patterns(RefCell<HashMap<String, Option<Regex>>>);

impl Patterns {
    /// Whether a pattern matches somewhere in a text; `None` for a pattern that can't be read.
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut patterns = self.0.borrow_mut();
        if !patterns.contains_key(pattern) {
            let compiled =
                Pattern::translate(pattern).ok().and_then(|translated| Regex::new(&translated).ok());
            patterns.insert(pattern.to_owned(), compiled);
        }
        patterns.get(pattern)?.as_ref().map(|regex| regex.is_match(text))
    }
}
