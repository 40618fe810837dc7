//! A time that never goes back, for what waits: where the clock of the machine is set back, it goes on from where it was.

use std::sync::{Mutex, PoisonError};

use stipule_runtime::ports::Clock;

/// The time of a file's waits.
#[derive(Debug)]
pub(crate) struct Steady(Mutex<Told>);

#[derive(Debug)]
struct Told {
    /// Milliseconds since 1970.
    last: i64,
    /// By how much the clock was set back since, in milliseconds.
    ahead: i64,
}

impl Steady {
    /// Not before this time, in milliseconds since 1970: the last one that the file knows.
    pub(crate) fn since(last: i64) -> Self {
        Self(Mutex::new(Told { last, ahead: 0 }))
    }

    /// Milliseconds since 1970 by the clock, and what it was set back by.
    pub(crate) fn now(&self, clock: &dyn Clock) -> i64 {
        // The clock is read under the lock, or two who read it at once would seem to set it back.
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = clock.now().unix_millis().saturating_add(told.ahead);
        told.ahead = told.ahead.saturating_add((told.last - shown).max(0));
        told.last = told.last.max(shown);
        told.last
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::system::MovableClock;

    #[test]
    fn where_the_clock_is_set_back_time_goes_on_from_where_it_was() {
        let clock = MovableClock::new();
        let steady = Steady::since(0);
        let first = steady.now(&clock);
        clock.set_back(Duration::from_hours(1));
        let after = steady.now(&clock);
        assert!(after >= first, "{first} {after}");
        clock.advance(Duration::from_secs(5));
        assert!(steady.now(&clock) >= after + 5_000, "what waits five seconds waits no hour");
    }

    #[test]
    fn a_file_of_later_times_is_no_reason_to_wait_for_them() {
        let clock = MovableClock::new();
        let later = clock.now().unix_millis() + 3_600_000;
        let steady = Steady::since(later);
        assert_eq!(steady.now(&clock), later);
        clock.advance(Duration::from_secs(5));
        assert!(steady.now(&clock) >= later + 4_000);
    }
}
