//! What the index knows of one path: from a leaf to the filings whose test it may pass.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::access::{Access, GRAM, address_ordinals, ordinal};
use super::intervals::Intervals;
use crate::address::Address;
use crate::event::LeafView;

#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    texts: HashMap<Box<str>, Vec<u32>>,
    folded: HashMap<Box<str>, Vec<u32>>,
    numbers: HashMap<u64, Vec<u32>>,
    prefixes: Affixes,
    suffixes: Affixes,
    folded_prefixes: Affixes,
    folded_suffixes: Affixes,
    grams: HashMap<[u8; GRAM], Vec<u32>>,
    ranges: Intervals<u64>,
    blocks: Intervals<u128>,
    present: Vec<u32>,
}

/// Starts or ends of texts, by length: a leaf asks once for each length in use.
#[derive(Debug, Clone, Default)]
struct Affixes {
    by_text: HashMap<Box<[u8]>, Vec<u32>>,
    lengths: BTreeMap<usize, usize>,
}

impl Affixes {
    fn insert(&mut self, affix: &[u8], filing: u32) {
        *self.lengths.entry(affix.len()).or_default() += 1;
        push(&mut self.by_text, affix, filing);
    }

    fn remove(&mut self, affix: &[u8], filing: u32) {
        if take(&mut self.by_text, affix, filing)
            && let Some(count) = self.lengths.get_mut(&affix.len())
        {
            *count -= 1;
            if *count == 0 {
                self.lengths.remove(&affix.len());
            }
        }
    }

    fn crowd(&self, affix: &[u8]) -> usize {
        self.by_text.get(affix).map_or(0, Vec::len)
    }

    fn starts_of(&self, text: &[u8], out: &mut Vec<u32>) {
        for length in self.lengths.range(..=text.len()).map(|(length, _)| *length) {
            out.extend(self.by_text.get(&text[..length]).into_iter().flatten());
        }
    }

    fn ends_of(&self, text: &[u8], out: &mut Vec<u32>) {
        for length in self.lengths.range(..=text.len()).map(|(length, _)| *length) {
            out.extend(self.by_text.get(&text[text.len() - length..]).into_iter().flatten());
        }
    }
}

impl Table {
    pub(super) fn insert(&mut self, access: &Access<'_>, filing: u32) {
        match access {
            Access::Text(text) => push(&mut self.texts, *text, filing),
            Access::Number(number) => self.numbers.entry(*number).or_default().push(filing),
            Access::Folded(text) => push(&mut self.folded, text.as_str(), filing),
            Access::Prefix(prefix) => self.prefixes.insert(prefix, filing),
            Access::Suffix(suffix) => self.suffixes.insert(suffix, filing),
            Access::FoldedPrefix(prefix) => self.folded_prefixes.insert(prefix.as_bytes(), filing),
            Access::FoldedSuffix(suffix) => self.folded_suffixes.insert(suffix.as_bytes(), filing),
            Access::Gram(gram) => self.grams.entry(*gram).or_default().push(filing),
            Access::Range(low, high) => self.ranges.insert(*low, *high, filing),
            Access::Block(low, high) => self.blocks.insert(*low, *high, filing),
            Access::Present => self.present.push(filing),
        }
    }

    pub(super) fn remove(&mut self, access: &Access<'_>, filing: u32) {
        match access {
            Access::Text(text) => drop(take(&mut self.texts, *text, filing)),
            Access::Number(number) => drop(take(&mut self.numbers, number, filing)),
            Access::Folded(text) => drop(take(&mut self.folded, text.as_str(), filing)),
            Access::Prefix(prefix) => self.prefixes.remove(prefix, filing),
            Access::Suffix(suffix) => self.suffixes.remove(suffix, filing),
            Access::FoldedPrefix(prefix) => self.folded_prefixes.remove(prefix.as_bytes(), filing),
            Access::FoldedSuffix(suffix) => self.folded_suffixes.remove(suffix.as_bytes(), filing),
            Access::Gram(gram) => drop(take(&mut self.grams, gram, filing)),
            Access::Range(low, high) => self.ranges.remove(*low, *high, filing),
            Access::Block(low, high) => self.blocks.remove(*low, *high, filing),
            Access::Present => self.present.retain(|other| *other != filing),
        }
    }

    /// How many filings share this access, or are likely to.
    pub(super) fn crowd(&self, access: &Access<'_>) -> usize {
        match access {
            Access::Text(text) => self.texts.get(*text).map_or(0, Vec::len),
            Access::Number(number) => self.numbers.get(number).map_or(0, Vec::len),
            Access::Folded(text) => self.folded.get(text.as_str()).map_or(0, Vec::len),
            Access::Prefix(prefix) => self.prefixes.crowd(prefix),
            Access::Suffix(suffix) => self.suffixes.crowd(suffix),
            Access::FoldedPrefix(prefix) => self.folded_prefixes.crowd(prefix.as_bytes()),
            Access::FoldedSuffix(suffix) => self.folded_suffixes.crowd(suffix.as_bytes()),
            Access::Gram(gram) => self.grams.get(gram).map_or(0, Vec::len),
            // The lower end stands for the whole range.
            Access::Range(low, _) => self.ranges.crowd(*low),
            Access::Block(low, _) => self.blocks.crowd(*low),
            Access::Present => self.present.len(),
        }
    }

    /// Adds the filings that a leaf leads to.
    pub(super) fn look_up(&self, leaf: LeafView<'_>, out: &mut Vec<u32>) {
        out.extend(&self.present);
        if let Some(found) = self.texts.get(leaf.text) {
            out.extend(found);
        }
        if let Some(number) = leaf.number {
            let number = ordinal(number);
            out.extend(self.numbers.get(&number).into_iter().flatten());
            self.ranges.holding(number, out);
            return;
        }
        let text = leaf.text.as_bytes();
        self.prefixes.starts_of(text, out);
        self.suffixes.ends_of(text, out);
        if !self.grams.is_empty() {
            for gram in text.windows(GRAM) {
                out.extend(self.grams.get(gram).into_iter().flatten());
            }
        }
        self.look_up_folded(leaf.text, out);
        if !self.blocks.is_empty()
            && let Some(address) = leaf.text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
            && let Some(address) = Address::parse(address)
        {
            self.blocks.holding(address_ordinals(address).0, out);
        }
    }

    fn look_up_folded(&self, text: &str, out: &mut Vec<u32>) {
        let unused = self.folded.is_empty()
            && self.folded_prefixes.by_text.is_empty()
            && self.folded_suffixes.by_text.is_empty();
        if unused {
            return;
        }
        let lower = text.to_ascii_lowercase();
        out.extend(self.folded.get(lower.as_str()).into_iter().flatten());
        self.folded_prefixes.starts_of(lower.as_bytes(), out);
        self.folded_suffixes.ends_of(lower.as_bytes(), out);
    }
}

fn push<K: ?Sized + Eq + Hash, B: Borrow<K> + Eq + Hash + for<'k> From<&'k K>>(
    map: &mut HashMap<B, Vec<u32>>,
    key: &K,
    filing: u32,
) {
    match map.get_mut(key) {
        Some(filings) => filings.push(filing),
        None => {
            map.insert(key.into(), vec![filing]);
        }
    }
}

/// Removes one filing under a key; whether there was one.
fn take<K: ?Sized + Eq + Hash, B: Borrow<K> + Eq + Hash>(
    map: &mut HashMap<B, Vec<u32>>,
    key: &K,
    filing: u32,
) -> bool {
    let Some(filings) = map.get_mut(key) else { return false };
    let Some(place) = filings.iter().position(|other| *other == filing) else { return false };
    filings.swap_remove(place);
    if filings.is_empty() {
        map.remove(key);
    }
    true
}
