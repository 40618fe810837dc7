//! Repeatable chance.

#[path = "../../draw/splitmix.rs"]
mod splitmix;

use splitmix::SplitMix;

/// A source of numbers that follow from its seed.
#[derive(Clone, Debug)]
pub struct Random(SplitMix);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(SplitMix::new(seed))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0.word()
    }

    /// A number from 0 to `bound` − 1; 0 for an empty range.
    pub fn below(&mut self, bound: usize) -> usize {
        match u64::try_from(bound) {
            Ok(0) | Err(_) => 0,
            Ok(bound) => usize::try_from(self.number() % bound).unwrap_or(0),
        }
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    /// One of these, which are not none.
    pub fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Takes one of these out.
    pub fn take<T>(&mut self, choices: &mut Vec<T>) -> Option<T> {
        if choices.is_empty() { None } else { Some(choices.swap_remove(self.below(choices.len()))) }
    }
}
