//! Counts and times of one kind of thing.

use serde_json::{Value, json};

/// Seconds of which the count of each is known.
const WINDOW: usize = 60;

/// Steps of the histogram: each is a fourth of a doubling, from 1 µs on.
const STEPS: usize = 128;

/// Counts and times.
pub(super) struct Meter {
    count: u64,
    refused: u64,
    failed: u64,
    times: [u32; STEPS],
    seconds: [u32; WINDOW],
    /// The second that the last count is of.
    last: i64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { count: 0, refused: 0, failed: 0, times: [0; STEPS], seconds: [0; WINDOW], last: 0 }
    }
}

impl Meter {
    /// Counts one that took so many microseconds, at `now` in milliseconds since 1970.
    pub(super) fn add(&mut self, micros: u64, refused: bool, failed: bool, now: i64) {
        self.count += 1;
        self.refused += u64::from(refused && !failed);
        self.failed += u64::from(failed);
        if let Some(step) = self.times.get_mut(step_of(micros)) {
            *step = step.saturating_add(1);
        }
        let second = now.div_euclid(1_000);
        self.forget(second);
        if let Some(count) = self.seconds.get_mut(place_of(second)) {
            *count = count.saturating_add(1);
        }
    }

    /// Empties the seconds between the last count and this one.
    fn forget(&mut self, second: i64) {
        let gone = (second - self.last).clamp(0, WINDOW as i64);
        for back in 0..gone {
            if let Some(count) = self.seconds.get_mut(place_of(second - back)) {
                *count = 0;
            }
        }
        self.last = self.last.max(second);
    }

    /// Microseconds that the given share of all took at most.
    fn quantile(&self, share: f64) -> u64 {
        let total: u64 = self.times.iter().map(|count| u64::from(*count)).sum();
        let wanted = (total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (step, count) in self.times.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= wanted && wanted > 0 {
                return 2_f64.powf((step as f64 + 0.5) / 4.0) as u64;
            }
        }
        0
    }

    pub(super) fn to_json(&self, now: i64) -> Value {
        let second = now.div_euclid(1_000);
        let since = second - self.last;
        let recent: Vec<u32> = (0..WINDOW as i64)
            .rev()
            .map(|back| match back >= since {
                true => self.seconds.get(place_of(second - back)).copied().unwrap_or(0),
                false => 0,
            })
            .collect();
        json!({
            "count": self.count, "refused": self.refused, "failed": self.failed,
            "p50": self.quantile(0.5), "p99": self.quantile(0.99), "recent": recent,
        })
    }
}

fn step_of(micros: u64) -> usize {
    (((micros.max(1) as f64).log2() * 4.0) as usize).min(STEPS - 1)
}

fn place_of(second: i64) -> usize {
    usize::try_from(second.rem_euclid(WINDOW as i64)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_knows_its_quantiles_within_a_fourth_of_a_doubling() {
        let mut meter = Meter::default();
        (1..=100).for_each(|at| meter.add(at * 100, false, false, 0));
        let [half, most] = [meter.quantile(0.5), meter.quantile(0.99)];
        assert!((4_200..=6_000).contains(&half), "{half}");
        assert!((8_400..=12_000).contains(&most), "{most}");
        assert_eq!(Meter::default().quantile(0.5), 0);
    }

    #[test]
    fn seconds_that_are_over_for_a_minute_are_forgotten() {
        let mut meter = Meter::default();
        let now = 1_700_000_000_000;
        meter.add(1, false, false, now);
        meter.add(1, true, false, now + 1_000);
        let recent = |at: i64| {
            meter.to_json(at)["recent"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_u64().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(recent(now + 1_000)[58..], [1, 1]);
        assert_eq!(recent(now + 4_000)[55..], [1, 1, 0, 0, 0]);
        assert_eq!(recent(now + 70_000).iter().sum::<u64>(), 0);
    }
}
