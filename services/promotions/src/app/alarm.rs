//! Alarms of promotions.

use std::time::Duration;

use stipule_runtime::wire::DateTime;

/// Longest time between an alarm that is set and the write that it is set for: calls are answered or dropped before.
const SETTING: Duration = Duration::from_secs(30);

/// Whether an alarm that rings for nothing may be waiting for the write that it was set for.
pub(crate) fn is_fresh(set_at: DateTime, now: DateTime) -> bool {
    now.since(set_at).is_none_or(|age| age < SETTING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::noon;

    #[test]
    fn an_alarm_is_fresh_for_half_a_minute() {
        for (seconds, fresh) in [(0, true), (29, true), (30, false)] {
            let now = noon().checked_add(Duration::from_secs(seconds)).unwrap();
            assert_eq!(is_fresh(noon(), now), fresh, "{seconds}");
            assert!(is_fresh(now, noon()), "the clock was set back");
        }
    }
}
