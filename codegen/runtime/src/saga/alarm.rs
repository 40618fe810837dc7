//! Alarms: sagas that wait for a moment, and are set before what they are for is written.

use std::time::Duration;

use stipule_wire::DateTime;

use crate::context::Context;
use crate::subscription::Failure;

/// Longest time between an alarm that is set and the write that it is set for: calls are answered or dropped before.
const SETTING: Duration = Duration::from_secs(30);

/// An alarm rings, and there is nothing that it rings for: what it was set for was never written, or isn't yet.
///
/// # Errors
/// [`Failure::retry`] as long as the write may still come.
pub fn rings_for_nothing(cx: &Context, set_at: DateTime) -> Result<(), Failure> {
    match is_fresh(set_at, cx.now()) {
        true => Err(Failure::retry("the write that the alarm was set for may still come")),
        false => Ok(()),
    }
}

fn is_fresh(set_at: DateTime, now: DateTime) -> bool {
    now.since(set_at).is_none_or(|age| age < SETTING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_fresh_for_half_a_minute() {
        let noon: DateTime = "2026-11-02T12:00:00Z".parse().unwrap();
        for (seconds, fresh) in [(0, true), (29, true), (30, false)] {
            let now = noon.checked_add(Duration::from_secs(seconds)).unwrap();
            assert_eq!(is_fresh(noon, now), fresh, "{seconds}");
            assert!(is_fresh(now, noon), "the clock was set back");
        }
    }
}
