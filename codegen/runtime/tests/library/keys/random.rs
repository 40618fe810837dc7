//! Values in which what matters to keys is common: signs around the terminator and the escape, ends of ranges.

use std::ops::Bound;

use stipule_runtime::wire::DateTime;

use crate::world::Seeded;

/// Runs a property 50 000 times, or 1 000 000 times under `STIPULE_DEEP=1`.
pub(super) fn each_pair(mut property: impl FnMut(&mut Random)) {
    let deep = std::env::var_os("STIPULE_DEEP").is_some_and(|value| value == "1");
    let mut random = Random(Seeded::new(20_261_123));
    for _ in 0..if deep { 1_000_000 } else { 50_000 } {
        property(&mut random);
    }
}

pub(super) struct Random(Seeded);

impl Random {
    pub(super) fn number(&self) -> u64 {
        self.0.number()
    }

    pub(super) fn below(&self, end: u64) -> usize {
        usize::try_from(self.number() % end).unwrap()
    }

    fn letter(&self) -> char {
        let code = u32::try_from(self.number() & 0xffff_ffff).unwrap();
        match self.number() % 6 {
            0 => char::from_u32(code % 0x27).unwrap(),
            1 => '#',
            2 => '$',
            3 => char::from_u32(0x40 + code % 0x26).unwrap(),
            4 => char::from_u32(0x80 + code % 0x700).unwrap(),
            _ => char::from_u32(code % 0x11_0000).unwrap_or('\u{10FFFF}'),
        }
    }

    pub(super) fn text(&self) -> String {
        (0..self.below(5)).map(|_| self.letter()).collect()
    }

    pub(super) fn texts(&self) -> Vec<String> {
        (0..self.below(4)).map(|_| self.text()).collect()
    }

    /// Of all sizes, both signs, the ends included.
    pub(super) fn integer(&self) -> i64 {
        let value = self.number().cast_signed() >> self.below(64);
        match self.number() % 16 {
            0 => i64::MIN,
            1 => i64::MAX,
            2 => 0,
            _ => value,
        }
    }

    /// Close together in half of the cases.
    pub(super) fn instant(&self) -> DateTime {
        let (first, last) = (DateTime::MIN.unix_seconds(), DateTime::MAX.unix_seconds());
        let span = if self.number().is_multiple_of(2) { 3 } else { u64::try_from(last - first).unwrap() };
        let seconds = first + i64::try_from(self.number() % span).unwrap();
        DateTime::from_unix(seconds, u32::try_from(self.number() % 1_000_000_000).unwrap()).unwrap()
    }

    pub(super) fn bound(&self) -> Bound<String> {
        match self.number() % 3 {
            0 => Bound::Included(self.text()),
            1 => Bound::Excluded(self.text()),
            _ => Bound::Unbounded,
        }
    }
}
