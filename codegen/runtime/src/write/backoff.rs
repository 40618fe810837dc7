//! Waiting between tries.

use std::time::Duration;

use crate::ports::Ports;

/// Waits that double, with full jitter, a bounded number of times: about two seconds in all.
///
/// Source: "Exponential backoff and jitter", AWS architecture blog.
pub(crate) struct Backoff<'p> {
    ports: &'p Ports,
    tried: u32,
}

/// Tries in all.
pub(crate) const TRIES: u32 = 12;
const FIRST: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_millis(400);

impl<'p> Backoff<'p> {
    pub(crate) fn new(ports: &'p Ports) -> Self {
        Self { ports, tried: 0 }
    }

    /// Something was done: the tries that are to come count anew.
    pub(crate) fn moved(&mut self) {
        self.tried = 0;
    }

    /// Waits for the next try; `false` when there have been enough.
    pub(crate) async fn again(&mut self) -> bool {
        self.tried += 1;
        if self.tried >= TRIES {
            return false;
        }
        let longest = FIRST.saturating_mul(1 << self.tried.min(16)).min(LONGEST);
        let [first, second, ..] = self.ports.ids.random();
        let chance = u32::from(u16::from_be_bytes([first, second]));
        self.ports.clock.sleep(longest * chance / u32::from(u16::MAX)).await;
        true
    }
}
