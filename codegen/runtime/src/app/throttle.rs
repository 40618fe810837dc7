//! How many calls a platform takes: a bucket of tokens, as an API gateway has one for all calls together.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use stipule_wire::DateTime;

use super::App;

/// What is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Calls a second, on and on.
    pub rate: u32,
    /// Calls at once, after a rest.
    pub burst: u32,
}

impl Throttle {
    /// What an account has at API Gateway until it asks for more. Source: "Amazon API Gateway quotas", throttle quota per
    /// account and region.
    pub const ACCOUNT: Self = Self { rate: 10_000, burst: 5_000 };
}

/// What is left of a throttle.
#[derive(Debug)]
pub(super) struct Bucket {
    throttle: Throttle,
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    /// Nanoseconds of tokens: a call costs what it takes to fill one in.
    left: u128,
    at: DateTime,
}

impl Bucket {
    /// Whether a call is taken now.
    pub(super) fn takes(&self, now: DateTime) -> bool {
        let Throttle { rate, burst } = self.throttle;
        let Some(cost) = Duration::from_secs(1).as_nanos().checked_div(u128::from(rate)) else {
            return false;
        };
        let full = cost * u128::from(burst);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state.get_or_insert(State { left: full, at: now });
        if let Some(passed) = now.since(state.at) {
            *state = State { left: full.min(state.left + passed.as_nanos()), at: now };
        }
        let taken = state.left.checked_sub(cost);
        state.left = taken.unwrap_or(state.left);
        taken.is_some()
    }
}

impl App {
    /// With a limit to all calls together; what is beyond it is answered with a 429. Without, everything is taken.
    #[must_use]
    pub fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = Some(Bucket { throttle, state: Mutex::default() });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_at_once_and_then_as_much_as_time_fills_in() {
        let bucket = Bucket { throttle: Throttle { rate: 10, burst: 3 }, state: Mutex::default() };
        let noon: DateTime = "2026-11-27T12:00:00Z".parse().unwrap();
        let after = |millis| noon.checked_add(Duration::from_millis(millis)).unwrap();
        let taken = |at| (0..9).filter(|_| bucket.takes(at)).count();
        assert_eq!(taken(noon), 3);
        assert_eq!((taken(after(99)), taken(after(100)), taken(after(350))), (0, 1, 2));
        assert_eq!(taken(after(60_000)), 3, "never more than a burst");
        assert_eq!(taken(noon), 0, "a clock that goes back fills nothing in");
    }

    #[test]
    fn of_no_rate_nothing_is_taken() {
        let bucket = Bucket { throttle: Throttle { rate: 0, burst: 3 }, state: Mutex::default() };
        assert!(!bucket.takes("2026-11-27T12:00:00Z".parse().unwrap()));
    }
}
