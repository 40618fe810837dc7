//! Things within things, up to depths that exhaust a stack.

use super::tokens::tokens;
use super::{Dictionary, replace_range};
use crate::random::Random;

/// What opens and what closes a level; each with a place for what it holds.
const LEVELS: &[(&str, &str)] = &[
    ("[", "]"),
    ("{\"a\":", "}"),
    ("{a: ", "}"),
    ("(", ")"),
    ("{\"$or\":[", ",{\"z\":[1]}]}"),
    ("{\"anything-but\":", "}"),
    ("{allOf: [", "]}"),
    ("{oneOf: [{type: string}, ", "]}"),
    ("{type: array, items: ", "}"),
    ("{type: object, properties: {a: ", "}}"),
    ("{not: ", "}"),
    ("\n- ", ""),
    ("(?:", ")*"),
];

fn levels(random: &mut Random, most: usize) -> Option<(String, String)> {
    let (open, close) = random.pick(LEVELS)?;
    let times = (1 << random.below(13)).min(most / (open.len() + close.len()));
    Some((open.repeat(times), close.repeat(times)))
}

/// One token goes some levels down.
pub(super) fn wrap(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = random.pick(&tokens(bytes)).cloned() else { return };
    let Some((open, close)) = levels(random, 32 << 10) else { return };
    let piece = [open.as_bytes(), &bytes[range.clone()], close.as_bytes()].concat();
    replace_range(bytes, range, &piece);
}

/// Levels that are never closed.
pub(super) fn deepen(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = random.pick(&tokens(bytes)).cloned() else { return };
    if let Some((open, _)) = levels(random, 64 << 10) {
        replace_range(bytes, range.start..range.start, open.as_bytes());
    }
}
