//! How many calls are worked on at once: as many as end within a wait, [`WAIT`] unless told otherwise, at the pace at which calls end now. One more is
//! turned away at once, with 429, and waits where it costs nothing: at the caller.
//!
//! Little's law: who comes when `n` are there waits for `n` divided by the pace. So the most that may be there is the pace
//! times the longest wait. The pace is measured while there is enough to do, and never guessed. Reads and writes are
//! counted apart: a flood of writes waits for the disk, and reads go by.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::Method;

/// How long a call may wait for those before it, unless told otherwise.
pub(crate) const WAIT: Duration = Duration::from_millis(250);

/// How long calls are counted for the pace.
const WINDOW: Duration = Duration::from_millis(100);

/// How long passes at least between two lines of the log about calls that were turned away.
const SILENCE: Duration = Duration::from_secs(1);

/// As many may always be there: below, one slow call would turn others away.
const LEAST: u32 = 64;

/// As many may be there before anything was measured.
const FIRST: u32 = 256;

/// More than that are never worth their memory.
const MOST: u32 = 20_000;

/// Who may come in.
#[derive(Debug)]
pub(crate) struct Admission {
    reads: Lane,
    writes: Lane,
}

/// Calls of one kind.
#[derive(Debug)]
struct Lane {
    kind: &'static str,
    wait: Duration,
    state: Mutex<State>,
}

/// What goes on in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crowd {
    /// `reads` or `writes`.
    pub(crate) kind: &'static str,
    /// Calls that are worked on.
    pub(crate) here: u32,
    /// Most that may be.
    pub(crate) most: u32,
    /// Calls that were turned away since the start.
    pub(crate) turned_away: u64,
}

#[derive(Debug)]
struct State {
    here: u32,
    most: u32,
    /// Most that were here in the window.
    peak: u32,
    /// How many ended in the window.
    ended: u32,
    window: Instant,
    /// How many were turned away since the start, and when this was last said.
    turned_away: u64,
    told: u64,
    /// When that was.
    said: Option<Instant>,
}

/// A call that is worked on; it ends with this.
#[derive(Debug)]
pub(crate) struct Place<'a>(&'a Lane);

impl Admission {
    /// For calls that may wait so long for those before them.
    pub(crate) fn new(wait: Duration, now: Instant) -> Self {
        let lane = |kind| {
            let state = State {
                here: 0,
                most: FIRST,
                peak: 0,
                ended: 0,
                window: now,
                turned_away: 0,
                told: 0,
                said: None,
            };
            Lane { kind, wait, state: Mutex::new(state) }
        };
        Self { reads: lane("reads"), writes: lane("writes") }
    }

    /// What goes on in each lane.
    pub(crate) fn crowds(&self) -> [Crowd; 2] {
        [&self.reads, &self.writes].map(|lane| {
            let State { here, most, turned_away, .. } = *lane.state();
            Crowd { kind: lane.kind, here, most, turned_away }
        })
    }

    /// A place for a call; none when those that are there take too long already.
    pub(crate) fn enter(&self, method: &Method, now: Instant) -> Option<Place<'_>> {
        let lane = if method.is_safe() { &self.reads } else { &self.writes };
        lane.enter(now).then(|| Place(lane))
    }
}

impl Lane {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, now: Instant) -> bool {
        let mut state = self.state();
        state.look(self.kind, self.wait, now);
        if state.here >= state.most {
            state.turned_away += 1;
            return false;
        }
        state.here += 1;
        state.peak = state.peak.max(state.here);
        true
    }

    fn leave(&self, now: Instant) {
        let mut state = self.state();
        state.here = state.here.saturating_sub(1);
        state.ended = state.ended.saturating_add(1);
        state.look(self.kind, self.wait, now);
    }
}

impl State {
    /// Measures the pace when the window is over, if there was enough to do in it.
    fn look(&mut self, kind: &str, wait: Duration, now: Instant) {
        let took = now.saturating_duration_since(self.window);
        if took < WINDOW {
            return;
        }
        let is_busy = u64::from(self.peak) * 2 >= u64::from(self.most);
        if is_busy && self.ended > 0 {
            let pace = f64::from(self.ended) / took.as_secs_f64();
            // Half the way at once: one window alone may have been slow.
            let wanted = (f64::from(self.most) + pace * wait.as_secs_f64()) / 2.0;
            self.most = (wanted as u32).clamp(LEAST, MOST);
        }
        let is_silent = self.said.is_none_or(|said| now.saturating_duration_since(said) >= SILENCE);
        if self.turned_away > self.told && is_silent {
            let Self { here, most, .. } = *self;
            let message = "calls are turned away: those before them take too long";
            tracing::warn!(kind, turned_away = self.turned_away - self.told, here, most, message);
            (self.said, self.told) = (Some(now), self.turned_away);
        }
        (self.ended, self.peak, self.window) = (0, self.here, now);
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many calls as come in.
    fn fill(lane: &Lane, now: Instant) -> u32 {
        (0..MOST + 1).take_while(|_| lane.enter(now)).count() as u32
    }

    #[test]
    fn who_would_wait_too_long_is_turned_away_until_others_have_ended() {
        let now = Instant::now();
        let admission = Admission::new(WAIT, now);
        let lane = &admission.writes;
        assert_eq!(fill(lane, now), FIRST);
        assert!(admission.enter(&Method::POST, now).is_none());
        assert!(admission.enter(&Method::GET, now).is_some(), "reads go by");
        lane.leave(now);
        let place = admission.enter(&Method::POST, now).expect("one has ended");
        let writes = Crowd { kind: "writes", here: FIRST, most: FIRST, turned_away: 2 };
        assert_eq!(admission.crowds()[1], writes, "the one that `fill` ended with, and the one after it");
        drop(place);
    }

    /// Calls come as fast as they may, and end at a pace per second; how many may be there at last.
    fn most_at(pace: u32, windows: u32, wait: Duration) -> u32 {
        let mut now = Instant::now();
        let admission = Admission::new(wait, now);
        for _ in 0..windows {
            for _ in 0..pace / 10 {
                fill(&admission.reads, now);
                admission.reads.leave(now);
            }
            now += WINDOW;
            fill(&admission.reads, now);
        }
        admission.reads.state().most
    }

    #[test]
    fn as_many_are_there_as_end_within_the_wait() {
        for (pace, wait, wanted) in
            [(1_000, 250, 250), (4_000, 250, 1_000), (20_000, 250, 5_000), (4_000, 50, 200)]
        {
            let most = most_at(pace, 30, Duration::from_millis(wait));
            assert!(most.abs_diff(wanted) <= wanted / 50 + 1, "{most} at {pace} a second and {wait} ms");
        }
        assert_eq!(most_at(20, 30, WAIT), LEAST, "a slow platform still takes some");
    }

    #[test]
    fn what_ends_while_there_is_little_to_do_says_nothing_of_the_pace() {
        let mut now = Instant::now();
        let admission = Admission::new(WAIT, now);
        for _ in 0..100 {
            assert!(admission.reads.enter(now));
            admission.reads.leave(now);
            now += WINDOW;
        }
        assert_eq!(admission.reads.state().most, FIRST);
    }

    #[test]
    fn a_platform_that_stands_still_takes_no_more_than_it_did() {
        let mut now = Instant::now();
        let admission = Admission::new(WAIT, now);
        let mut taken = 0;
        for _ in 0..100 {
            taken += fill(&admission.writes, now);
            now += WINDOW;
        }
        assert_eq!(taken, FIRST);
    }
}
