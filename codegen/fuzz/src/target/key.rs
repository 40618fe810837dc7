//! Keys of items: values in the order of their bytes, and back.

use std::cmp::Ordering;

use stipule_runtime::key::{
    KeyParts, escape, parse, parse_boolean, parse_date, parse_date_time, parse_decimal, parse_integer,
    parse_number, parse_rank, parse_shard, parse_ulid, parse_uuid,
};
use stipule_runtime::wire::{Date, DateTime, Decimal, Ulid, Uuid};
use stipule_runtime::{KeyBuf, Segment};

use super::Check;
use crate::corpus::Input;

/// Every pair of lines is compared: a text with more says no more.
const MOST: usize = 24;

/// Longest key of a table.
const LONGEST: usize = 2048;

/// Values, one on each line; and keys.
pub(super) fn values() -> Vec<Input> {
    let texts = [
        "0\n-0\n1\n-1\n10\n-10\n9223372036854775807\n-9223372036854775808\n7",
        "0.1\n0.10\n-0.1\n12.34\n-12.34\n0.05\n0.5\n1e300\n-1e-300\n5e-324\n1.7976931348623157e308\n100\n99.9",
        "123456789012345678901234567890.000000001\n123456789012345678901234567890\n0.000000000000000000001",
        "a\na#b\na$b\n\na b\nA\n\u{e9}\n\u{1f4da}\n$c\n#\na#\na$\na!",
        "2026-01-02\n2026-01-02T03:04:05.678901234Z\n2026-01-02T03:04:05Z\n0001-01-01\n9999-12-31T23:59:59.999999999Z",
        "123e4567-e89b-12d3-a456-426614174000\n01ARZ3NDEKTSV4RRFFQ69G5FAV\ntrue\nfalse",
    ];
    let keys = [
        "north#LOAN#a$cb#10000000000000000007#",
        "north#a21234#Z85#c3011#0#-Z78765~#--#~#",
        "2026-01-02#2026-01-02T03:04:05.678901234Z#123e4567-e89b-12d3-a456-426614174000#001#7#true#",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV#00000000000000000000#a#$`$a$d#",
    ];
    let named = |name: &'static str| move |text: &&str| Input::new(name, text);
    texts.iter().map(named("values")).chain(keys.iter().map(named("key"))).collect()
}

pub(super) fn check() -> Check {
    Box::new(|input| {
        let text = input.text();
        if input.name == "key" {
            take_apart(&text);
            return;
        }
        let lines: Vec<&str> = text.split('\n').filter(|line| line.len() <= LONGEST).take(MOST).collect();
        ordered(&lines, |line| Some(line.to_string()), |value| Segment::Text(value), Ord::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Integer(*value), i64::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Decimal(value), Decimal::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Number(*value), number);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Date(value), Date::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::DateTime(value), DateTime::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Uuid(value), Uuid::cmp);
        ordered(&lines, |line| line.parse().ok(), |value| Segment::Ulid(value), Ulid::cmp);
        back(&lines);
    })
}

/// Doubles by their value; what is no number comes after all others.
fn number(one: &f64, two: &f64) -> Ordering {
    one.partial_cmp(two).unwrap_or_else(|| one.is_nan().cmp(&two.is_nan()))
}

fn key(segment: Segment<'_>) -> String {
    KeyBuf::new().segment(segment).finish()
}

/// Keys are in the order of what they are made of, alone and with more behind, and begin only with their own.
fn ordered<T>(
    lines: &[&str],
    read: fn(&str) -> Option<T>,
    segment: for<'v> fn(&'v T) -> Segment<'v>,
    order: fn(&T, &T) -> Ordering,
) {
    let values: Vec<T> = lines.iter().filter_map(|line| read(line)).collect();
    let keys: Vec<String> = values.iter().map(|value| key(segment(value))).collect();
    for (at, one) in values.iter().enumerate() {
        let mut bare = String::new();
        segment(one).write_to(&mut bare);
        assert_eq!(segment(one).len(), bare.len(), "its length is another than it says");
        for (to, two) in values.iter().enumerate() {
            assert_eq!(order(one, two), keys[at].cmp(&keys[to]), "{:?} and {:?}", keys[at], keys[to]);
            let behind = |key: &str| KeyBuf::new().segment(segment(one)).text(key).finish();
            let longer = behind("x");
            let begins = longer.starts_with(&keys[to]);
            assert_eq!(begins, order(one, two) == Ordering::Equal, "{longer:?} and {:?}", keys[to]);
        }
    }
}

/// Values come back out of their keys.
fn back(lines: &[&str]) {
    for line in lines {
        let made = key(Segment::Text(line));
        let mut parts = KeyParts::of(&made).expect("a key can be taken apart");
        assert_eq!(parts.value::<String>().as_deref(), Some(*line), "{made:?}");
        assert!(parts.end().is_some(), "{made:?} has more than was put into it");
        let bare = |key: String| key.trim_end_matches('#').to_owned();
        if let Ok(value) = line.parse::<i64>() {
            assert_eq!(parse_integer(&bare(key(Segment::Integer(value)))), Some(value));
        }
        if let Ok(value) = line.parse::<f64>() {
            let read = parse_number(&bare(key(Segment::Number(value))));
            assert!(!value.is_finite() || read == Some(value), "{value} comes back as {read:?}");
        }
        if let Ok(value) = line.parse::<Decimal>() {
            let read = parse_decimal(&bare(key(Segment::Decimal(&value))));
            assert!(read.as_ref().is_none_or(|read| *read == value), "{value} comes back as {read:?}");
            assert!(read.is_some() || line.len() > LONGEST / 2, "{value} doesn't come back");
        }
        if let Ok(value) = line.parse::<DateTime>() {
            let made = bare(key(Segment::DateTime(&value)));
            assert_eq!(parse_date_time(&made), Some(value), "{made:?}");
        }
    }
}

/// Whatever is a key is the key of its segments; a segment that a codec reads is the one that it writes.
fn take_apart(text: &str) {
    let Ok(segments) = parse(text) else { return };
    let again: String = segments.iter().map(|segment| format!("{}#", escape(segment))).collect();
    assert_eq!(again, text, "taken apart and put together it differs");
    for segment in &segments {
        again_same(segment, parse_integer, |value| Segment::Integer(*value));
        again_same(segment, parse_decimal, |value| Segment::Decimal(value));
        again_same(segment, parse_number, |value| Segment::Number(*value));
        again_same(segment, parse_date, |value| Segment::Date(value));
        again_same(segment, parse_date_time, |value| Segment::DateTime(value));
        again_same(segment, parse_uuid, |value| Segment::Uuid(value));
        again_same(segment, parse_ulid, |value| Segment::Ulid(value));
        again_same(segment, parse_boolean, |value| Segment::Boolean(*value));
        again_same(segment, parse_rank, |value| Segment::Rank(*value));
        again_same(segment, parse_shard, |value| Segment::Shard(*value));
    }
}

fn again_same<T: std::fmt::Debug>(
    segment: &str,
    read: impl Fn(&str) -> Option<T>,
    write: for<'v> fn(&'v T) -> Segment<'v>,
) {
    let Some(value) = read(segment) else { return };
    let mut again = String::new();
    write(&value).write_to(&mut again);
    assert_eq!(again, segment, "{value:?} has two forms");
}
