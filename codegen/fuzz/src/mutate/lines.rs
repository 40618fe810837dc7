//! Changes of whole lines and their indentation, which is YAML's structure.

use std::ops::Range;

use super::{Dictionary, replace_range};
use crate::random::Random;

/// Each line with its end.
fn lines(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let ends = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::len);
    ends.map(|length| {
        start += length;
        start - length..start
    })
    .collect()
}

fn some(bytes: &[u8], random: &mut Random) -> Option<Range<usize>> {
    let lines = lines(bytes);
    let range = random.range(lines.len(), 6);
    let chosen = lines.get(range)?;
    Some(chosen.first()?.start..chosen.last()?.end)
}

pub(super) fn double(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = some(bytes, random) else { return };
    let piece = bytes[range.clone()].to_vec();
    replace_range(bytes, range.start..range.start, &piece);
}

pub(super) fn remove(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    if let Some(range) = some(bytes, random) {
        replace_range(bytes, range, b"");
    }
}

/// Moves some lines elsewhere.
pub(super) fn swap(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = some(bytes, random) else { return };
    let piece = bytes[range.clone()].to_vec();
    replace_range(bytes, range, b"");
    let at = random.pick(&lines(bytes)).map_or(0, |line| line.start);
    replace_range(bytes, at..at, &piece);
}

/// Deepens or raises some lines.
pub(super) fn indent(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = some(bytes, random) else { return };
    let deeper = random.once_in(2);
    let mut changed = Vec::new();
    for line in bytes[range.clone()].split_inclusive(|byte| *byte == b'\n') {
        if deeper {
            changed.extend(b"  ");
            changed.extend(line);
        } else {
            changed.extend(line.strip_prefix(b"  ").unwrap_or(line));
        }
    }
    replace_range(bytes, range, &changed);
}
