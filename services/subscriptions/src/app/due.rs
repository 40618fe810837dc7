//! When a cycle is due, and when it may be charged.

use std::time::Duration;

use commerce_model::types::{CycleTry, Interval, RenewalOf, Subscription, TryNumber};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault};

const DAY: u64 = 24;

/// Days from the beginning of a cycle to each try to charge it: at once, then after 1, 3 and 7 days.
const TRIES: [u64; 4] = [0, 1, 4, 11];

/// Longest wait of one run: no run lasts longer than a year.
const LONGEST_WAIT: Duration = Duration::from_hours(180 * DAY);

/// The times at which a cycle may be charged; those that would lie beyond the calendar are left out.
///
/// # Errors
/// Never: there are no more of them than may be.
pub(crate) fn tries(due: DateTime) -> Result<BoundedVec<CycleTry, 0, 4>, Fault> {
    let mut tries = BoundedVec::default();
    for (number, days) in (1..).zip(TRIES) {
        if let Some(at) = due.checked_add(Duration::from_hours(days * DAY)) {
            tries.push(CycleTry { number: TryNumber::new(number)?, at })?;
        }
    }
    Ok(tries)
}

/// When a try that failed is made up for; `None` after the last.
pub(crate) fn next_try(due: DateTime, failed: i64) -> Option<DateTime> {
    let days = TRIES.get(usize::try_from(failed).ok()?)?;
    due.checked_add(Duration::from_hours(days * DAY))
}

/// When the cycle after one is due: on the same day of a later month, or on that month's last if it is shorter. A day that a
/// shorter month took away comes back: from the 31st of January to the 28th of February to the 31st of March.
pub(crate) fn after(due: DateTime, every: Interval, subscribed: DateTime) -> Option<DateTime> {
    let at = Timestamp::new(due.unix_seconds(), i32::try_from(due.subsec_nanos()).ok()?).ok()?;
    let at = at.to_zoned(TimeZone::UTC);
    let months = match every {
        Interval::Week => return due.checked_add(Duration::from_hours(7 * DAY)),
        Interval::Month => 1,
        Interval::Quarter => 3,
        Interval::Year => 12,
    };
    let day = day_wanted(at.date(), Timestamp::new(subscribed.unix_seconds(), 0).ok()?);
    let month = at.date().first_of_month().checked_add(months.months()).ok()?;
    let date = month.with().day(day.min(month.days_in_month())).build().ok()?;
    let next = at.with().date(date).build().ok()?.timestamp();
    DateTime::from_unix(next.as_second(), due.subsec_nanos()).ok()
}

/// The day of the month on which the customer subscribed, if a shorter month took it away, else the day it is.
fn day_wanted(due: Date, subscribed: Timestamp) -> i8 {
    let first = subscribed.to_zoned(TimeZone::UTC).day();
    let is_last = due.day() == due.days_in_month();
    if is_last { due.day().max(first) } else { due.day() }
}

/// The alarm for a cycle, and the name under which it is set: what is set again after its write was lost has another.
pub(crate) fn alarm(it: &Subscription, now: DateTime) -> (String, RenewalOf) {
    let latest = now.checked_add(LONGEST_WAIT).unwrap_or(it.due_at);
    let (wake_at, set_at) = (it.due_at.min(latest), now);
    let (subscription_id, cycle, due_at) = (it.subscription_id, it.cycle, it.due_at);
    let name = format!("{subscription_id}/{cycle}/{set_at}");
    (name, RenewalOf { subscription_id, cycle, due_at, wake_at, set_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::subscription;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn run(first: &str, every: Interval, times: usize) -> Vec<String> {
        let first = at(first);
        let mut due = first;
        let mut dates = Vec::new();
        for _ in 0..times {
            due = after(due, every, first).unwrap();
            dates.push(due.to_string());
        }
        dates
    }

    #[test]
    fn a_week_is_seven_days() {
        assert_eq!(
            run("2026-12-28T09:00:00Z", Interval::Week, 2),
            ["2027-01-04T09:00:00Z", "2027-01-11T09:00:00Z"]
        );
    }

    #[test]
    fn a_day_that_a_month_does_not_have_comes_back() {
        assert_eq!(
            run("2027-12-31T23:59:59.5Z", Interval::Month, 4),
            [
                "2028-01-31T23:59:59.500Z",
                "2028-02-29T23:59:59.500Z",
                "2028-03-31T23:59:59.500Z",
                "2028-04-30T23:59:59.500Z"
            ]
        );
        assert_eq!(
            run("2026-11-30T09:00:00Z", Interval::Quarter, 2),
            ["2027-02-28T09:00:00Z", "2027-05-30T09:00:00Z"]
        );
        assert_eq!(
            run("2028-02-29T09:00:00Z", Interval::Year, 4),
            ["2029-02-28T09:00:00Z", "2030-02-28T09:00:00Z", "2031-02-28T09:00:00Z", "2032-02-29T09:00:00Z"]
        );
    }

    #[test]
    fn every_next_one_is_later_and_within_a_month_of_where_it_should_be() {
        for day in 0..2000 {
            let first = at("2026-01-01T12:00:00Z").checked_add(Duration::from_hours(24 * day)).unwrap();
            for (every, most) in
                [(Interval::Week, 7), (Interval::Month, 31), (Interval::Quarter, 92), (Interval::Year, 366)]
            {
                let mut due = first;
                for _ in 0..5 {
                    let next = after(due, every, first).unwrap();
                    let days = next.since(due).unwrap().as_secs() / 86_400;
                    assert!(days <= most && days + 3 >= most.min(366) - 3, "{due} to {next}: {days} days");
                    due = next;
                }
            }
        }
    }

    #[test]
    fn a_cycle_is_charged_at_once_and_after_1_3_and_7_days() {
        let due = at("2026-12-01T09:00:00Z");
        let tries: Vec<_> =
            tries(due).unwrap().iter().map(|it| (it.number.get(), it.at.to_string())).collect();
        let days = ["01", "02", "05", "12"].map(|day| format!("2026-12-{day}T09:00:00Z"));
        assert_eq!(tries, [1, 2, 3, 4].into_iter().zip(days.clone()).collect::<Vec<_>>());
        for (failed, day) in (1..).zip(&days[1..]) {
            assert_eq!(next_try(due, failed).unwrap().to_string(), *day);
        }
        assert_eq!(next_try(due, 4), None);
    }

    #[test]
    fn nobody_waits_longer_than_half_a_year_at_a_time() {
        let mut it = subscription();
        let now = it.due_at;
        let (name, alarm) = super::alarm(&it, now);
        assert_eq!((alarm.wake_at, name.len() <= 80), (it.due_at, true), "{name}");
        let later = now.checked_add(Duration::from_secs(30)).unwrap();
        let (again, _) = super::alarm(&it, later);
        assert_ne!(again, name, "it may be set again");
        it.due_at = now.checked_add(Duration::from_hours(365 * DAY)).unwrap();
        let (_, alarm) = super::alarm(&it, now);
        assert_eq!((alarm.due_at, alarm.wake_at.since(now)), (it.due_at, Some(LONGEST_WAIT)));
    }
}
