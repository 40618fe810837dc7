//! How values that aren't text are written in keys: in order, and so that they can be read back.

use std::fmt::Write as _;

use stipule_wire::{Date, DateTime, Plain, Ulid, Uuid};

/// Bytes of an integer.
pub const INTEGER_LENGTH: usize = 20;

/// Bytes of a date.
pub const DATE_LENGTH: usize = 10;

/// Bytes of an instant: `2026-01-02T03:04:05.678901234Z`.
pub const DATE_TIME_LENGTH: usize = 30;

/// Bytes of a UUID.
pub const UUID_LENGTH: usize = 36;

/// Bytes of a ULID.
pub const ULID_LENGTH: usize = 26;

/// Bytes of the rank of an enum's value. The front takes no enum with more values.
pub const RANK_LENGTH: usize = 3;

const INFALLIBLE: &str = "writing into a String never fails";

/// `1` and 19 digits for 0 and above; `0` and the 19 digits of value + 2⁶³ for what is below. The first digit sets
/// the negative ones before the others, the offset keeps them in order among themselves.
pub(super) fn integer_into(key: &mut String, value: i64) {
    let (sign, mut rest) = match u64::try_from(value) {
        Ok(value) => (b'1', value),
        Err(_) => (b'0', value.wrapping_sub(i64::MIN).unsigned_abs()),
    };
    let mut text = [sign; INTEGER_LENGTH];
    for place in text[1..].iter_mut().rev() {
        *place = b'0' + u8::try_from(rest % 10).expect("a digit is small");
        rest /= 10;
    }
    key.push_str(std::str::from_utf8(&text).expect("digits are ASCII"));
}

/// The integer of a segment; `None` for what the codec never writes.
pub fn parse_integer(segment: &str) -> Option<i64> {
    if segment.len() != INTEGER_LENGTH || !is_digits(segment) {
        return None;
    }
    let digits: i64 = segment.get(1..)?.parse().ok()?;
    match segment.as_bytes().first()? {
        b'1' => Some(digits),
        b'0' => Some(digits.wrapping_add(i64::MIN)),
        _ => None,
    }
}

/// `false` sorts before `true` as text too.
pub(super) const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// The boolean of a segment; `None` for what the codec never writes.
pub fn parse_boolean(segment: &str) -> Option<bool> {
    match segment {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

pub(super) fn rank_into(key: &mut String, rank: usize) {
    write!(key, "{rank:0RANK_LENGTH$}").expect(INFALLIBLE);
}

/// The rank of a segment; `None` for what the codec never writes.
pub fn parse_rank(segment: &str) -> Option<usize> {
    let padded = segment.len() == RANK_LENGTH || segment.len() > RANK_LENGTH && !segment.starts_with('0');
    if padded && is_digits(segment) { segment.parse().ok() } else { None }
}

/// The number of a shard; `None` for what the codec never writes.
pub fn parse_shard(segment: &str) -> Option<u32> {
    let plain = segment == "0" || !segment.starts_with('0');
    if plain && is_digits(segment) { segment.parse().ok() } else { None }
}

/// The day of a segment; `None` for what the codec never writes.
pub fn parse_date(segment: &str) -> Option<Date> {
    Date::from_text(segment).ok()
}

/// The instant of a segment; `None` for what the codec never writes.
pub fn parse_date_time(segment: &str) -> Option<DateTime> {
    DateTime::from_text(segment).ok().filter(|instant| &*instant.to_ascii() == segment)
}

/// The UUID of a segment; `None` for what the codec never writes.
pub fn parse_uuid(segment: &str) -> Option<Uuid> {
    Uuid::from_text(segment).ok().filter(|id| &*id.to_ascii() == segment)
}

/// The ULID of a segment; `None` for what the codec never writes.
pub fn parse_ulid(segment: &str) -> Option<Ulid> {
    Ulid::from_text(segment).ok().filter(|id| &*id.to_ascii() == segment)
}

pub(super) fn shard_into(key: &mut String, number: u32) {
    write!(key, "{number}").expect(INFALLIBLE);
}

pub(super) fn digits_of(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |digits| digits as usize + 1)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
