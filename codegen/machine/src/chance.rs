//! Randomness that a seed repeats.

use sha2::{Digest, Sha256};

/// A generator for jitter, task tokens and the intrinsic functions that draw: SHA-256 over the seed and a counter, so
/// nobody learns the next draw from the ones before.
#[derive(Clone, Debug)]
pub struct Chance {
    seed: [u8; 32],
    counter: u64,
}

impl Chance {
    /// From a secret seed: what strangers may see of the draws tells them nothing.
    pub fn secret(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    /// The same number gives the same draws: for tests and simulations.
    pub fn seeded(number: u64) -> Self {
        Self::secret(Sha256::digest(number.to_be_bytes()).into())
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        let digest =
            Sha256::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes()).finalize();
        self.counter = self.counter.wrapping_add(1);
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// A number from 0 to `most`, both included.
    pub fn up_to(&mut self, most: u64) -> u64 {
        match most.checked_add(1) {
            Some(range) => self.draw() % range,
            None => self.draw(),
        }
    }
}
