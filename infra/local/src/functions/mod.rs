//! Functions as Lambda runs them: each call in an operating system's process of its own, which asks a Runtime API for it.
//!
//! ```text
//! invoke ─▶ a warm environment, or a new one ─▶ Runtime API ◀─ process of the function ─▶ DynamoDB endpoint ─▶ table
//! ```
//!
//! An environment takes one call at a time and is kept warm for the next one. One that runs out of time, or whose process
//! ends, is gone, and the next call starts a fresh one. Processes end with their [`Functions`]. Where this process is
//! killed, their Runtime API is gone, and each ends as soon as it asks for a call or answers one; only a call that never
//! comes to an end outlives it.

mod badge;
mod dynamodb;
mod environment;
mod runtime_api;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use stipule_runtime::ports::{Clock, Ids};
use thiserror::Error;
use tokio::sync::Notify;
use tokio::time::Instant;

pub(crate) use badge::Badges;
pub use dynamodb::DynamoDb;
use environment::Environment;
use runtime_api::Call;

/// A function: what it is called with, and how far it may go.
#[derive(Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name, by which it is called: `orders.api`. The process finds it in `_HANDLER`.
    pub handler: String,
    /// Most time for a call; then its process is killed.
    pub timeout: Duration,
    /// Calls at the same time; one more is refused.
    pub concurrency: usize,
    /// Variables of its process, which has no others but those that Lambda sets.
    pub variables: BTreeMap<String, String>,
}

/// Without the values of variables: secrets are among them.
impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { handler, timeout, concurrency, variables } = self;
        f.debug_struct("Function")
            .field("handler", handler)
            .field("timeout", timeout)
            .field("concurrency", concurrency)
            .field("variables", &variables.keys())
            .finish()
    }
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failed {
    /// No function has this name.
    #[error("there is no function `{0}`")]
    Unknown(String),
    /// As many calls as it may have are under way: Lambda's `TooManyRequestsException`.
    #[error("Rate Exceeded.")]
    Throttled,
    /// It took too long, and was killed.
    #[error("Task timed out after {:.2} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The process ended under the call; what the system says of its end.
    #[error("Runtime exited: {0}")]
    Exited(String),
    /// The process couldn't be started, or never asked for a call; why.
    #[error("the function doesn't start: {0}")]
    NotStarted(String),
    /// The function says that it failed; its process lives on.
    #[error("{kind}: {message}")]
    Fault {
        /// What state machines go by: `Step.Permanent`.
        kind: String,
        /// Words for people.
        message: String,
    },
}

/// How a function is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Environments that wait for a call.
    pub warm: usize,
    /// Environments that have one, or are being started for one.
    pub busy: usize,
    /// Environments that were started since the beginning.
    pub cold_starts: u64,
    /// How long the last start took, until the process asked for its call.
    pub last_start: Duration,
    /// Calls that were refused because as many as may be were under way.
    pub throttled: u64,
    /// Calls whose process was killed because they took too long.
    pub timed_out: u64,
}

/// Functions that share a binary, and their environments.
pub struct Functions {
    binary: PathBuf,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    badges: Badges,
    all: BTreeMap<String, Lane>,
}

/// The environments of one function.
struct Lane {
    function: Function,
    state: Mutex<State>,
    /// A place was given back.
    freed: Notify,
}

#[derive(Default)]
struct State {
    /// The one that was used last is the last.
    warm: Vec<Warm>,
    counts: Counts,
    /// Variables that were changed since the beginning, and how often: an environment has those of its start.
    changed: BTreeMap<String, String>,
    edition: u64,
}

/// An environment that waits for a call, and since when.
struct Warm {
    environment: Environment,
    since: Instant,
}

impl Lane {
    /// What an environment is started with now.
    fn to_start(&self) -> (Function, u64) {
        let mut function = self.function.clone();
        let mut state = self.state();
        state.counts.cold_starts += 1;
        function.variables.extend(state.changed.clone());
        (function, state.edition)
    }

    /// Keeps an environment for the next call; it comes back where it was started with other variables.
    fn keep(&self, environment: Environment) -> Option<Environment> {
        let mut state = self.state();
        if environment.edition != state.edition {
            return Some(environment);
        }
        state.warm.push(Warm { environment, since: Instant::now() });
        None
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's place among those that a function may have; given back on drop, also where the caller went away.
struct Busy<'l>(&'l Lane);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.state().counts.busy -= 1;
        self.0.freed.notify_one();
    }
}

impl Functions {
    /// Functions of a binary. Nothing is started before the first call.
    pub fn new(binary: PathBuf, functions: Vec<Function>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let lane = |function: Function| {
            (function.handler.clone(), Lane { function, state: Mutex::default(), freed: Notify::new() })
        };
        let badges = Badges::default();
        Self { binary, clock, ids, badges, all: functions.into_iter().map(lane).collect() }
    }

    /// Who is who among the processes, and what each works for.
    pub(crate) fn badges(&self) -> &Badges {
        &self.badges
    }

    /// Calls a function and waits for its answer, which is JSON. `trace` is X-Ray's header.
    ///
    /// # Errors
    /// [`Failed`]. Nothing is tried again here: whether it may be depends on who calls.
    pub async fn invoke(&self, handler: &str, event: Bytes, trace: Option<&str>) -> Result<Bytes, Failed> {
        let lane = self.lane(handler)?;
        let Some(admitted) = Self::admit(lane) else {
            lane.state().counts.throttled += 1;
            return Err(Failed::Throttled);
        };
        self.call(lane, admitted, event, trace).await
    }

    /// As [`invoke`](Self::invoke), but where as many calls are under way as may be, it waits for one of them to end: as
    /// whoever reads a queue does, and whoever has something to be done that nobody waits for.
    ///
    /// # Errors
    /// [`Failed`], but [`Failed::Throttled`].
    pub async fn invoke_in_turn(&self, handler: &str, event: Bytes) -> Result<Bytes, Failed> {
        let lane = self.lane(handler)?;
        let admitted = loop {
            match Self::admit(lane) {
                Some(admitted) => break admitted,
                // Whoever is let in wakes the next one when it ends.
                None => lane.freed.notified().await,
            }
        };
        self.call(lane, admitted, event, None).await
    }

    fn lane(&self, handler: &str) -> Result<&Lane, Failed> {
        self.all.get(handler).ok_or_else(|| Failed::Unknown(handler.to_owned()))
    }

    async fn call(
        &self,
        lane: &Lane,
        (_busy, warm): (Busy<'_>, Option<Environment>),
        event: Bytes,
        trace: Option<&str>,
    ) -> Result<Bytes, Failed> {
        let handler = &lane.function.handler;
        let mut environment = match warm {
            Some(warm) => warm,
            None => self.start(lane).await?,
        };
        let timeout = lane.function.timeout;
        let call = Call::new(&*self.ids, &*self.clock, timeout, handler, trace, event);
        let answered = environment.call(call, timeout).await;
        match &answered {
            Ok(_) | Err(Failed::Fault { .. }) => {
                if let Some(outdated) = lane.keep(environment) {
                    outdated.end().await;
                }
            }
            Err(failed) => {
                lane.state().counts.timed_out += u64::from(matches!(failed, Failed::TimedOut(_)));
                tracing::warn!(handler, pid = environment.pid(), %failed, "an environment is gone");
                environment.end().await;
            }
        }
        answered
    }

    /// A place for a call and, if there is one, a warm environment; none while as many calls are under way as may be.
    fn admit(lane: &Lane) -> Option<(Busy<'_>, Option<Environment>)> {
        let mut state = lane.state();
        if state.counts.busy >= lane.function.concurrency {
            return None;
        }
        state.counts.busy += 1;
        // The one that was used last: the others may be let go.
        let mut warm = state.warm.pop();
        while warm.as_mut().is_some_and(|it| !it.environment.is_alive()) {
            warm = state.warm.pop();
        }
        drop(state);
        Some((Busy(lane), warm.map(|it| it.environment)))
    }

    async fn start(&self, lane: &Lane) -> Result<Environment, Failed> {
        let (function, edition) = lane.to_start();
        let began = Instant::now();
        let badge = self.badges.issue(self.ids.random());
        let environment = Environment::start(&self.binary, &function, edition, badge).await?;
        let took = began.elapsed();
        let mut state = lane.state();
        state.counts.last_start = took;
        let (handler, pid, count) = (&lane.function.handler, environment.pid(), state.counts.cold_starts);
        tracing::info!(target: "functions", handler, pid, millis = took.as_millis(), count, "a cold start");
        Ok(environment)
    }

    /// Gives a function another value of a variable, as a change of its configuration does: environments end that have the
    /// old one, those with a call after it.
    ///
    /// # Errors
    /// [`Failed::Unknown`].
    pub async fn configure(&self, handler: &str, variable: &str, value: String) -> Result<(), Failed> {
        let lane = self.lane(handler)?;
        let outdated = {
            let mut state = lane.state();
            state.changed.insert(variable.to_owned(), value);
            state.edition += 1;
            std::mem::take(&mut state.warm)
        };
        for Warm { environment, .. } in outdated {
            environment.end().await;
        }
        Ok(())
    }

    /// Every function, and how it is doing.
    pub fn list(&self) -> impl Iterator<Item = (&Function, Counts)> {
        self.all.values().map(|lane| {
            let state = lane.state();
            (&lane.function, Counts { warm: state.warm.len(), ..state.counts })
        })
    }

    /// How a function is doing; none where there is no such function.
    pub fn counts(&self, handler: &str) -> Option<Counts> {
        let state = self.all.get(handler)?.state();
        Some(Counts { warm: state.warm.len(), ..state.counts })
    }

    /// Processes that wait for a call of a function; none where there is no such function.
    pub fn warm(&self, handler: &str) -> Vec<u32> {
        let lane = self.all.get(handler);
        lane.map(|lane| lane.state().warm.iter().filter_map(|it| it.environment.pid()).collect())
            .unwrap_or_default()
    }

    /// Ends every process that waits, and waits for its end. Calls that are under way end with their callers.
    pub async fn stop(&self) {
        for lane in self.all.values() {
            let warm = std::mem::take(&mut lane.state().warm);
            for Warm { environment, .. } in warm {
                environment.end().await;
            }
        }
    }

    /// Ends every process that has waited for so long, as Lambda does sooner or later; the next call may find none.
    pub async fn let_go(&self, idle: Duration) {
        for lane in self.all.values() {
            let idle: Vec<Warm> = lane.state().warm.extract_if(.., |it| it.since.elapsed() >= idle).collect();
            for Warm { environment, since } in idle {
                let (handler, pid, seconds) =
                    (&lane.function.handler, environment.pid(), since.elapsed().as_secs());
                tracing::info!(target: "functions", handler, pid, seconds, "let go, nobody called it");
                environment.end().await;
            }
        }
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Functions").field("binary", &self.binary).finish_non_exhaustive()
    }
}
