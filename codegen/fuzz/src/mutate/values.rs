//! Numbers and strings at the edges.

use std::ops::Range;

use super::tokens::tokens;
use super::{Dictionary, replace_range};
use crate::random::Random;

/// Numbers at the edges of the types that they may end up in.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1",
    "-1",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "0.1",
    "1e308",
    "1e309",
    "-1e309",
    "5e-324",
    "1e-400",
    "1e2147483648",
    "1E+2",
    "1.0e0",
    "00",
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
    "0o17",
    "1_000",
    ".inf",
    "-.inf",
    ".nan",
    "NaN",
    "Infinity",
    "1e-7",
    "123456789012345678901234567890.123456789e-10",
];

/// Strings that readers of names, paths, patterns, dates and addresses stumble over.
const TEXTS: &[&str] = &[
    "",
    " ",
    "\\u0000",
    "\\\"",
    "\\ud83d\\ude00",
    "type",
    "self",
    "Self",
    "crate",
    "super",
    "_",
    "__",
    "r#type",
    "1a",
    "-",
    "--",
    "/",
    "//",
    "{}",
    "{id}",
    "{id",
    "/{}/",
    "/{a}/{a}",
    "../../x.yaml",
    "#/",
    "#/a~2",
    "#/%zz",
    "%00",
    "a.b",
    "a..b",
    ".",
    "..",
    "*",
    "**",
    "a*b*c*d",
    "\\\\*",
    "^(a+)+$",
    "(?=a)",
    "[",
    "(",
    "a{1000}{1000}",
    "a{,9}",
    "(?i)k",
    "\\\\p{L}",
    "[^]",
    "0000-00-00",
    "2024-02-30",
    "9999-12-31T23:59:60Z",
    "-271821-04-20T00:00:00Z",
    "2024-01-01T00:00:00+99:99",
    "P1D",
    "PT0S",
    "1e9s",
    "1.2.3.4/33",
    "::/0",
    "::ffff:1.2.3.4",
    "fe80::1%eth0",
    "a@b",
    "@",
    "xn--",
    "\u{130}",
    "\u{df}",
    "ﬁ",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}",
    "\u{10ffff}",
    "日本",
    "😀",
    "true",
    "null",
    "~",
    "yes",
    "no",
    "on",
    "get",
    "GET",
    "2XX",
    "default",
    "application/json",
    "exists",
    "$or",
    "$ref",
];

fn is_number(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").unwrap_or(token);
    digits.first().is_some_and(u8::is_ascii_digit)
}

fn is_string(token: &[u8]) -> bool {
    token.len() >= 2 && (token[0] == b'"' || token[0] == b'\'')
}

fn choose(bytes: &[u8], random: &mut Random, wanted: fn(&[u8]) -> bool) -> Option<Range<usize>> {
    let fitting: Vec<Range<usize>> =
        tokens(bytes).into_iter().filter(|range| wanted(&bytes[range.clone()])).collect();
    random.pick(&fitting).cloned()
}

/// A number becomes another; without one, any word does.
pub(super) fn number(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let range = choose(bytes, random, is_number).or_else(|| choose(bytes, random, |_| true));
    if let (Some(range), Some(number)) = (range, random.pick(NUMBERS)) {
        replace_range(bytes, range, number.as_bytes());
    }
}

/// What a string says becomes something else, now and then something very long; without a string, any word does.
pub(super) fn text(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(text) = random.pick(TEXTS) else { return };
    let times = if random.once_in(8) { 1 << random.below(13) } else { 1 };
    let text = text.repeat(times.min((32 << 10) / text.len().max(1)));
    if let Some(range) = choose(bytes, random, is_string) {
        replace_range(bytes, range.start + 1..range.end - 1, text.as_bytes());
    } else if let Some(range) = choose(bytes, random, |_| true) {
        replace_range(bytes, range, text.as_bytes());
    }
}
