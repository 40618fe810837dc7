//! Items that expire. The store sweeps them away some time after, within days; until then they are still there.
//! Reads pass over them and writes treat them as absent, so nobody sees the difference.

use std::time::Duration;

use stipule_wire::{Date, DateTime};

use crate::item::{Attr, Item};
use crate::store::TableSchema;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The expiry of an item, some time after an instant: in whole seconds since 1970, the last of which is begun. Source:
/// "Using time to live (TTL)" of the DynamoDB developer guide.
pub fn after(instant: &DateTime, time: Duration) -> Attr {
    let up = i64::from(instant.subsec_nanos() > 0 || time.subsec_nanos() > 0);
    Attr::integer(instant.unix_seconds().saturating_add(seconds(time)).saturating_add(up))
}

/// As [`after`], some time after the beginning of a day in UTC.
pub fn after_day(date: &Date, time: Duration) -> Attr {
    let up = i64::from(time.subsec_nanos() > 0);
    Attr::integer(i64::from(date.days_since_epoch()) * DAY + seconds(time).saturating_add(up))
}

/// Whether an item has expired.
pub fn is_expired(item: &Item, table: &TableSchema, now: &DateTime) -> bool {
    item.integer(table.ttl_attribute()).is_some_and(|expires| expires <= now.unix_seconds())
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_that_has_begun_counts() {
        let instant = DateTime::from_unix(100, 1).expect("an instant");
        assert_eq!(after(&instant, Duration::from_secs(5)).as_integer(), Some(106));
        let instant = DateTime::from_unix(100, 0).expect("an instant");
        assert_eq!(after(&instant, Duration::ZERO).as_integer(), Some(100));
        assert_eq!(after(&instant, Duration::from_millis(1)).as_integer(), Some(101));
        let day = Date::new(1970, 1, 3).expect("a day");
        assert_eq!(after_day(&day, Duration::from_secs(7)).as_integer(), Some(2 * 86_400 + 7));
    }
}
