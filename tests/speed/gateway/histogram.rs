//! Times, counted by how long they took: a percentile of any number of them, in little memory.

use std::collections::BTreeMap;
use std::time::Duration;

/// Steps of each doubling: what is told of a time is right within a hundredth of it.
const STEPS: u64 = 64;

/// How many took how long.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    count: u64,
    steps: BTreeMap<u16, u32>,
}

impl Histogram {
    pub(crate) fn note(&mut self, took: Duration) {
        self.count += 1;
        *self.steps.entry(step_of(took)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.count += other.count;
        for (step, count) in &other.steps {
            *self.steps.entry(*step).or_default() += count;
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// What so many percent took at most; nothing where none was noted.
    pub(crate) fn percentile(&self, percent: f64) -> Duration {
        let wanted = ((self.count as f64 * percent / 100.0).ceil() as u64).max(1);
        let mut seen = 0;
        for (step, count) in &self.steps {
            seen += u64::from(*count);
            if seen >= wanted {
                return time_of(*step);
            }
        }
        Duration::ZERO
    }
}

fn step_of(took: Duration) -> u16 {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let doublings = u64::from(micros.max(STEPS).ilog2() - STEPS.ilog2());
    // Below the first doubling each microsecond is a step.
    (doublings * STEPS + (micros >> doublings)) as u16
}

/// The middle of a step.
fn time_of(step: u16) -> Duration {
    let doublings = (u64::from(step) / STEPS).saturating_sub(1);
    let least = (u64::from(step) - doublings * STEPS) << doublings;
    Duration::from_micros(least + (1_u64 << doublings) / 2)
}
