//! Changes of what is percent-encoded: targets, queries, their names and values.

use super::tokens::tokens;
use super::{Dictionary, replace_range};
use crate::random::Random;

/// Escapes that stand for separators, for nothing, for themselves, or for bytes that are no text.
const ESCAPES: &[&str] = &[
    "%",
    "%2",
    "%zz",
    "%+1",
    "%00",
    "%0A",
    "%20",
    "%23",
    "%25",
    "%2525",
    "%26",
    "%2B",
    "%2C",
    "%2F",
    "%252F",
    "%2e%2e",
    "%3D",
    "%3F",
    "%5B",
    "%7B",
    "%C3",
    "%C3%A4",
    "%c3%a4",
    "%ED%A0%80",
    "%F0%9F%98%80",
    "%FF",
    "%u0041",
    "+",
    "&",
    "&&",
    "&=",
    "=",
    "==",
    ";",
    ",",
    ",,",
    "/",
    "//",
    "/..",
    "/.",
    "?",
    "#",
    "@",
    ":",
    "[]",
    "[a]=",
];

/// One of these anywhere, mostly in the first line.
pub(super) fn insert(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let room = if random.once_in(4) { bytes.len() } else { line };
    let at = random.below(room + 1);
    if let Some(escape) = random.pick(ESCAPES) {
        replace_range(bytes, at..at, escape.as_bytes());
    }
}

/// A token written in escapes: the same to whoever decodes it.
pub(super) fn encode(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = random.pick(&tokens(bytes)).cloned() else { return };
    let lower = random.once_in(2);
    let escape = |byte: &u8| if lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let escaped: String = bytes[range.clone()].iter().take(64).map(escape).collect();
    let end = range.end.min(range.start + 64);
    replace_range(bytes, range.start..end, escaped.as_bytes());
}

/// An escape as the byte that it stands for.
pub(super) fn decode(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'%').collect();
    let Some(at) = random.pick(&places).copied() else { return };
    let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        replace_range(bytes, at..at + 3, &[byte]);
    }
}
