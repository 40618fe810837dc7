//! Remembers what happened last, and counts it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use stipule_runtime::App;
use stipule_runtime::ports::Clock;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::meter::Meter;
use super::sign::{Sign, micros};
use crate::happening::{Happening, Outcome};

/// Happenings that are remembered.
const KEPT: usize = 4_096;

/// How long it rests after it has heard of everything: a page shows nothing sooner anyway.
const BREATH: Duration = Duration::from_millis(5);

/// Happenings that a slow page may fall behind.
const BACKLOG: usize = 1_024;

/// What happened last.
pub(crate) struct Recorder {
    app: Arc<App>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
    told: broadcast::Sender<Arc<Sign>>,
}

#[derive(Default)]
struct Memory {
    last: u64,
    kept: VecDeque<Arc<Sign>>,
    operations: BTreeMap<&'static str, Meter>,
    subscriptions: BTreeMap<&'static str, Meter>,
    /// By saga and step.
    steps: BTreeMap<(String, String), Meter>,
}

impl Recorder {
    pub(crate) fn new(app: Arc<App>, clock: Arc<dyn Clock>) -> Self {
        Self { app, clock, memory: Mutex::default(), told: broadcast::Sender::new(BACKLOG) }
    }

    /// Listens until told to stop.
    pub(crate) async fn run(
        self: Arc<Self>,
        mut happenings: broadcast::Receiver<Happening>,
        stopping: CancellationToken,
    ) {
        loop {
            let happening = tokio::select! {
                biased;
                () = stopping.cancelled() => return,
                happening = happenings.recv() => happening,
            };
            match happening {
                Ok(happening) => {
                    self.remember(happening);
                    std::iter::from_fn(|| happenings.try_recv().ok()).for_each(|it| self.remember(it));
                    // Who is woken by each call of many costs each of them more than all that is remembered.
                    self.clock.sleep(BREATH).await;
                }
                Err(RecvError::Lagged(missed)) => tracing::debug!(missed, "the console missed happenings"),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn remember(&self, what: Happening) {
        let at = self.clock.now().unix_millis();
        let mut memory = self.memory();
        memory.count(&what, at);
        memory.last += 1;
        let sign = Arc::new(Sign { number: memory.last, at, what });
        if memory.kept.len() == KEPT {
            memory.kept.pop_front();
        }
        memory.kept.push_back(Arc::clone(&sign));
        // No page is open: that is fine.
        let _ = self.told.send(sign);
    }

    /// What is remembered after a number, and everything from now on.
    pub(super) fn watch(&self, after: u64) -> (Vec<Arc<Sign>>, broadcast::Receiver<Arc<Sign>>) {
        let memory = self.memory();
        let before = memory.kept.iter().filter(|sign| sign.number > after).cloned().collect();
        (before, self.told.subscribe())
    }

    /// What is remembered of some stories, in order.
    pub(super) fn of_stories(&self, stories: &[String]) -> Vec<Value> {
        let memory = self.memory();
        let theirs = memory.kept.iter().filter(|sign| stories.iter().any(|story| story == sign.story()));
        theirs.map(|sign| sign.to_json(&self.app)).collect()
    }

    /// The stories of what happened that mentions an id: a call by its own, a step by its run.
    pub(super) fn stories_about(&self, id: &str) -> Vec<String> {
        let memory = self.memory();
        let about = |sign: &&Arc<Sign>| match &sign.what {
            Happening::Answered(it) => it.request_id == id || it.correlation_id == id || it.path.contains(id),
            Happening::Stepped(it) => it.task.key.contains(id),
            _ => sign.story() == id,
        };
        let mut stories: Vec<String> =
            memory.kept.iter().filter(about).map(|sign| sign.story().to_owned()).collect();
        stories.sort();
        stories.dedup();
        stories
    }

    /// Everything that was counted.
    pub(super) fn meters(&self) -> Value {
        let memory = self.memory();
        let now = self.clock.now().unix_millis();
        let named = |meters: &BTreeMap<&'static str, Meter>| -> Value {
            meters.iter().map(|(name, meter)| ((*name).to_owned(), meter.to_json(now))).collect()
        };
        let steps: Vec<Value> = memory
            .steps
            .iter()
            .map(|((saga, step), meter)| json!({ "saga": saga, "step": step, "meter": meter.to_json(now) }))
            .collect();
        json!({
            "operations": named(&memory.operations),
            "subscriptions": named(&memory.subscriptions),
            "steps": steps,
            "last": memory.last,
        })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn count(&mut self, what: &Happening, now: i64) {
        match what {
            Happening::Answered(it) => {
                let Some(operation) = it.operation else { return };
                let meter = self.operations.entry(operation.id).or_default();
                meter.add(micros(it.took), it.status >= 400, it.status >= 500, now);
            }
            Happening::Handled { subscription, outcome, took, .. } => {
                let (again, lost) =
                    (matches!(outcome, Outcome::Retried { .. }), matches!(outcome, Outcome::Parked { .. }));
                let meter = self.subscriptions.entry(subscription).or_default();
                meter.add(micros(*took), again, lost, now);
            }
            Happening::Stepped(it) => {
                let key = (it.task.saga.clone(), it.task.step.clone());
                let failed = it.failure.is_some();
                self.steps.entry(key).or_default().add(micros(it.took), failed, false, now);
            }
            Happening::Published(_) | Happening::Wrote(_) | Happening::Struck { .. } => {}
        }
    }
}
