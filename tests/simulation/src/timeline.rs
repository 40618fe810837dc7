//! What happened in a run, in order: told to a person, and compared with a replay.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Virtual time since the beginning.
    pub at: Duration,
    /// What.
    pub what: String,
}

/// Everything that happened. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Timeline(Arc<Mutex<Vec<Moment>>>);

impl Timeline {
    /// Notes something.
    pub fn tell(&self, at: Duration, what: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Moment { at, what });
    }

    /// What was noted.
    pub fn moments(&self) -> Vec<Moment> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A number that two runs share when the same happened in both at the same times.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.moments().hash(&mut hasher);
        hasher.finish()
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Moment { at, what } in self.moments() {
            writeln!(f, "{:>12.3} s  {what}", at.as_secs_f64())?;
        }
        Ok(())
    }
}
