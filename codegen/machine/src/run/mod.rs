//! Runs: what is stored of them, and what moves them on.

mod branch;
mod call;
mod context;
mod enter;
mod fan;
mod finish;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::data::is_too_large;
use crate::definition::Machine;
use crate::event::{Event, MOST_EVENTS};
use crate::fault::{DATA_LIMIT, Failure, TIMEOUT};
use branch::{Branch, End};
pub use call::{Answer, Call};

/// What a run starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its name, unique for its machine: starting twice with one name is the caller's to refuse.
    pub name: String,
    /// Name of the machine.
    pub machine: String,
    /// What the first state gets.
    pub input: Value,
}

/// One run of a machine. It is a value: whoever keeps it stores it after each step, before the commands of the step
/// are carried out, and nothing is lost at whatever point the process dies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    facts: Facts,
    status: Status,
    /// When it has to be over.
    deadline: Option<i64>,
    root: Branch,
    counts: Counts,
}

/// What doesn't change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Facts {
    name: String,
    machine: String,
    input: Value,
    started: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Counts {
    calls: u64,
    events: u64,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Status {
    /// Not over yet.
    Running,
    /// Over, with this output.
    Succeeded(Value),
    /// Over because a state failed and nothing took the failure.
    Failed(Failure),
    /// Over because it took longer than its machine allows.
    TimedOut,
    /// Somebody stopped it.
    Aborted(Failure),
}

/// What follows from something that happened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What is to be done, in order.
    pub commands: Vec<Command>,
    /// What is new in the history.
    pub events: Vec<Event>,
    /// Whether an answer was waited for; a second one for the same call isn't.
    pub taken: bool,
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Do a task, and answer. At least once: after a restart all open calls are made again, with the same id.
    Call(Call),
    /// Nobody waits for this call any more.
    Cancel(u64),
}

/// Everything a step needs, and what it leaves behind.
struct Cx<'a> {
    facts: &'a Facts,
    counts: &'a mut Counts,
    now: i64,
    chance: &'a mut Chance,
    step: Step,
}

impl Cx<'_> {
    fn event(&mut self, previous: u64, kind: impl Into<String>, state: Option<&str>, details: Value) -> u64 {
        self.counts.events += 1;
        let id = self.counts.events;
        let state = state.map(str::to_owned);
        self.step.events.push(Event { id, previous, at: self.now, kind: kind.into(), state, details });
        id
    }

    /// Whether the history has no room for more states: what loops without end is stopped by it.
    fn is_full(&self) -> bool {
        self.counts.events + 2 >= MOST_EVENTS
    }
}

/// What a run is told.
enum Happening {
    Answer { id: u64, answer: Option<Answer> },
    Tick,
}

impl Execution {
    /// Starts a run. Times are milliseconds since 1970.
    pub fn start(machine: &Machine, start: Start, now: i64, chance: &mut Chance) -> (Self, Step) {
        let Start { name, machine: machine_name, input } = start;
        let too_large = is_too_large(&input);
        let root = Branch::new(&machine.scope.start, input.clone(), None);
        let facts = Facts { name, machine: machine_name, input, started: now };
        let deadline = machine.timeout.map(|seconds| after(now, seconds));
        let mut run = Self { facts, status: Status::Running, deadline, root, counts: Counts::default() };
        let step = run.moved(now, chance, |root, cx| {
            root.previous = cx.event(0, "ExecutionStarted", None, json!({ "input": cx.facts.input }));
            if too_large {
                return Some(Err(Failure::new(DATA_LIMIT, "the input has more than 262144 bytes")));
            }
            root.run(&machine.scope, cx)
        });
        (run, step)
    }

    /// Takes the answer to a call. An answer that nobody waits for changes nothing.
    pub fn answer(
        &mut self,
        machine: &Machine,
        id: u64,
        answer: Answer,
        now: i64,
        chance: &mut Chance,
    ) -> Step {
        self.happened(machine, Happening::Answer { id, answer: Some(answer) }, now, chance)
    }

    /// Does what is due: waits that are over, retries, timeouts. [`due`](Self::due) says when that is.
    pub fn tick(&mut self, machine: &Machine, now: i64, chance: &mut Chance) -> Step {
        self.happened(machine, Happening::Tick, now, chance)
    }

    /// Ends a run from outside.
    pub fn stop(&mut self, failure: Failure, now: i64, chance: &mut Chance) -> Step {
        self.over(Status::Aborted(failure), now, chance)
    }

    /// When [`tick`](Self::tick) has something to do at the earliest; `None` for never.
    pub fn due(&self) -> Option<i64> {
        match self.status {
            Status::Running => self.root.due().into_iter().chain(self.deadline).min(),
            _ => None,
        }
    }

    /// The calls that nobody answered yet: what to do again after a restart.
    pub fn open_calls(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        if self.status == Status::Running {
            self.root.calls(&mut calls);
        }
        calls
    }

    /// The call that waits for this token; `None` if nobody does (any more).
    pub fn call_of(&self, token: &str) -> Option<u64> {
        (self.status == Status::Running).then(|| self.root.call_of(token)).flatten()
    }

    /// Whether a state rests before it is tried again: nothing but time is needed for it to go on.
    pub fn is_resting(&self) -> bool {
        self.status == Status::Running && self.root.is_resting()
    }

    /// How it stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.facts.name
    }

    /// Name of its machine.
    pub fn machine(&self) -> &str {
        &self.facts.machine
    }

    /// What it was started with.
    pub fn input(&self) -> &Value {
        &self.facts.input
    }

    /// When it was started.
    pub fn started(&self) -> i64 {
        self.facts.started
    }

    /// The states it is in now, branches included, outermost first.
    pub fn current_states(&self) -> Vec<&str> {
        let mut states = Vec::new();
        if self.status == Status::Running {
            self.root.current(&mut states);
        }
        states
    }

    fn happened(
        &mut self,
        machine: &Machine,
        mut happening: Happening,
        now: i64,
        chance: &mut Chance,
    ) -> Step {
        if self.status != Status::Running {
            return Step::default();
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return self.over(Status::TimedOut, now, chance);
        }
        self.moved(now, chance, |root, cx| root.go_on(&machine.scope, cx, &mut happening))
    }

    fn moved(
        &mut self,
        now: i64,
        chance: &mut Chance,
        step: impl FnOnce(&mut Branch, &mut Cx<'_>) -> Option<End>,
    ) -> Step {
        let mut cx = Cx { facts: &self.facts, counts: &mut self.counts, now, chance, step: Step::default() };
        if let Some(end) = step(&mut self.root, &mut cx) {
            self.root.cancel(&mut cx);
            self.status = match end {
                Ok(output) => {
                    cx.event(self.root.previous, "ExecutionSucceeded", None, json!({ "output": output }));
                    Status::Succeeded(output)
                }
                Err(failure) => {
                    cx.event(self.root.previous, "ExecutionFailed", None, json!(failure));
                    Status::Failed(failure)
                }
            };
        }
        cx.step
    }

    fn over(&mut self, status: Status, now: i64, chance: &mut Chance) -> Step {
        if self.status != Status::Running {
            return Step::default();
        }
        let mut cx = Cx { facts: &self.facts, counts: &mut self.counts, now, chance, step: Step::default() };
        self.root.cancel(&mut cx);
        let (kind, details) = match &status {
            Status::Aborted(failure) => ("ExecutionAborted", json!(failure)),
            _ => ("ExecutionTimedOut", json!({ "error": TIMEOUT })),
        };
        cx.event(self.root.previous, kind, None, details);
        cx.step.taken = true;
        self.status = status;
        cx.step
    }
}

/// An instant so many seconds later.
fn after(now: i64, seconds: u64) -> i64 {
    let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
    now.saturating_add(millis)
}
