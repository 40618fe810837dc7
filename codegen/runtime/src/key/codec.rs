//! How values that aren't text are written in keys: fixed width, and in order.

use std::fmt::Write as _;

use stipule_wire::{Date, DateTime, Uuid};

/// Bytes of an integer.
pub const INTEGER_LENGTH: usize = 20;

/// Bytes of a date.
pub const DATE_LENGTH: usize = 10;

/// Bytes of an instant: `2026-01-02T03:04:05.678901234Z`.
pub const DATE_TIME_LENGTH: usize = 30;

/// Bytes of a UUID.
pub const UUID_LENGTH: usize = 36;

const INFALLIBLE: &str = "writing into a String never fails";

/// `1` and 19 digits for 0 and above; `0` and the 19 digits of value + 2⁶³ for what is below. The first digit sets
/// the negative ones before the others, the offset keeps them in order among themselves.
pub(super) fn integer_into(key: &mut String, value: i64) {
    match u64::try_from(value) {
        Ok(value) => write!(key, "1{value:019}").expect(INFALLIBLE),
        Err(_) => write!(key, "0{:019}", value.wrapping_sub(i64::MIN)).expect(INFALLIBLE),
    }
}

/// The integer of a segment; `None` for what the codec never writes.
pub fn parse_integer(segment: &str) -> Option<i64> {
    if segment.len() != INTEGER_LENGTH || !segment.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: i64 = segment.get(1..)?.parse().ok()?;
    match segment.as_bytes().first()? {
        b'1' => Some(digits),
        b'0' => Some(digits.wrapping_add(i64::MIN)),
        _ => None,
    }
}

pub(super) fn date_into(key: &mut String, date: &Date) {
    write!(key, "{date}").expect(INFALLIBLE);
}

pub(super) fn date_time_into(key: &mut String, instant: &DateTime) {
    write!(key, "{}", instant.fixed_width()).expect(INFALLIBLE);
}

pub(super) fn uuid_into(key: &mut String, id: &Uuid) {
    write!(key, "{id}").expect(INFALLIBLE);
}

pub(super) fn shard_into(key: &mut String, number: u32) {
    write!(key, "{number}").expect(INFALLIBLE);
}
