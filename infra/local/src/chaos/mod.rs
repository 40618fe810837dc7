//! Bad weather on purpose: what a system in a cloud meets some day, drawn from a seed and met today.
//!
//! Struck are calls, functions and the table; told of each strike are the log and the console. No call, no message and no
//! step is struck down more than twice, so that nothing is given up for the weather alone.

mod store;

use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use http::StatusCode;
use quick_cache::sync::Cache;
use stipule_runtime::app::throttled;
use stipule_runtime::http::Problem;

use crate::happening::{Happening, Happenings, UNDER, Under};
pub(crate) use store::{Befallen, Rough};

/// How bad the weather is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chaos {
    /// How much of everything is struck: nothing at 0, everything at 1.
    pub rate: f64,
    /// Where the draws begin. The same seed gives the same draws; who draws which is up to the machine.
    pub seed: u64,
}

/// What befalls something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strike {
    /// It was told that there is too much going on. Nothing was done.
    Throttled,
    /// It came late.
    Delayed,
    /// It was done, and whoever asked doesn't know.
    Lost,
    /// A function ended in the middle of its work.
    Killed,
    /// It was done once more.
    Repeated,
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Throttled => "throttled",
            Self::Delayed => "delayed",
            Self::Lost => "answer lost",
            Self::Killed => "killed",
            Self::Repeated => "repeated",
        })
    }
}

/// Strikes of one cause that it can't just wait out.
const MOST: u8 = 2;

/// Causes that are remembered.
const CAUSES: usize = 65_536;

/// Longest delay, and longest life of a function that is killed.
const LATE: Duration = Duration::from_millis(200);
const LIFE: Duration = Duration::from_millis(15);

/// The weather of a platform.
pub(crate) struct Storm {
    rate: f64,
    /// It is calm until something is served: a seed is sown in peace.
    begun: AtomicBool,
    draws: Mutex<Rng>,
    struck: Cache<String, u8>,
    happenings: Happenings,
}

impl Storm {
    /// Calm for ever without chaos, until it [`begins`](Self::begin) with it.
    pub(crate) fn new(chaos: Option<Chaos>, happenings: Happenings) -> Self {
        let Chaos { rate, seed } = chaos.unwrap_or(Chaos { rate: 0.0, seed: 0 });
        let (begun, draws) = (AtomicBool::new(false), Mutex::new(Rng::with_seed(seed)));
        let causes = if rate > 0.0 { CAUSES } else { 1 };
        Self { rate, begun, draws, struck: Cache::new(causes), happenings }
    }

    pub(crate) fn begin(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }

    /// Takes a call in, or doesn't.
    ///
    /// # Errors
    /// The problem that a caller is told of whose call was one too many.
    pub(crate) fn take(&self, cause: &Under) -> Result<(), Problem> {
        match self.strikes("call", &[Strike::Throttled], Some(cause)) {
            Some(_) => Err(throttled(Duration::from_secs(1))),
            None => Ok(()),
        }
    }

    /// Lets a function work, late or not; none if it was killed, wherever it was: what is left of it goes on no more. Within the
    /// cause that it works for.
    pub(crate) async fn invoke<T, W: Future<Output = T>>(&self, work: Pin<&mut W>) -> Option<T> {
        match self.strike("function", &[Strike::Delayed, Strike::Killed]) {
            Some(Strike::Killed) => tokio::time::timeout(self.below(LIFE), work).await.ok(),
            Some(_) => {
                tokio::time::sleep(self.below(LATE)).await;
                Some(work.await)
            }
            None => Some(work.await),
        }
    }

    /// Whether a function is asked for the same once more.
    pub(crate) fn repeats(&self) -> bool {
        self.strike("function", &[Strike::Repeated]).is_some()
    }

    /// What befalls the thing that is being done now, if anything does.
    fn strike(&self, on: &str, kinds: &[Strike]) -> Option<Strike> {
        UNDER
            .try_with(|under| self.strikes(on, kinds, Some(under)))
            .unwrap_or_else(|_| self.strikes(on, kinds, None))
    }

    fn strikes(&self, on: &str, kinds: &[Strike], under: Option<&Under>) -> Option<Strike> {
        if self.rate <= 0.0 || !self.begun.load(Ordering::Relaxed) {
            return None;
        }
        let strike = {
            let mut draws = self.draws.lock().unwrap_or_else(PoisonError::into_inner);
            let is_struck = draws.f64() < self.rate;
            is_struck.then(|| draws.choice(kinds).copied())??
        };
        let fells = matches!(strike, Strike::Throttled | Strike::Lost | Strike::Killed);
        if let Some(under) = under.filter(|_| fells) {
            let before = self.struck.get(&under.cause).unwrap_or(0);
            if before >= MOST {
                return None;
            }
            self.struck.insert(under.cause.clone(), before + 1);
        }
        self.tell(strike, on, under);
        Some(strike)
    }

    fn tell(&self, strike: Strike, on: &str, under: Option<&Under>) {
        let why = under.cloned().unwrap_or_else(|| Under {
            correlation_id: String::new(),
            tenant: String::new(),
            cause: "publisher".to_owned(),
        });
        tracing::warn!(target: "chaos", %strike, on, cause = why.cause, "struck");
        self.happenings.tell(Happening::Struck { strike, on: on.to_owned(), why });
    }

    fn below(&self, most: Duration) -> Duration {
        let share = self.draws.lock().unwrap_or_else(PoisonError::into_inner).f64();
        most.mul_f64(share)
    }
}

/// What the caller is told whose function was killed. Whether it did what was asked nobody knows.
pub(crate) fn killed() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Something that is needed can't be reached")
        .header(http::header::RETRY_AFTER, http::HeaderValue::from_static("1"))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use stipule_runtime::App;

    use super::*;
    use crate::gateway::Answers;

    fn storm(rate: f64, seed: u64) -> Storm {
        let app = App::new([], []).unwrap();
        let storm =
            Storm::new(Some(Chaos { rate, seed }), Happenings::new(std::sync::Arc::new(Answers::new(&app))));
        storm.begin();
        storm
    }

    fn under(cause: &str) -> Under {
        Under { correlation_id: String::new(), tenant: String::new(), cause: cause.to_owned() }
    }

    #[test]
    fn a_seed_says_who_is_struck_and_a_rate_how_many() {
        let drawn = |rate, seed| -> Vec<bool> {
            let storm = storm(rate, seed);
            (0..1_000).map(|it| storm.take(&under(&it.to_string())).is_err()).collect()
        };
        assert_eq!(drawn(0.1, 7), drawn(0.1, 7));
        assert_ne!(drawn(0.1, 7), drawn(0.1, 8));
        let struck = drawn(0.1, 7).iter().filter(|struck| **struck).count();
        assert!((50..150).contains(&struck), "{struck} of 1000");
        assert_eq!(drawn(0.0, 7), [false; 1_000]);
    }

    #[test]
    fn nothing_is_struck_down_for_ever() {
        let storm = storm(1.0, 7);
        let struck = (0..100).filter(|_| storm.take(&under("one")).is_err()).count();
        assert_eq!(struck, 2);
    }

    #[tokio::test]
    async fn who_is_killed_never_answers_and_what_was_struck_is_told() {
        let storm = storm(1.0, 7);
        let mut told = storm.happenings.watch();
        let (mut killed, mut late) = (0, 0);
        for number in 0..20 {
            let never = pin!(std::future::pending::<()>());
            let work = UNDER.scope(under(&number.to_string()), storm.invoke(never));
            let ended = tokio::time::timeout(LATE * 2, work).await;
            match (ended, told.try_recv().expect("each is told")) {
                (Ok(None), Happening::Struck { strike: Strike::Killed, .. }) => killed += 1,
                (Err(_), Happening::Struck { strike: Strike::Delayed, .. }) => late += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(killed > 0 && late > 0, "{killed} {late}");
    }
}
