//! One run of a target: what went wrong, if anything did.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use cpu_time::ThreadTime;

use crate::corpus::Input;
use crate::target::Check;

/// A run that takes longer is a finding: time of the processor, as others may keep this thread waiting.
pub const SLOW: Duration = Duration::from_secs(2);

/// The last panic's words and place; a panic may happen on a thread of the code under test.
static SAID: Mutex<Option<Fault>> = Mutex::new(None);

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A panic, or a promise that the target found broken.
    Panic {
        /// `file:line`.
        place: String,
        /// Its words.
        message: String,
    },
    /// It took longer than [`SLOW`].
    Slow(Duration),
}

impl Fault {
    /// Whether two faults have most likely one cause.
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Panic { place: one, .. }, Self::Panic { place: two, .. }) => one == two,
            (Self::Slow(_), Self::Slow(_)) => true,
            _ => false,
        }
    }
}

/// What a panic says is kept for the whole process, so there is one run at a time; a campaign's process has one anyway.
static TURN: Mutex<()> = Mutex::new(());

/// Whether a target runs.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// Keeps what a panic of a target says instead of printing it. Holds for the whole process.
pub fn be_quiet() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !RUNNING.load(Ordering::Relaxed) {
            return before(info);
        }
        let place = info.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        let message = info.payload_as_str().unwrap_or("a panic without words").to_owned();
        let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        said.get_or_insert(Fault::Panic { place, message });
    }));
}

/// Runs a target on an input; [`be_quiet`] comes first. `None` when nothing is wrong.
pub fn attempt(check: &Check, input: &Input) -> Option<Fault> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // What a thread of an earlier run said late is nothing of this one.
    SAID.lock().unwrap_or_else(PoisonError::into_inner).take();
    let start = ThreadTime::now();
    RUNNING.store(true, Ordering::Relaxed);
    let ended = panic::catch_unwind(AssertUnwindSafe(|| check(input)));
    RUNNING.store(false, Ordering::Relaxed);
    let took = start.elapsed();
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner).take();
    if ended.is_err() {
        let silent =
            || Fault::Panic { place: String::new(), message: "a panic outside of the hook".to_owned() };
        return Some(said.unwrap_or_else(silent));
    }
    if said.is_some() {
        // A panic that the code under test caught, or that ended a thread or a task of it: a fault all the same.
        return said;
    }
    (took > SLOW).then_some(Fault::Slow(took))
}
