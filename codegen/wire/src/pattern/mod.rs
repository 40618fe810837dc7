//! Patterns of JSON Schema (ECMA-262) that match in linear time.

mod class;
mod known;
mod translate;

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;

use crate::violation::{Code, Fault};

/// A pattern of a contract, compiled when it is first used.
///
/// As in JSON Schema it may match anywhere in the text; `^` and `$` stand for the ends of the text.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern that [`Pattern::translate`] accepts, which the front proves for every contract.
    pub const fn new(source: &'static str) -> Self {
        Pattern { source, compiled: OnceLock::new() }
    }

    /// The pattern as it stands in the contract.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Whether it matches somewhere in the text.
    ///
    /// # Panics
    /// On a pattern that [`Pattern::translate`] refuses: no contract with such a pattern is generated from.
    pub fn matches(&self, text: &str) -> bool {
        self.source.is_empty() || self.compiled().is_match(text)
    }

    fn compiled(&self) -> &Regex {
        self.compiled.get_or_init(|| match compile(self.source) {
            Ok(regex) => regex,
            Err(unsupported) => panic!("pattern `{}` isn't supported: {unsupported}", self.source),
        })
    }

    pub(crate) fn fault(&self, text: &str) -> Option<Fault> {
        (!self.matches(text)).then(|| Fault::new(Code::Pattern, format!("must match `{}`", self.source)))
    }

    /// The same pattern in the language of the `regex` crate, which matches in linear time.
    ///
    /// `\d`, `\w` and `\b` mean ASCII, `\s` the white space of ECMA-262, `.` anything but a line terminator; a group
    /// only groups.
    ///
    /// # Errors
    /// [`Unsupported`], with the place: not a pattern, or one with look-around, a back reference, or too large.
    pub fn translate(source: &str) -> Result<String, Unsupported> {
        known::compile(source).map(|known| known.translated)
    }
}

impl Pattern {
    /// Whether a pattern that isn't kept matches somewhere in a text.
    ///
    /// # Errors
    /// As [`Pattern::translate`].
    pub fn find(source: &str, text: &str) -> Result<bool, Unsupported> {
        compile(source).map(|regex| regex.is_match(text))
    }
}

pub(crate) fn compile(source: &str) -> Result<Regex, Unsupported> {
    known::compile(source).map(|known| known.regex)
}

/// The regex crate draws its errors on several lines, the reason on the last.
fn last_line(error: &str) -> String {
    let line = error.lines().last().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

/// Why a pattern can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Byte offset into the pattern.
    pub offset: usize,
    /// What is wrong there.
    pub reason: String,
}

impl Unsupported {
    fn new(offset: usize, reason: impl Into<String>) -> Self {
        Unsupported { offset, reason: reason.into() }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.reason, self.offset)
    }
}

impl std::error::Error for Unsupported {}
