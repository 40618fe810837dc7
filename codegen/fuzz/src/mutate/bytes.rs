//! Changes that know nothing of what the bytes mean.

use super::{Dictionary, replace_range};
use crate::random::Random;

/// Bytes and characters that readers treat specially.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\t",
    b"\r",
    b"\n",
    b"\\",
    b"\"",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"#",
    b"&a ",
    b"*a",
    b"!!str ",
    b"---\n",
    b"...\n",
    b"|\n",
    b">\n",
    b"<<: ",
    b"? ",
    b"- ",
    b"%",
    b"~",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
    b"\\u0000",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x98\x80",
    b"e\xcc\x81",
    b"\xc4\xb0",
    b"\xc3\x9f",
    b"~1",
    b"~0",
    b"$ref: '#'",
    b"1e999",
];

pub(super) fn flip(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let (at, bit) = (random.below(bytes.len()), random.below(8));
    if let Some(flipped) = bytes.get(at).map(|byte| byte ^ (1 << bit)) {
        replace_range(bytes, at..at + 1, &[flipped]);
    }
}

pub(super) fn insert(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    if let Some(piece) = random.pick(PIECES) {
        replace_range(bytes, at..at, piece);
    }
}

pub(super) fn remove(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let range = random.range(bytes.len(), 40);
    replace_range(bytes, range, b"");
}

/// The rest becomes the rest of another input.
pub(super) fn splice(bytes: &mut Vec<u8>, dictionary: &Dictionary, random: &mut Random) {
    let Some(other) = dictionary.text(random) else { return };
    let (at, from) = (random.below(bytes.len() + 1), random.below(other.len() + 1));
    bytes.truncate(at);
    bytes.extend(&other[from..]);
}

/// The text ends early.
pub(super) fn cut(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    bytes.truncate(at);
}
