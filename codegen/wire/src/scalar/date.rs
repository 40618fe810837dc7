//! `format: date`.

use std::borrow::Cow;
use std::fmt;

use super::ascii::{Ascii, put_digits};
use super::{digits, not_a};
use crate::plain::{Plain, json_text};
use crate::violation::{Code, Fault};

/// A day of the Gregorian calendar in the years 0000 to 9999 (RFC 3339 `full-date`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// 0000-01-01
    pub const MIN: Date = Date { year: 0, month: 1, day: 1 };
    /// 9999-12-31
    pub const MAX: Date = Date { year: 9999, month: 12, day: 31 };

    /// A day; months and days count from 1.
    ///
    /// # Errors
    /// [`Code::Format`] when there is no such day in the years 0 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, Fault> {
        let exists = year <= 9999 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        exists.then_some(Date { year, month, day }).ok_or_else(fault)
    }

    /// The year, 0 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01, negative before it.
    pub fn days_since_epoch(self) -> i32 {
        // Years begin in March here, so that the leap day is the last of its year; 400 years are 146 097 days.
        let month = i32::from(self.month);
        let year = i32::from(self.year) - i32::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(self.day) - 1;
        let days =
            year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year;
        days - EPOCH
    }

    /// The day that is so many days after 1970-01-01.
    ///
    /// # Errors
    /// [`Code::Range`] outside the years 0 to 9999.
    pub fn from_days_since_epoch(days: i32) -> Result<Self, Fault> {
        if !(Date::MIN.days_since_epoch()..=Date::MAX.days_since_epoch()).contains(&days) {
            return Err(Fault::new(Code::Range, "must be in the years 0000 to 9999"));
        }
        let days = days + EPOCH;
        let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        // Within 400 years: take out the leap days to find the year.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = cycle * 400 + year + i32::from(month <= 2);
        let fits = "the range was checked";
        Ok(Date {
            year: u16::try_from(year).expect(fits),
            month: u8::try_from(month).expect(fits),
            day: u8::try_from(day_of_month).expect(fits),
        })
    }

    /// The text, without an allocation.
    pub fn to_ascii(self) -> Ascii<10> {
        let mut text = *b"0000-00-00";
        put_digits(&mut text[..4], self.year.into());
        put_digits(&mut text[5..7], self.month.into());
        put_digits(&mut text[8..], self.day.into());
        Ascii::new(text)
    }

    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
            return None;
        }
        let (year, month, day) = (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
    }
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i32 = 719_468;

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn fault() -> Fault {
    not_a("must be a date as in 2026-01-31")
}

impl Plain for Date {
    fn from_text(text: &str) -> Result<Self, Fault> {
        Date::parse(text.as_bytes()).ok_or_else(fault)
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_ascii().as_str().to_owned())
    }
}

json_text!(Date);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_ascii())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_count_on_without_a_gap_and_come_back() {
        let mut date = Date::MIN;
        for days in Date::MIN.days_since_epoch()..=Date::MAX.days_since_epoch() {
            let found = Date::from_days_since_epoch(days).unwrap();
            assert_eq!(found.days_since_epoch(), days);
            assert!(found >= date);
            assert!(Date::new(found.year, found.month, found.day).is_ok());
            date = found;
        }
        assert_eq!(date, Date::MAX);
        assert_eq!(Date::new(1970, 1, 1).unwrap().days_since_epoch(), 0);
        assert_eq!(Date::new(2000, 3, 1).unwrap().days_since_epoch(), 11_017);
    }
}
