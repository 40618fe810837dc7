//! `format: date-time`.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::ascii::{Ascii, put_digits};
use super::{Date, digits, not_a};
use crate::plain::{Plain, json_text};
use crate::violation::{Code, Fault};

/// An instant in the years 0000 to 9999 with nanoseconds, read from RFC 3339 with any offset, written in UTC with `Z`.
///
/// Two spellings of one instant are equal. Digits beyond nanoseconds are cut off. A leap second (`23:59:60`) is read
/// as the last nanosecond before it, as clocks of computers don't know it. An instant that an offset moves out of the
/// years 0000 to 9999 is refused: it couldn't be written in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    seconds: i64,
    /// Below 1 000 000 000, counted forward also before 1970.
    nanoseconds: u32,
}

const SECOND: u32 = 1_000_000_000;
const DAY: i64 = 86_400;

impl DateTime {
    /// 0000-01-01T00:00:00Z
    pub const MIN: DateTime = DateTime { seconds: -62_167_219_200, nanoseconds: 0 };
    /// 9999-12-31T23:59:59.999999999Z
    pub const MAX: DateTime = DateTime { seconds: 253_402_300_799, nanoseconds: 999_999_999 };
    /// 1970-01-01T00:00:00Z
    pub const UNIX_EPOCH: DateTime = DateTime { seconds: 0, nanoseconds: 0 };

    /// From seconds since 1970 and nanoseconds counted forward from there.
    ///
    /// # Errors
    /// [`Code::Range`] outside the years 0 to 9999 or with more nanoseconds than a second has.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Result<Self, Fault> {
        let instant = DateTime { seconds, nanoseconds };
        let fits = nanoseconds < SECOND && (DateTime::MIN..=DateTime::MAX).contains(&instant);
        fits.then_some(instant).ok_or_else(out_of_range)
    }

    /// From milliseconds since 1970.
    ///
    /// # Errors
    /// [`Code::Range`] outside the years 0 to 9999.
    pub fn from_unix_millis(millis: i64) -> Result<Self, Fault> {
        let nanoseconds = u32::try_from(millis.rem_euclid(1000)).expect("below 1000") * 1_000_000;
        Self::from_unix(millis.div_euclid(1000), nanoseconds)
    }

    /// Whole seconds since 1970, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.seconds
    }

    /// Whole milliseconds since 1970, rounded down.
    pub const fn unix_millis(self) -> i64 {
        self.seconds * 1000 + (self.nanoseconds / 1_000_000) as i64
    }

    /// Nanoseconds within the second.
    pub const fn subsec_nanos(self) -> u32 {
        self.nanoseconds
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        let days = i32::try_from(self.seconds.div_euclid(DAY)).expect("days of the years 0 to 9999 fit");
        Date::from_days_since_epoch(days).expect("an instant is within the years 0 to 9999")
    }

    /// This instant and some time; none beyond the year 9999.
    pub fn checked_add(self, time: Duration) -> Option<Self> {
        let seconds = self.seconds.checked_add(i64::try_from(time.as_secs()).ok()?)?;
        let nanoseconds = self.nanoseconds + time.subsec_nanos();
        let carry = i64::from(nanoseconds / SECOND);
        Self::from_unix(seconds.checked_add(carry)?, nanoseconds % SECOND).ok()
    }

    /// This instant less some time; none before the year 0.
    pub fn checked_sub(self, time: Duration) -> Option<Self> {
        let seconds = self.seconds.checked_sub(i64::try_from(time.as_secs()).ok()?)?;
        match self.nanoseconds.checked_sub(time.subsec_nanos()) {
            Some(nanoseconds) => Self::from_unix(seconds, nanoseconds).ok(),
            None => Self::from_unix(seconds - 1, self.nanoseconds + SECOND - time.subsec_nanos()).ok(),
        }
    }

    /// The time since an earlier instant; none if that one is later.
    pub fn since(self, earlier: DateTime) -> Option<Duration> {
        let nanoseconds = |instant: DateTime| {
            i128::from(instant.seconds) * i128::from(SECOND) + i128::from(instant.nanoseconds)
        };
        let between = u128::try_from(nanoseconds(self) - nanoseconds(earlier)).ok()?;
        let seconds = u64::try_from(between / u128::from(SECOND)).ok()?;
        Some(Duration::new(seconds, u32::try_from(between % u128::from(SECOND)).ok()?))
    }

    /// 30 characters, always: `2026-01-02T03:04:05.678901234Z`. Sorts as text as the instants do, which keys need.
    pub fn fixed_width(self) -> String {
        self.to_ascii().as_str().to_owned()
    }

    /// As [`fixed_width`](Self::fixed_width), without an allocation.
    pub fn to_ascii(self) -> Ascii<30> {
        Ascii::new(self.written())
    }

    /// The text with as many digits after the second as it needs, and its length.
    fn shortest(self) -> (Ascii<30>, usize) {
        let end = match self.nanoseconds {
            0 => 19,
            nanoseconds if nanoseconds.is_multiple_of(1_000_000) => 23,
            nanoseconds if nanoseconds.is_multiple_of(1_000) => 26,
            _ => 29,
        };
        let mut text = self.written();
        text[end] = b'Z';
        (Ascii::new(text), end + 1)
    }

    fn written(self) -> [u8; 30] {
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        let second = u32::try_from(self.seconds.rem_euclid(DAY)).expect("a day has few seconds");
        text[..10].copy_from_slice(self.date().to_ascii().as_bytes());
        put_digits(&mut text[11..13], second / 3600);
        put_digits(&mut text[14..16], second / 60 % 60);
        put_digits(&mut text[17..19], second % 60);
        put_digits(&mut text[20..29], self.nanoseconds);
        text
    }
}

fn out_of_range() -> Fault {
    Fault::new(Code::Range, "must be in the years 0000 to 9999")
}

impl Plain for DateTime {
    fn from_text(text: &str) -> Result<Self, Fault> {
        match parse(text.as_bytes()) {
            Some((seconds, nanoseconds)) => Self::from_unix(seconds, nanoseconds),
            None => Err(not_a("must be a date and time as in 2026-01-31T12:00:00Z")),
        }
    }

    /// With as many digits after the second as it needs: none, three, six or nine.
    fn to_text(&self) -> Cow<'_, str> {
        let (text, length) = self.shortest();
        Cow::Owned(text[..length].to_owned())
    }
}

/// Seconds since 1970 and nanoseconds, not yet checked for their range.
fn parse(text: &[u8]) -> Option<(i64, u32)> {
    if text.len() < 20 || !matches!(text[10], b'T' | b't') || text[13] != b':' || text[16] != b':' {
        return None;
    }
    let date = Date::parse(&text[..10])?;
    let (hour, minute, second) = (digits(&text[11..13])?, digits(&text[14..16])?, digits(&text[17..19])?);
    let (nanoseconds, offset) = fraction(&text[19..])?;
    let offset = offset_minutes(offset)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local_minutes = i64::from(date.days_since_epoch()) * 1440 + i64::from(hour * 60 + minute);
    let minutes = local_minutes - offset;
    if second == 60 {
        // A leap second ends a day of UTC, whatever the local time.
        let ends_day = minutes.rem_euclid(1440) == 1439;
        return ends_day.then_some((minutes * 60 + 59, SECOND - 1));
    }
    Some((minutes * 60 + i64::from(second), nanoseconds))
}

/// Nanoseconds and what comes after them.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some(fraction) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let count = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return None;
    }
    let kept = digits(&fraction[..count.min(9)])?;
    let missing = u32::try_from(9 - count.min(9)).ok()?;
    Some((kept * 10u32.pow(missing), &fraction[count..]))
}

/// Minutes that local time is ahead of UTC.
fn offset_minutes(text: &[u8]) -> Option<i64> {
    let (sign, offset) = match text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', offset @ ..] => (1, offset),
        [b'-', offset @ ..] => (-1, offset),
        _ => return None,
    };
    if offset.len() != 5 || offset[2] != b':' {
        return None;
    }
    let (hours, minutes) = (digits(&offset[..2])?, digits(&offset[3..])?);
    (hours <= 23 && minutes <= 59).then(|| sign * i64::from(hours * 60 + minutes))
}

json_text!(DateTime);

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, length) = self.shortest();
        f.pad(&text[..length])
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({self})")
    }
}

impl TryFrom<SystemTime> for DateTime {
    type Error = Fault;

    /// Fails outside the years 0 to 9999.
    fn try_from(time: SystemTime) -> Result<Self, Fault> {
        let instant = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => DateTime::UNIX_EPOCH.checked_add(after),
            Err(before) => DateTime::UNIX_EPOCH.checked_sub(before.duration()),
        };
        instant.ok_or_else(out_of_range)
    }
}

#[cfg(test)]
mod tests {
    use super::DateTime;
    use std::time::Duration;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    #[test]
    fn spellings_of_one_instant_are_equal_and_written_in_utc() {
        assert_eq!(at("2026-01-02T03:04:05+02:00"), at("2026-01-02t01:04:05.000z"));
        assert_eq!(at("2026-01-01T00:30:00+01:00").to_string(), "2025-12-31T23:30:00Z");
        assert_eq!(at("1969-12-31T23:59:59.5Z").to_string(), "1969-12-31T23:59:59.500Z");
        assert_eq!(at("2026-01-02T03:04:05.6789012349Z").fixed_width(), "2026-01-02T03:04:05.678901234Z");
    }

    #[test]
    fn a_leap_second_is_the_last_instant_of_its_day() {
        assert_eq!(at("2016-12-31T23:59:60Z").to_string(), "2016-12-31T23:59:59.999999999Z");
        assert_eq!(at("2017-01-01T00:59:60+01:00"), at("2016-12-31T23:59:60Z"));
        assert!("2016-12-31T22:59:60Z".parse::<DateTime>().is_err());
    }

    #[test]
    fn the_ends_of_the_calendar_hold() {
        assert_eq!(at("0000-01-01T00:00:00Z"), DateTime::MIN);
        assert_eq!(at("9999-12-31T23:59:59.999999999Z"), DateTime::MAX);
        assert!("9999-12-31T23:59:59-00:01".parse::<DateTime>().is_err());
        assert_eq!(DateTime::MAX.checked_add(Duration::from_nanos(1)), None);
        assert_eq!(DateTime::MIN.checked_sub(Duration::from_nanos(1)), None);
    }

    #[test]
    fn time_is_added_and_taken_back() {
        let start = at("2026-02-28T23:59:59.9Z");
        let time = Duration::from_millis(250);
        let later = start.checked_add(time).unwrap();
        assert_eq!(later.to_string(), "2026-03-01T00:00:00.150Z");
        assert_eq!(later.checked_sub(time), Some(start));
        assert_eq!(later.since(start), Some(time));
        assert_eq!(start.since(later), None);
    }
}
