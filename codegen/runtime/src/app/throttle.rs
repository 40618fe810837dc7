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
pub struct Bucket {
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
    /// A full one.
    pub fn new(throttle: Throttle) -> Self {
        Self { throttle, state: Mutex::default() }
    }

    /// Takes a call in, now.
    ///
    /// # Errors
    /// How long it takes until one more can be taken in; [`Duration::MAX`] of a throttle that takes none.
    pub fn take(&self, now: DateTime) -> Result<(), Duration> {
        let Throttle { rate, burst } = self.throttle;
        let cost = Duration::from_secs(1).as_nanos().checked_div(u128::from(rate)).ok_or(Duration::MAX)?;
        let full = cost * u128::from(burst);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state.get_or_insert(State { left: full, at: now });
        if let Some(passed) = now.since(state.at) {
            *state = State { left: full.min(state.left + passed.as_nanos()), at: now };
        }
        if full < cost {
            return Err(Duration::MAX);
        }
        match state.left.checked_sub(cost) {
            Some(left) => {
                state.left = left;
                Ok(())
            }
            // A second at most: a call costs no more.
            None => Err(Duration::from_nanos((cost - state.left) as u64)),
        }
    }

    /// Whether it is full by now: it might as well be a new one.
    pub fn is_full(&self, now: DateTime) -> bool {
        let rate = u128::from(self.throttle.rate);
        let Some(cost) = Duration::from_secs(1).as_nanos().checked_div(rate) else { return true };
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.as_ref().is_none_or(|state| {
            let passed = now.since(state.at).unwrap_or_default().as_nanos();
            state.left + passed >= cost * u128::from(self.throttle.burst)
        })
    }
}

impl App {
    /// With a limit to all calls together; what is beyond it is answered with a 429. Without, everything is taken.
    #[must_use]
    pub fn with_throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = Some(Bucket::new(throttle));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime {
        "2026-11-27T12:00:00Z".parse().unwrap()
    }

    fn after(millis: u64) -> DateTime {
        noon().checked_add(Duration::from_millis(millis)).unwrap()
    }

    #[test]
    fn a_burst_is_taken_at_once_and_then_as_much_as_time_fills_in() {
        let bucket = Bucket::new(Throttle { rate: 10, burst: 3 });
        let taken = |at| (0..9).filter(|_| bucket.take(at).is_ok()).count();
        assert_eq!(taken(noon()), 3);
        assert_eq!((taken(after(99)), taken(after(100)), taken(after(350))), (0, 1, 2));
        assert_eq!(taken(after(60_000)), 3, "never more than a burst");
        assert_eq!(taken(noon()), 0, "a clock that goes back fills nothing in");
    }

    #[test]
    fn who_waits_as_long_as_was_said_is_taken() {
        let bucket = Bucket::new(Throttle { rate: 3, burst: 1 });
        assert_eq!(bucket.take(noon()), Ok(()));
        let wait = bucket.take(after(100)).expect_err("it is empty");
        assert_eq!(wait, Duration::from_nanos(233_333_333));
        assert!(!bucket.is_full(after(100)));
        let then = after(100).checked_add(wait).unwrap();
        assert!(bucket.is_full(then));
        assert_eq!(bucket.take(then), Ok(()));
    }

    #[test]
    fn of_no_rate_nothing_is_taken() {
        for throttle in [Throttle { rate: 0, burst: 3 }, Throttle { rate: 3, burst: 0 }] {
            assert_eq!(Bucket::new(throttle).take(noon()), Err(Duration::MAX));
        }
    }
}
