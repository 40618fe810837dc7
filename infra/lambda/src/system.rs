//! The sandbox's own clock and randomness.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use ring::rand::{SecureRandom, SystemRandom};
use stipule_runtime::ports::{Clock, Ids};
use stipule_runtime::wire::DateTime;

/// The time of the sandbox.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        DateTime::from_unix(seconds, since.subsec_nanos()).unwrap_or(DateTime::MAX)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(time).boxed()
    }
}

/// Randomness of the sandbox's system.
#[derive(Debug)]
pub struct SystemIds(SystemRandom);

impl Default for SystemIds {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Ids for SystemIds {
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // The system's generator fails only before it is seeded at boot; ids made then must not repeat silently.
        self.0.fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}
