//! Randomness of a seed.

#[path = "../../draw/splitmix.rs"]
mod splitmix;

use std::sync::Mutex;
use std::sync::PoisonError;

use splitmix::SplitMix;
use stipule_runtime::ports::Ids;

/// A sequence of numbers that its seed decides.
#[derive(Clone, Debug)]
pub struct Chance(SplitMix);

impl Chance {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(SplitMix::new(seed))
    }

    /// A sequence for one purpose: what others draw doesn't move it.
    pub fn of(seed: u64, purpose: &str) -> Self {
        let mut chance = Self::new(seed);
        for byte in purpose.bytes() {
            chance = Self::new(chance.draw() ^ u64::from(byte));
        }
        chance
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0.word()
    }

    /// A number below `end`; 0 when that is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw().checked_rem(end).unwrap_or(0)
    }

    /// One of these, of which there is at least one.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = self.below(choices.len() as u64);
        choices[usize::try_from(place).unwrap_or(0)]
    }
}

/// Identifiers of a seed.
#[derive(Debug)]
pub struct SeededIds(Mutex<Chance>);

impl SeededIds {
    /// The identifiers that a seed gives.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Chance::of(seed, "ids")))
    }
}

impl Ids for SeededIds {
    fn random(&self) -> [u8; 16] {
        let mut chance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = [0; 16];
        for half in bytes.chunks_mut(8) {
            half.copy_from_slice(&chance.draw().to_be_bytes());
        }
        bytes
    }
}
