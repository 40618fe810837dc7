//! Makes the calls of runs and minds their timers.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use stipule_machine::{Answer, Call, Failure};
use stipule_runtime::App;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::{StepFailure, StepTask};
use stipule_runtime::wire::Any;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{RunKey, Runs, RunsError, Work, lock};
use crate::chaos::Storm;
use crate::happening::{Happening, Happenings, Stepped, UNDER, Under};
use crate::remote::Remote;

/// Calls that are made at once.
const AT_ONCE: usize = 64;

/// Longest sleep without a timer: new ones wake it, this only bounds a lost wake-up.
const IDLE: Duration = Duration::from_secs(5);

/// Wait before what the disk refused is tried again.
const PAUSE: Duration = Duration::from_millis(200);

/// Keeps the runs of a platform going.
#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) runs: Runs,
    pub(crate) happenings: Happenings,
    pub(crate) storm: Arc<Storm>,
    /// Where functions are processes of their own.
    pub(crate) remote: Option<Arc<Remote>>,
}

impl Driver {
    /// Makes calls until told to stop, then finishes those that have begun.
    pub(crate) async fn make_calls(self, stopping: CancellationToken) {
        let Some(mut inbox) = lock(&self.runs.0.inbox).take() else { return };
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut begun = JoinSet::new();
        loop {
            let work = tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                work = inbox.recv() => work,
            };
            let Some(work) = work else { break };
            let place = tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            // The semaphore is never closed; if it were, there would be nobody left to call anything.
            let Ok(place) = place else { break };
            while begun.try_join_next().is_some() {}
            let driver = self.clone();
            let stopping = stopping.clone();
            begun.spawn(async move {
                driver.work(work, &stopping).await;
                drop(place);
            });
        }
        while begun.join_next().await.is_some() {}
    }

    /// Wakes runs that have something to do, until told to stop.
    pub(crate) async fn mind_timers(self, stopping: CancellationToken) {
        let runs = &self.runs;
        while !stopping.is_cancelled() {
            let next = lock(&runs.0.timers).due.first().cloned();
            let now = runs.now();
            let wait = match next {
                Some((due, key)) if due <= now => {
                    match runs.advance(&key, stipule_machine::Execution::tick).await {
                        Ok(true) => continue,
                        Ok(false) => {
                            // A run that is over, or that nothing is due in after all.
                            let mut timers = lock(&runs.0.timers);
                            timers.by_run.remove(&key);
                            timers.due.remove(&(due, key));
                            continue;
                        }
                        Err(error) => {
                            tracing::warn!(%error, "a timer waits for the disk");
                            PAUSE
                        }
                    }
                }
                Some((due, _)) => Duration::from_millis(u64::try_from(due - now).unwrap_or(0)).min(IDLE),
                None => IDLE,
            };
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                () = runs.0.rescheduled.notified() => {}
                () = self.ports.clock.sleep(wait) => {}
            }
        }
    }

    async fn work(&self, work: Work, stopping: &CancellationToken) {
        let Work { key, call, cancelled } = work;
        let id = call.id;
        let answer = tokio::select! {
            biased;
            // Nobody waits for it any more.
            () = cancelled.cancelled() => return,
            answer = self.take(call) => answer,
        };
        self.hand_in(&key, id, answer, stopping).await;
        lock(&self.runs.0.open).remove(&(key, id));
    }

    /// Hands an answer in until it is on disk. If the platform stops before, the call is made again at the next start.
    async fn hand_in(&self, key: &RunKey, id: u64, answer: Answer, stopping: &CancellationToken) {
        loop {
            let again = answer.clone();
            let step = self
                .runs
                .advance(key, move |run, machine, now, chance| run.answer(machine, id, again, now, chance));
            match step.await {
                Ok(_) | Err(RunsError::Closed) => return,
                Err(error) => tracing::warn!(%error, run = key.name, "an answer waits for the disk"),
            }
            tokio::select! {
                biased;
                () = stopping.cancelled() => return,
                () = self.ports.clock.sleep(PAUSE) => {}
            }
        }
    }

    /// Has a service take the steps of a call; once more where the weather has it so.
    async fn perform(&self, task: &StepTask, said: &Value) -> Result<Any, StepFailure> {
        let once = async || match &self.remote {
            None => self.app.perform(task.clone(), &self.ports).await,
            Some(remote) => remote.perform(&task.saga, &task.step, said).await,
        };
        let taken = self.storm.invoke(pin!(once())).await;
        let taken = taken.unwrap_or_else(|| Err(StepFailure::transient("the function was killed")));
        if taken.is_ok() && self.storm.repeats() { once().await } else { taken }
    }

    /// Has a service take a step.
    async fn take(&self, call: Call) -> Answer {
        let waits = call.token.is_some();
        let parameters = match &call.parameters {
            Value::Object(fields) => fields.get("Payload").filter(|_| waits).unwrap_or(&call.parameters),
            other => other,
        };
        let task = match StepTask::from_json(parameters.to_string().as_bytes()) {
            Ok(task) => task,
            Err(error) => return failed(StepFailure::permanent(error)),
        };
        let began = Instant::now();
        let under = Under {
            correlation_id: task.context.correlation_id.clone(),
            tenant: task.context.tenant.clone(),
            cause: format!("step/{}", task.key),
        };
        let taken = UNDER.scope(under, self.perform(&task, parameters)).await;
        self.tell(task, taken.as_ref().err(), began.elapsed());
        match taken {
            Ok(_) if waits => Answer::Accepted,
            Ok(output) => match serde_json::from_str(&output.to_text()) {
                Ok(output) => Answer::Done(output),
                Err(error) => failed(StepFailure::permanent(error)),
            },
            Err(failure) => failed(failure),
        }
    }
}

impl Driver {
    /// Says what was taken: a call that fails is told of as its last step, whichever of its steps failed.
    fn tell(&self, task: StepTask, failure: Option<&StepFailure>, took: Duration) {
        let mut task = task;
        let first = task.take_first().into_iter().filter(|_| failure.is_none());
        let tell = |task, failure| {
            self.happenings.tell(Happening::Stepped(Arc::new(Stepped { task, failure, took })));
        };
        first.for_each(|task| tell(task, None));
        tell(task, failure.map(|it| it.error.clone()));
    }
}

fn failed(failure: StepFailure) -> Answer {
    Answer::Failed(Failure { error: failure.error, cause: failure.cause })
}
