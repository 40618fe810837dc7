//! The machine's own clock and randomness.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use ring::rand::{SecureRandom, SystemRandom};
use stipule_runtime::ports::{Clock, Ids};
use stipule_runtime::wire::DateTime;
use tokio::sync::Notify;

/// The time of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        // The clock of the machine is between 1970 and the year 9999, which is all that can go wrong.
        DateTime::from_unix(seconds, since.subsec_nanos()).expect("the clock shows a date of this calendar")
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(time).boxed()
    }
}

/// The time of the machine, moved on by hand: for tests and demos in which days go by. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct MovableClock(Arc<Moved>);

#[derive(Debug, Default)]
struct Moved {
    by: Mutex<Duration>,
    back: Mutex<Duration>,
    moved: Notify,
}

impl MovableClock {
    /// A clock that shows the time of the machine until it is moved.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets time go by at once: whoever sleeps until then wakes.
    pub fn advance(&self, time: Duration) {
        let mut by = self.0.by.lock().unwrap_or_else(PoisonError::into_inner);
        *by = by.saturating_add(time);
        drop(by);
        self.0.moved.notify_waiters();
    }

    /// Shows an earlier time from now on, as a machine does whose clock was wrong. Who sleeps sleeps as long as before.
    pub fn set_back(&self, by: Duration) {
        let mut back = self.0.back.lock().unwrap_or_else(PoisonError::into_inner);
        *back = back.saturating_add(by);
    }

    /// The time without what it was set back by: what is slept through.
    fn elapsed(&self) -> DateTime {
        let by = *self.0.by.lock().unwrap_or_else(PoisonError::into_inner);
        SystemClock.now().checked_add(by).unwrap_or(DateTime::MAX)
    }
}

impl Clock for MovableClock {
    fn now(&self) -> DateTime {
        let back = *self.0.back.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = self.elapsed();
        elapsed.checked_sub(back).unwrap_or(elapsed)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        let until = self.elapsed().checked_add(time).unwrap_or(DateTime::MAX);
        async move {
            loop {
                let moved = self.0.moved.notified();
                let Some(left) = until.since(self.elapsed()).filter(|left| !left.is_zero()) else { return };
                tokio::select! {
                    () = moved => {}
                    () = tokio::time::sleep(left) => {}
                }
            }
        }
        .boxed()
    }
}

/// Randomness of the operating system, fetched for many ids at once: a call has several, and each fetch is a call of the
/// system.
pub struct SystemIds {
    system: SystemRandom,
    ahead: Mutex<Vec<[u8; 16]>>,
}

/// How many ids' randomness is fetched at once.
const AHEAD: usize = 64;

impl Default for SystemIds {
    fn default() -> Self {
        Self { system: SystemRandom::new(), ahead: Mutex::default() }
    }
}

/// Without what nobody may know yet.
impl fmt::Debug for SystemIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemIds").finish_non_exhaustive()
    }
}

impl Ids for SystemIds {
    fn random(&self) -> [u8; 16] {
        // What was taken is gone before anything can panic: nothing is given twice.
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.pop().unwrap_or_else(|| {
            let mut bytes = [[0; 16]; AHEAD];
            // The system's generator fails only before it is seeded at boot; ids made then must not repeat silently.
            self.system.fill(bytes.as_flattened_mut()).expect("the operating system gives random bytes");
            ahead.extend_from_slice(&bytes[1..]);
            bytes[0]
        })
    }
}
