//! Sagas: every run is on disk before anything that follows from it is done, and goes on from there after a crash.
//!
//! A run is a value of [`stipule_machine`]. Whatever happens to it (an answer, a timer, a redrive) makes a new value,
//! which is committed together with its history and parked cases; only then are its calls made. So a step may be called
//! twice and never be forgotten: whoever takes it remembers its key.

mod drive;
mod ledger;
mod port;
mod rows;
mod schema;
mod settle;
mod starter;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use stipule_machine::{
    Answer, Call, Chance, Command, Event, Execution, Failure, Machine, Start as MachineStart, Status, Step,
};
use stipule_runtime::App;
use stipule_runtime::mutant::Mutant;
use stipule_runtime::ports::Clock;
use stipule_runtime::saga::{Start, Started, WorkflowError};
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc};
use tokio_util::sync::CancellationToken;

pub use ledger::RunsError;

use crate::committer::Writers;
use crate::steady::Steady;
use ledger::Ledger;
use settle::settled;

pub(crate) use drive::Driver;
pub(crate) use starter::{Starter, queue_of};

/// What names a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey {
    /// The saga.
    pub saga: String,
    /// Its name, unique in the saga.
    pub name: String,
}

/// A run at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSummary {
    /// Which.
    pub key: RunKey,
    /// Whose data it is about.
    pub tenant: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub status: String,
    /// Milliseconds since 1970.
    pub started: i64,
    /// Milliseconds since 1970; `None` while it runs.
    pub ended: Option<i64>,
}

/// A case that waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct ParkedCase {
    /// Its number.
    pub id: i64,
    /// The run.
    pub key: RunKey,
    /// Shown by whoever has it tried again; none in express sagas, whose run is over.
    pub token: Option<String>,
    /// Step, key, failure, and all data of the run.
    pub message: Value,
    /// Milliseconds since 1970.
    pub parked_at: i64,
}

/// All runs of a platform. Cloning is cheap and shares them.
#[derive(Clone)]
pub struct Runs(Arc<Inner>);

type Live = Arc<AsyncMutex<Execution>>;

/// A call to be made.
struct Work {
    key: RunKey,
    call: Call,
    cancelled: CancellationToken,
}

struct Inner {
    machines: BTreeMap<&'static str, Machine>,
    clock: Arc<dyn Clock>,
    steady: Steady,
    ledger: Ledger,
    chance: Mutex<Chance>,
    /// Runs that aren't over.
    live: Mutex<HashMap<RunKey, Live>>,
    /// When runs have something to do.
    timers: Mutex<Timers>,
    rescheduled: Notify,
    /// Calls that are being made.
    open: Mutex<HashMap<(RunKey, u64), CancellationToken>>,
    work: mpsc::UnboundedSender<Work>,
    inbox: Mutex<Option<mpsc::UnboundedReceiver<Work>>>,
    /// Runs that rest before a retry.
    resting: Mutex<BTreeSet<RunKey>>,
    starting: AtomicUsize,
}

#[derive(Default)]
struct Timers {
    due: BTreeSet<(i64, RunKey)>,
    by_run: HashMap<RunKey, i64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change under these locks is one call: a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runs {
    /// Opens the runs in `file`, or in memory, for the sagas of an app. Nothing goes on before a [`Driver`] runs.
    pub(crate) fn open(
        file: Option<&Path>,
        app: &App,
        clock: Arc<dyn Clock>,
        seed: [u8; 32],
        writers: Writers,
    ) -> Result<Self, RunsError> {
        let mut machines = BTreeMap::new();
        for saga in app.sagas() {
            let machine = Machine::read(saga.definition).map_err(|faults| RunsError::Definition {
                name: saga.name.to_owned(),
                reason: faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            })?;
            machines.insert(saga.name, machine);
        }
        let read = |connection: &_| Ok((rows::running(connection)?, rows::last_event(connection)?));
        let (ledger, (running, last)) = Ledger::open(file, writers, read)?;
        let (work, inbox) = mpsc::unbounded_channel();
        let runs = Self(Arc::new(Inner {
            machines,
            clock,
            steady: Steady::since(last),
            ledger,
            chance: Mutex::new(Chance::secret(seed)),
            live: Mutex::default(),
            timers: Mutex::default(),
            rescheduled: Notify::new(),
            open: Mutex::default(),
            work,
            inbox: Mutex::new(Some(inbox)),
            resting: Mutex::default(),
            starting: AtomicUsize::new(0),
        }));
        for (key, run) in running {
            if !Mutant::CallsForgotten.is_on() {
                run.open_calls().into_iter().for_each(|call| runs.call(&key, call));
            }
            if !Mutant::TimersForgotten.is_on() {
                runs.enlist(&key, &run);
            }
            lock(&runs.0.live).insert(key, Arc::new(AsyncMutex::new(run)));
        }
        Ok(runs)
    }

    /// Runs of a saga, the newest first, at most `limit`.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn list(&self, saga: &str, limit: u32) -> Result<Vec<RunSummary>, RunsError> {
        let saga = saga.to_owned();
        self.0.ledger.run(move |transaction| rows::list(transaction, &saga, limit)).await
    }

    /// A run as it is stored; `None` if there is none.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn run(&self, key: &RunKey) -> Result<Option<Execution>, RunsError> {
        let wanted = key.clone();
        let state = self.0.ledger.run(move |transaction| rows::state(transaction, &wanted)).await?;
        let damaged = |error: serde_json::Error| RunsError::Damaged {
            name: key.name.clone(),
            reason: error.to_string(),
        };
        state.map(|state| serde_json::from_str(&state).map_err(damaged)).transpose()
    }

    /// What happened in a run, in order; empty if there is none.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn history(&self, key: &RunKey) -> Result<Vec<Event>, RunsError> {
        let key = key.clone();
        self.0.ledger.run(move |transaction| rows::history(transaction, &key)).await
    }

    /// Every case that waits for a person, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn parked(&self) -> Result<Vec<ParkedCase>, RunsError> {
        self.0.ledger.run(rows::parked).await
    }

    /// Has a parked case tried again; `false` if it isn't there (any more), or its run is over.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn redrive(&self, case: &ParkedCase) -> Result<bool, RunsError> {
        match &case.token {
            Some(token) => self.by_token(token, Answer::Done(json!({})), true).await,
            None => Ok(false),
        }
    }

    /// Ends a run from outside: nothing of it is undone. `false` if it is over already.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn stop(&self, key: &RunKey, cause: &str) -> Result<bool, RunsError> {
        let failure = Failure::new("Stopped", cause);
        self.advance(key, move |run, _, now, chance| run.stop(failure, now, chance)).await
    }

    /// Whether calls are being made, runs are being started, a wait is over, or something only rests before it is
    /// tried again.
    pub fn is_busy(&self) -> bool {
        self.0.starting.load(Ordering::SeqCst) > 0
            || !lock(&self.0.open).is_empty()
            || !lock(&self.0.resting).is_empty()
            || lock(&self.0.timers).due.first().is_some_and(|(due, _)| *due <= self.now())
    }

    /// Waits until everything handed over is on disk and the file is closed. Other clones must be gone.
    pub(crate) fn close(self) {
        if let Some(inner) = Arc::into_inner(self.0) {
            inner.ledger.close();
        }
    }

    async fn begin(&self, start: Start) -> Result<Started, WorkflowError> {
        let unavailable = |error: &dyn std::fmt::Display| WorkflowError::Unavailable(error.to_string());
        let machine = self.0.machines.get(start.saga.as_str());
        let machine = machine.ok_or_else(|| WorkflowError::NoSuchSaga(start.saga.clone()))?;
        let data: Value = serde_json::from_str(&start.data.to_text()).map_err(|error| unavailable(&error))?;
        let tenant = data["context"]["tenant"].as_str().unwrap_or_default().to_owned();
        let mut key = RunKey { saga: start.saga, name: start.name };
        if Mutant::StartedTwice.is_on() {
            key.name = format!("{}-{}", key.name, self.chance().draw());
        }
        let now = self.now();
        let mut chance = self.chance();
        let begin = MachineStart { name: key.name.clone(), machine: key.saga.clone(), input: data };
        let (mut run, step) = Execution::start(machine, begin, now, &mut chance);
        let input = run.input().clone();
        let (change, calls) =
            settled(&key, &mut run, machine, step, now, &mut chance).map_err(|e| unavailable(&e))?;
        // Whoever looks whether there is anything to do sees the start until its calls are seen.
        let _starting = Starting::new(self);
        let insert = self.0.ledger.run(move |transaction| rows::insert(transaction, &tenant, now, &change));
        if let Some(before) = insert.await.map_err(|error| unavailable(&error))? {
            let before: Execution = serde_json::from_str(&before).map_err(|error| unavailable(&error))?;
            return match before.input()["input"] == input["input"] {
                true => Ok(Started::Before),
                false => Err(WorkflowError::OtherInput(key.name)),
            };
        }
        if run.status() == &Status::Running {
            lock(&self.0.live).insert(key.clone(), Arc::new(AsyncMutex::new(run.clone())));
            self.enlist(&key, &run);
        }
        calls.into_iter().for_each(|call| self.call(&key, call));
        Ok(Started::New)
    }

    async fn by_token(&self, token: &str, answer: Answer, parked: bool) -> Result<bool, RunsError> {
        let mut parts = token.split('/');
        let (Some(saga), Some(name)) = (parts.next(), parts.next()) else { return Ok(false) };
        let key = RunKey { saga: saga.to_owned(), name: name.to_owned() };
        let token = token.to_owned();
        self.advance(&key, move |run, machine, now, chance| match run.call_of(&token) {
            Some(id) => {
                let mut step = run.answer(machine, id, answer, now, chance);
                if parked && step.taken {
                    // The case is nobody's any more.
                    step.commands.push(Command::Cancel(id));
                }
                step
            }
            None => Step::default(),
        })
        .await
    }

    /// Moves a run on; whether that changed it. Its new state is on disk before its calls are made.
    async fn advance(
        &self,
        key: &RunKey,
        step: impl FnOnce(&mut Execution, &Machine, i64, &mut Chance) -> Step,
    ) -> Result<bool, RunsError> {
        let Some(live) = lock(&self.0.live).get(key).cloned() else { return Ok(false) };
        let Some(machine) = self.0.machines.get(key.saga.as_str()) else { return Ok(false) };
        let mut run = live.lock().await;
        let (mut next, now, mut chance) = (run.clone(), self.now(), self.chance());
        let step = step(&mut next, machine, now, &mut chance);
        let taken = step.taken;
        if next == *run {
            return Ok(taken);
        }
        let cancelled: Vec<u64> = step.commands.iter().filter_map(cancelled).collect();
        let (change, calls) = settled(key, &mut next, machine, step, now, &mut chance)?;
        self.0.ledger.run(move |transaction| rows::update(transaction, &change)).await?;
        *run = next;
        for id in cancelled {
            if let Some(open) = lock(&self.0.open).remove(&(key.clone(), id)) {
                open.cancel();
            }
        }
        calls.into_iter().for_each(|call| self.call(key, call));
        self.enlist(key, &run);
        if run.status() != &Status::Running {
            lock(&self.0.live).remove(key);
        }
        Ok(true)
    }

    /// Hands a call over to whoever makes them.
    fn call(&self, key: &RunKey, call: Call) {
        let cancelled = CancellationToken::new();
        lock(&self.0.open).insert((key.clone(), call.id), cancelled.clone());
        // Without a driver nothing is called; it is again when the platform starts the next time.
        let _ = self.0.work.send(Work { key: key.clone(), call, cancelled });
    }

    /// Notes when a run has something to do.
    fn enlist(&self, key: &RunKey, run: &Execution) {
        let mut timers = lock(&self.0.timers);
        if let Some(before) = timers.by_run.remove(key) {
            timers.due.remove(&(before, key.clone()));
        }
        if let Some(due) = run.due() {
            timers.due.insert((due, key.clone()));
            timers.by_run.insert(key.clone(), due);
        }
        drop(timers);
        match run.is_resting() {
            true => lock(&self.0.resting).insert(key.clone()),
            false => lock(&self.0.resting).remove(key),
        };
        self.0.rescheduled.notify_one();
    }

    fn now(&self) -> i64 {
        self.0.steady.now(&*self.0.clock)
    }

    /// A generator of its own for one step, so that no lock is held while it runs.
    fn chance(&self) -> Chance {
        let mut chance = lock(&self.0.chance);
        let mut seed = [0; 32];
        for place in seed.chunks_mut(8) {
            place.copy_from_slice(&chance.draw().to_be_bytes());
        }
        Chance::secret(seed)
    }
}

/// Counts a start as long as it lasts.
struct Starting<'r>(&'r Runs);

impl<'r> Starting<'r> {
    fn new(runs: &'r Runs) -> Self {
        runs.0.starting.fetch_add(1, Ordering::SeqCst);
        Self(runs)
    }
}

impl Drop for Starting<'_> {
    fn drop(&mut self) {
        self.0.0.starting.fetch_sub(1, Ordering::SeqCst);
    }
}

fn cancelled(command: &Command) -> Option<u64> {
    match command {
        Command::Cancel(id) => Some(*id),
        Command::Call(_) => None,
    }
}
