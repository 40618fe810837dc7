//! The escape that leaves no `#` in a segment.

use std::borrow::Cow;
use std::fmt;

/// Greatest byte that is escaped, and the lead of the escape.
const LEAD: u8 = b'$';

/// What is added to an escaped byte, which makes it a letter or sign above the lead: `@` to `d`.
const SHIFT: u8 = 0x40;

/// A text that isn't a key or a segment of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The key doesn't end with `#`.
    Unterminated,
    /// A byte that should have been escaped, at this place.
    Bare(usize),
    /// `$` without a byte from `@` to `d` after it, at this place.
    Escape(usize),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unterminated => f.write_str("the key doesn't end with `#`"),
            Self::Bare(at) => write!(f, "the byte at {at} should have been escaped"),
            Self::Escape(at) => write!(f, "the escape at {at} stands for nothing"),
        }
    }
}

impl std::error::Error for Broken {}

/// Bytes of the escaped text.
pub fn escaped_len(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| *byte <= LEAD).count()
}

/// The text without `#` and without any byte below it; borrowed when there is nothing to escape.
///
/// ```
/// assert_eq!(stipule_runtime::key::escape("50 $#"), "50$`$d$c");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    let length = escaped_len(text);
    if length == text.len() {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(length);
    escape_into(&mut escaped, text);
    Cow::Owned(escaped)
}

pub(super) fn escape_into(key: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte <= LEAD) {
        // The byte is ASCII, so both sides of it are whole characters.
        key.push_str(&rest[..at]);
        key.push(char::from(LEAD));
        key.push(char::from(rest.as_bytes()[at] + SHIFT));
        rest = &rest[at + 1..];
    }
    key.push_str(rest);
}

/// The text that was escaped; borrowed when nothing was.
///
/// # Errors
/// [`Broken::Bare`] and [`Broken::Escape`] for what [`escape`] never makes.
pub fn unescape(escaped: &str) -> Result<Cow<'_, str>, Broken> {
    let bytes = escaped.as_bytes();
    if let Some(at) = bytes.iter().position(|byte| *byte < LEAD) {
        return Err(Broken::Bare(at));
    }
    if !bytes.contains(&LEAD) {
        return Ok(Cow::Borrowed(escaped));
    }
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let coded = rest.as_bytes().get(at + 1).and_then(|byte| byte.checked_sub(SHIFT));
        let byte = coded
            .filter(|byte| *byte <= LEAD)
            .ok_or_else(|| Broken::Escape(escaped.len() - rest.len() + at))?;
        text.push(char::from(byte));
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

/// The segments of a key.
///
/// # Errors
/// [`Broken`] for what [`KeyBuf`](super::KeyBuf) never makes.
pub fn parse(key: &str) -> Result<Vec<Cow<'_, str>>, Broken> {
    if key.is_empty() {
        return Ok(Vec::new());
    }
    key.strip_suffix('#').ok_or(Broken::Unterminated)?.split('#').map(unescape).collect()
}
