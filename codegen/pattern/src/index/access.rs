//! By what a field's tests can be looked up: for each test, something that every passing leaf shows.

use crate::address::Address;
use crate::fold::Fold;
use crate::glob::Glob;
use crate::pattern::Field;
use crate::test::Test;

/// The number of bytes of a literal by which a wildcard without a fixed start or end is looked up.
pub(super) const GRAM: usize = 4;

/// Something that every leaf shows that passes a test. The table may lead to leaves that don't pass, never past one
/// that does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Access<'a> {
    Text(&'a str),
    Number(u64),
    /// The text in lower-case ASCII.
    Folded(String),
    Prefix(&'a [u8]),
    Suffix(&'a [u8]),
    FoldedPrefix(String),
    FoldedSuffix(String),
    /// Four bytes that the text holds.
    Gram([u8; GRAM]),
    /// A range of numbers, by [`ordinal`].
    Range(u64, u64),
    /// A range of addresses, by [`address_ordinals`].
    Block(u128, u128),
    /// Any leaf at all.
    Present,
}

impl Access<'_> {
    /// What looking up costs by itself, next to the number of rules it leads to.
    pub(super) fn cost(&self) -> usize {
        match self {
            Self::Text(_) | Self::Number(_) | Self::Folded(_) => 0,
            Self::Prefix(_) | Self::Suffix(_) | Self::FoldedPrefix(_) | Self::FoldedSuffix(_) => 1,
            Self::Gram(_) | Self::Range(..) | Self::Block(..) => 2,
            Self::Present => 64,
        }
    }
}

/// One access per test; `None` if the field may hold without any leaf.
pub(super) fn of_field(field: &Field) -> Option<Vec<Access<'_>>> {
    field.tests.iter().map(of_test).collect()
}

fn of_test(test: &Test) -> Option<Access<'_>> {
    Some(match test {
        Test::Text(text) => Access::Text(text),
        Test::Number(number) => Access::Number(ordinal(*number)),
        Test::Prefix(prefix) => Access::Prefix(prefix.as_bytes()),
        Test::Suffix(suffix) => Access::Suffix(suffix.as_bytes()),
        Test::IgnoreCase(Fold::Ascii(operand)) => Access::Folded(operand.to_ascii_lowercase()),
        Test::PrefixIgnoreCase(Fold::Ascii(operand)) => Access::FoldedPrefix(operand.to_ascii_lowercase()),
        Test::SuffixIgnoreCase(Fold::Ascii(operand)) => Access::FoldedSuffix(operand.to_ascii_lowercase()),
        Test::Wildcard(glob) => of_glob(glob),
        Test::Range(range) => Access::Range(ordinal(range.low), ordinal(range.high)),
        Test::Address(address) => Access::Block(address_ordinals(*address).0, address_ordinals(*address).1),
        Test::Block(low, high) => Access::Block(address_ordinals(*low).0, address_ordinals(*high).1),
        Test::Absent => return None,
        Test::IgnoreCase(_)
        | Test::PrefixIgnoreCase(_)
        | Test::SuffixIgnoreCase(_)
        | Test::Exists
        | Test::AnythingBut(_) => Access::Present,
    })
}

fn of_glob(glob: &Glob) -> Access<'_> {
    let literals = glob.literals();
    let (Some(first), Some(last)) = (literals.first(), literals.last()) else { return Access::Present };
    if literals.len() == 1 {
        return Access::Text(first);
    }
    // One byte is the quote, which every string has.
    if first.len() > 1 && first.len() >= last.len() {
        return Access::Prefix(first.as_bytes());
    }
    if last.len() > 1 {
        return Access::Suffix(last.as_bytes());
    }
    let longest = literals.iter().max_by_key(|literal| literal.len());
    match longest.and_then(|literal| literal.as_bytes().first_chunk::<GRAM>()) {
        Some(gram) => Access::Gram(*gram),
        None => Access::Present,
    }
}

/// An integer in the order of the numbers.
pub(super) fn ordinal(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// The first and last 128-bit address that starts with the digits of this one.
pub(super) fn address_ordinals(address: Address) -> (u128, u128) {
    match address {
        Address::V4(bits) => (u128::from(bits) << 96, u128::from(bits) << 96 | u128::MAX >> 32),
        Address::V6(bits) => (bits, bits),
    }
}
