//! Values of every codec, how they compare, and how they are read back.

use std::cmp::Ordering;

use stipule_runtime::key::{
    Segment, parse_boolean, parse_date, parse_date_time, parse_decimal, parse_integer, parse_number,
    parse_rank, parse_ulid, parse_uuid, unescape,
};
use stipule_runtime::wire::{Date, DateTime, Decimal, Ulid, Uuid};

/// A value that a segment is written from. Values of one kind compare as the contract says.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Decimal(Decimal),
    Number(f64),
    Boolean(bool),
    Date(Date),
    DateTime(DateTime),
    Uuid(Uuid),
    Ulid(Ulid),
    Rank(usize),
}

/// Kinds of values.
pub(super) const KINDS: usize = 10;

impl Value {
    pub(super) fn segment(&self) -> Segment<'_> {
        match self {
            Value::Text(text) => Segment::Text(text),
            Value::Integer(value) => Segment::Integer(*value),
            Value::Decimal(decimal) => Segment::Decimal(decimal),
            Value::Number(number) => Segment::Number(*number),
            Value::Boolean(value) => Segment::Boolean(*value),
            Value::Date(date) => Segment::Date(date),
            Value::DateTime(instant) => Segment::DateTime(instant),
            Value::Uuid(id) => Segment::Uuid(id),
            Value::Ulid(id) => Segment::Ulid(id),
            Value::Rank(rank) => Segment::Rank(*rank),
        }
    }

    /// What a segment of this kind says, if the codec writes it.
    pub(super) fn read(kind: usize, segment: &str) -> Option<Self> {
        match kind {
            0 => unescape(segment).ok().map(|text| Value::Text(text.into_owned())),
            1 => parse_integer(segment).map(Value::Integer),
            2 => parse_decimal(segment).map(Value::Decimal),
            3 => parse_number(segment).map(Value::Number),
            4 => parse_boolean(segment).map(Value::Boolean),
            5 => parse_date(segment).map(Value::Date),
            6 => parse_date_time(segment).map(Value::DateTime),
            7 => parse_uuid(segment).map(Value::Uuid),
            8 => parse_ulid(segment).map(Value::Ulid),
            _ => parse_rank(segment).map(Value::Rank),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Value::Text(one), Value::Text(two)) => Some(one.cmp(two)),
            (Value::Integer(one), Value::Integer(two)) => Some(one.cmp(two)),
            (Value::Decimal(one), Value::Decimal(two)) => Some(one.cmp(two)),
            (Value::Number(one), Value::Number(two)) => one.partial_cmp(two),
            (Value::Boolean(one), Value::Boolean(two)) => Some(one.cmp(two)),
            (Value::Date(one), Value::Date(two)) => Some(one.cmp(two)),
            (Value::DateTime(one), Value::DateTime(two)) => Some(one.cmp(two)),
            (Value::Uuid(one), Value::Uuid(two)) => Some(one.cmp(two)),
            (Value::Ulid(one), Value::Ulid(two)) => Some(one.cmp(two)),
            (Value::Rank(one), Value::Rank(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}
