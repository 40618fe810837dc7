//! Values in which what matters to keys is common: signs around the terminator and the escape, ends of ranges, pairs
//! that differ in one place or are equal in two spellings.

use std::ops::Bound;

use stipule_runtime::wire::{Date, DateTime, Decimal, Ulid, Uuid};

use super::value::{KINDS, Value};
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

/// Characters at the edges: of the escape, of the surrogates, of planes, of UTF-8's lengths, of everything.
const EDGES: [char; 16] = [
    '\0',
    '\u{1}',
    '\t',
    '\u{1f}',
    '"',
    '%',
    '@',
    'd',
    '~',
    '\u{7f}',
    '\u{80}',
    '\u{7ff}',
    '\u{d7ff}',
    '\u{e000}',
    '\u{ffff}',
    '\u{10ffff}',
];

impl Random {
    pub(super) fn number(&self) -> u64 {
        self.0.number()
    }

    pub(super) fn below(&self, end: u64) -> usize {
        usize::try_from(self.number() % end).unwrap()
    }

    fn one_in(&self, many: u64) -> bool {
        self.number().is_multiple_of(many)
    }

    fn letter(&self) -> char {
        let code = u32::try_from(self.number() & 0xffff_ffff).unwrap();
        match self.number() % 7 {
            0 => char::from_u32(code % 0x27).unwrap(),
            1 => '#',
            2 => '$',
            3 => char::from_u32(0x40 + code % 0x26).unwrap(),
            4 => char::from_u32(0x80 + code % 0x700).unwrap(),
            5 => EDGES[self.below(16)],
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

    /// Of many sizes and both signs, with zeros before, within and after.
    fn decimal(&self) -> Decimal {
        let digit = || char::from(b'0' + [0, 0, 1, 9, u8::try_from(self.below(10)).unwrap()][self.below(5)]);
        let digits = |most: u64| (0..self.below(most)).map(|_| digit()).collect::<String>();
        let whole = digits(if self.one_in(50) { 400 } else { 12 });
        let whole = whole.trim_start_matches('0');
        let sign = if self.one_in(2) { "-" } else { "" };
        let fraction = digits(if self.one_in(50) { 400 } else { 12 });
        let point = if fraction.is_empty() { "" } else { "." };
        let whole = if whole.is_empty() { "0" } else { whole };
        format!("{sign}{whole}{point}{fraction}").parse().unwrap()
    }

    /// Of every exponent, the infinities included.
    fn double(&self) -> f64 {
        match self.number() % 4 {
            0 => f64::from(i32::try_from(self.integer() % 1000).unwrap()) / 8.0,
            1 => [0.0, -0.0, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::INFINITY, f64::NEG_INFINITY]
                [self.below(8)],
            _ => Some(f64::from_bits(self.number())).filter(|number| !number.is_nan()).unwrap_or(0.1),
        }
    }

    /// Close together in half of the cases.
    pub(super) fn instant(&self) -> DateTime {
        let (first, last) = (DateTime::MIN.unix_seconds(), DateTime::MAX.unix_seconds());
        let span = if self.one_in(2) { 3 } else { u64::try_from(last - first).unwrap() };
        let seconds = first + i64::try_from(self.number() % span).unwrap();
        DateTime::from_unix(seconds, u32::try_from(self.number() % 1_000_000_000).unwrap()).unwrap()
    }

    fn bytes(&self) -> [u8; 16] {
        (u128::from(self.number()) << 64 | u128::from(self.number())).to_be_bytes()
    }

    /// A value of one of the kinds, which [`Value::read`] knows by the same numbers.
    pub(super) fn value(&self, kind: usize) -> Value {
        match kind {
            0 => Value::Text(self.text()),
            1 => Value::Integer(self.integer()),
            2 => Value::Decimal(self.decimal()),
            3 => Value::Number(self.double()),
            4 => Value::Boolean(self.one_in(2)),
            5 => Value::Date(self.instant().date()),
            6 => Value::DateTime(self.instant()),
            7 => Value::Uuid(Uuid::from_bytes(self.bytes())),
            8 => Value::Ulid(Ulid::from_bytes(self.bytes())),
            _ => Value::Rank(self.below(1000)),
        }
    }

    pub(super) fn kinds(&self) -> Vec<usize> {
        (0..=self.below(3)).map(|_| self.below(KINDS as u64)).collect()
    }

    pub(super) fn tuple(&self, kinds: &[usize]) -> Vec<Value> {
        kinds.iter().map(|kind| self.value(*kind)).collect()
    }

    /// A tuple of the same kinds: equal, near in one place, or another one altogether.
    pub(super) fn beside(&self, tuple: &[Value], kinds: &[usize]) -> Vec<Value> {
        if self.one_in(4) {
            return self.tuple(kinds);
        }
        let mut near = tuple.to_vec();
        let at = self.below(near.len() as u64);
        near[at] = self.near(&tuple[at]);
        near
    }

    /// The same value, the next one, the same in another spelling, a longer one.
    pub(super) fn near(&self, value: &Value) -> Value {
        let step = i64::try_from(self.below(3)).unwrap() - 1;
        let id =
            |bytes: &[u8; 16]| u128::from_be_bytes(*bytes).wrapping_add_signed(step.into()).to_be_bytes();
        match value {
            Value::Text(text) => Value::Text(self.near_text(text)),
            Value::Integer(value) => Value::Integer(value.saturating_add(step)),
            Value::Decimal(decimal) => Value::Decimal(self.near_decimal(decimal)),
            Value::Number(number) => Value::Number(match step {
                -1 => number.next_down(),
                0 => *number,
                _ => number.next_up(),
            }),
            Value::Boolean(value) => Value::Boolean(*value ^ (step == 0)),
            Value::Date(date) => {
                let day = i64::from(date.days_since_epoch()) + step;
                Value::Date(Date::from_days_since_epoch(i32::try_from(day).unwrap()).unwrap_or(*date))
            }
            Value::DateTime(at) => {
                let nanoseconds = i64::from(at.subsec_nanos()) + step;
                let near =
                    u32::try_from(nanoseconds).ok().map(|it| DateTime::from_unix(at.unix_seconds(), it));
                Value::DateTime(near.and_then(Result::ok).unwrap_or(*at))
            }
            Value::Uuid(found) => Value::Uuid(Uuid::from_bytes(id(found.as_bytes()))),
            Value::Ulid(found) => Value::Ulid(Ulid::from_bytes(id(found.as_bytes()))),
            // No enum with more than a thousand values has ranks.
            Value::Rank(rank) => {
                Value::Rank(rank.saturating_add_signed(isize::try_from(step).unwrap()).min(999))
            }
        }
    }

    /// The text, less or more at its end, or with another letter.
    fn near_text(&self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        match self.number() % 4 {
            0 => {
                letters.pop();
            }
            1 => letters.push(self.letter()),
            2 if !letters.is_empty() => {
                let at = self.below(letters.len() as u64);
                letters[at] = self.letter();
            }
            _ => {}
        }
        letters.into_iter().collect()
    }

    /// The number with zeros after it, with a digit after it, below zero, or ten times as large.
    fn near_decimal(&self, decimal: &Decimal) -> Decimal {
        let text = decimal.as_str();
        let pointed = if text.contains('.') { text.to_owned() } else { format!("{text}.0") };
        let near = match self.number() % 4 {
            0 => format!("{pointed}00"),
            1 => format!("{pointed}{}", self.below(10)),
            2 => text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned),
            _ if text.contains('.') || text.ends_with('0') => text.to_owned(),
            _ => format!("{text}0"),
        };
        near.parse().unwrap()
    }

    pub(super) fn bound(&self, kind: usize, near: &Value) -> Bound<Value> {
        let value = if self.one_in(2) { self.near(near) } else { self.value(kind) };
        match self.number() % 3 {
            0 => Bound::Included(value),
            1 => Bound::Excluded(value),
            _ => Bound::Unbounded,
        }
    }
}
