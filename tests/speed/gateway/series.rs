//! What was answered, second by second: how many with which status, and how long it took.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::histogram::Histogram;
use crate::memory::Memory;

/// What stands for a status where no answer came.
pub(crate) const NO_ANSWER: u16 = 0;

/// Answers of some time, by kind of call and status.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(BTreeMap<(&'static str, u16), Histogram>);

impl Answers {
    fn note(&mut self, kind: &'static str, status: u16, took: Duration) {
        self.0.entry((kind, status)).or_default().note(took);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (which, times) in &other.0 {
            self.0.entry(*which).or_default().add(times);
        }
    }

    /// How many calls there were, of statuses that are asked for.
    pub(crate) fn count(&self, wanted: impl Fn(u16) -> bool) -> u64 {
        self.0.iter().filter(|((_, status), _)| wanted(*status)).map(|(_, times)| times.count()).sum()
    }

    /// How many of all.
    pub(crate) fn share(&self, status: u16) -> f64 {
        self.count(|it| it == status) as f64 / self.count(|_| true).max(1) as f64
    }

    /// How long calls of a kind took.
    pub(crate) fn percentile(&self, kind: &str, percent: f64) -> Duration {
        self.times(|of, _| of == kind).percentile(percent)
    }

    /// How long everything took that wasn't turned away.
    pub(crate) fn taken(&self, percent: f64) -> Duration {
        self.times(|_, status| !is_turned_away(status)).percentile(percent)
    }

    fn times(&self, wanted: impl Fn(&str, u16) -> bool) -> Histogram {
        let mut all = Histogram::default();
        self.0
            .iter()
            .filter(|((kind, status), _)| wanted(kind, *status))
            .for_each(|(_, times)| all.add(times));
        all
    }

    /// As `200: 17, no answer: 2`.
    pub(crate) fn statuses(&self) -> String {
        let mut counts = BTreeMap::new();
        for ((_, status), times) in &self.0 {
            *counts.entry(*status).or_insert(0) += times.count();
        }
        let name =
            |status: u16| if status == NO_ANSWER { "no answer".to_owned() } else { status.to_string() };
        let counts = counts.into_iter().map(|(status, count)| format!("{}: {count}", name(status)));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// Whether a call was done.
pub(crate) fn is_done(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Whether it was turned away unseen, as one too many.
pub(crate) fn is_turned_away(status: u16) -> bool {
    status == 429 || status == 503
}

/// What came of a load, or of one of its phases.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) answers: Answers,
    /// Ids of what was made and acknowledged.
    pub(crate) made: Vec<Box<str>>,
    pub(crate) took: Duration,
}

impl Report {
    /// Takes in what came of asking once more.
    pub(crate) fn add(&mut self, other: Self) {
        self.answers.add(&other.answers);
        self.made.extend(other.made);
        self.took += other.took;
    }

    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.answers.count(|status| status != NO_ANSWER) as f64 / self.took.as_secs_f64()
    }
}

/// Everything since its beginning, by seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    seconds: Vec<Answers>,
    /// When it was looked, in seconds, and what the server held.
    pub(crate) memory: Vec<(f64, Memory)>,
}

impl Series {
    /// Whole seconds of it.
    pub(crate) fn len(&self) -> usize {
        // The last one may have been only begun.
        self.seconds.len().saturating_sub(1)
    }

    /// Its first seconds only.
    pub(crate) fn first(mut self, seconds: usize) -> Self {
        // With one more, which counts as only begun.
        self.seconds.truncate(seconds + 1);
        self.memory.retain(|it| it.0 < seconds as f64);
        self
    }

    /// All answers of some seconds.
    pub(crate) fn of(&self, seconds: Range<usize>) -> Answers {
        let mut all = Answers::default();
        self.seconds.iter().take(seconds.end).skip(seconds.start).for_each(|it| all.add(it));
        all
    }

    /// What the server held in some seconds, as a mean.
    pub(crate) fn held(&self, seconds: &Range<usize>) -> Option<Memory> {
        let within = |at: f64| at >= seconds.start as f64 && at < seconds.end as f64;
        let found: Vec<&Memory> = self.memory.iter().filter(|it| within(it.0)).map(|it| &it.1).collect();
        let mean = |of: fn(&Memory) -> f64| found.iter().map(|it| of(it)).sum::<f64>() / found.len() as f64;
        let some = !found.is_empty();
        some.then(|| Memory { resident: mean(|it| it.resident), anonymous: mean(|it| it.anonymous) })
    }
}

/// Where all callers write down what they were answered. Clones share it.
#[derive(Clone)]
pub(crate) struct Log {
    began: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    series: Series,
    phase: Report,
    /// When the phase began.
    since: Duration,
}

impl Log {
    /// An empty one; its seconds begin now.
    pub(crate) fn begin() -> Self {
        Self { began: Instant::now(), state: Arc::default() }
    }

    /// How long ago it began.
    pub(crate) fn at(&self) -> Duration {
        self.began.elapsed()
    }

    /// A call of a kind ended just now.
    pub(crate) fn note(&self, kind: &'static str, status: u16, took: Duration) {
        let second = self.at().as_secs() as usize;
        let mut state = self.state();
        if state.series.seconds.len() <= second {
            state.series.seconds.resize_with(second + 1, Answers::default);
        }
        state.series.seconds[second].note(kind, status, took);
        state.phase.answers.note(kind, status, took);
    }

    /// Something was made and acknowledged.
    pub(crate) fn made(&self, id: &str) {
        self.state().phase.made.push(id.into());
    }

    pub(crate) fn remember(&self, memory: Memory) {
        let at = self.at().as_secs_f64();
        self.state().series.memory.push((at, memory));
    }

    /// What came of the phase that ends here.
    pub(crate) fn phase(&self) -> Report {
        let now = self.at();
        let mut state = self.state();
        let took = now - state.since;
        state.since = now;
        Report { took, ..std::mem::take(&mut state.phase) }
    }

    /// Everything until now.
    pub(crate) fn series(&self) -> Series {
        self.state().series.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no caller fails")
    }
}
