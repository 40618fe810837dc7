//! Changes of words, strings and punctuation: what YAML, JSON, paths and expressions are made of.

use std::collections::BTreeSet;
use std::ops::Range;

use super::replace_range;
use crate::corpus::Input;
use crate::random::Random;

/// A string that isn't closed within so many bytes is taken as a lone quote.
const LONGEST_STRING: usize = 200;

/// Texts and their tokens, to borrow from.
#[derive(Debug, Default)]
pub struct Dictionary {
    texts: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Dictionary {
    /// All tokens of some inputs, each once.
    pub fn of(inputs: &[Input]) -> Self {
        let mut words = BTreeSet::new();
        for input in inputs {
            words.extend(tokens(&input.bytes).into_iter().map(|range| input.bytes[range].to_vec()));
        }
        let texts = inputs.iter().map(|input| input.bytes.clone()).collect();
        Self { texts, words: words.into_iter().collect() }
    }

    pub(super) fn text(&self, random: &mut Random) -> Option<&[u8]> {
        random.pick(&self.texts).map(Vec::as_slice)
    }

    pub(super) fn word(&self, random: &mut Random) -> Option<&[u8]> {
        random.pick(&self.words).map(Vec::as_slice)
    }
}

/// The tokens: quoted strings, words with what joins them, single marks. Blanks lie between them.
pub(super) fn tokens(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = match bytes[at] {
            b' ' | b'\n' | b'\r' | b'\t' => {
                at += 1;
                continue;
            }
            quote @ (b'"' | b'\'') => string(&bytes[at..], quote).unwrap_or(1),
            first if is_word(first) => bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => 1,
        };
        found.push(at..at + length);
        at += length;
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_-.$+".contains(&byte)
}

fn string(bytes: &[u8], quote: u8) -> Option<usize> {
    let end = bytes.iter().take(LONGEST_STRING).skip(1).position(|byte| *byte == quote || *byte == b'\n')?;
    (bytes[end + 1] == quote).then_some(end + 2)
}

fn one(bytes: &[u8], random: &mut Random) -> Option<Range<usize>> {
    random.pick(&tokens(bytes)).cloned()
}

/// From the start of one token to the end of one soon after it.
fn some(bytes: &[u8], random: &mut Random) -> Option<Range<usize>> {
    let tokens = tokens(bytes);
    let range = random.range(tokens.len(), 12);
    let chosen = tokens.get(range)?;
    Some(chosen.first()?.start..chosen.last()?.end)
}

pub(super) fn double(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = some(bytes, random) else { return };
    let piece = bytes[range.clone()].to_vec();
    let between: &[u8] = if random.once_in(2) { b" " } else { b"" };
    replace_range(bytes, range.start..range.start, &[&piece, between].concat());
}

pub(super) fn swap(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let (Some(one_range), Some(two_range)) = (some(bytes, random), some(bytes, random)) else { return };
    let (first, second) =
        if one_range.start <= two_range.start { (one_range, two_range) } else { (two_range, one_range) };
    if first.end > second.start {
        return;
    }
    let (early, late) = (bytes[first.clone()].to_vec(), bytes[second.clone()].to_vec());
    replace_range(bytes, second, &early);
    replace_range(bytes, first, &late);
}

pub(super) fn replace(bytes: &mut Vec<u8>, dictionary: &Dictionary, random: &mut Random) {
    let (Some(range), Some(word)) = (one(bytes, random), dictionary.word(random)) else { return };
    replace_range(bytes, range, word);
}

pub(super) fn remove(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    if let Some(range) = some(bytes, random) {
        replace_range(bytes, range, b"");
    }
}

/// Many times the same: what is quadratic shows.
pub(super) fn repeat(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = some(bytes, random) else { return };
    let piece = bytes[range.clone()].to_vec();
    let most = 1 << random.below(12);
    let times = most.min((64 << 10) / piece.len().max(1));
    let between: &[u8] =
        [&b" "[..], b",", b", ", b"\n", b""].get(random.below(5)).copied().unwrap_or_default();
    let repeated: Vec<u8> = std::iter::repeat_n([between, &piece].concat(), times).flatten().collect();
    replace_range(bytes, range.end..range.end, &repeated);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_strings_words_and_marks() {
        let text = "a-b: [\"c d\", 'e', 1.5] # \"open\n";
        let found: Vec<&str> = tokens(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["a-b", ":", "[", "\"c d\"", ",", "'e'", ",", "1.5", "]", "#", "\"", "open"]);
    }
}
