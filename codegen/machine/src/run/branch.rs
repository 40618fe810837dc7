//! A branch: one state after the other, until the end of its scope.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::call::Open;
use super::fan::Fan;
use super::{Cx, Happening};
use crate::definition::{Next, Scope, State, Work};
use crate::fault::{Failure, RUNTIME};

/// How a branch ends.
pub(super) type End = Result<Value, Failure>;

/// Where a branch stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Branch {
    pub(super) state: String,
    /// What the state got, before anything was taken from it.
    pub(super) input: Value,
    pub(super) entered: i64,
    /// Retries of the state so far.
    pub(super) retries: u64,
    /// Retries by each of its retriers.
    pub(super) tries: Vec<u64>,
    pub(super) phase: Phase,
    /// The event that comes before the next one.
    pub(super) previous: u64,
    /// The item, in a map.
    pub(super) item: Option<Item>,
}

/// The item that a branch of a map is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) index: usize,
    pub(super) value: Value,
}

/// What a branch waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Nothing: the state is entered next.
    Fresh,
    /// An answer.
    Called(Box<Open>),
    /// The end of a wait.
    Waiting { until: i64 },
    /// The next try of the state.
    Resting { until: i64 },
    /// Branches of its own.
    Fanned(Fan),
}

/// What became of a state.
pub(super) enum Turn {
    /// It waits for something.
    Pending,
    /// It has a result, or failed.
    Result(Result<Value, Failure>),
    /// The next state is chosen, with what it gets.
    Left(Next, Value),
    /// The branch is over.
    Over(End),
}

impl Branch {
    pub(super) fn new(start: &str, input: Value, item: Option<Item>) -> Self {
        Self {
            state: start.to_owned(),
            input,
            entered: 0,
            retries: 0,
            tries: Vec::new(),
            phase: Phase::Fresh,
            previous: 0,
            item,
        }
    }

    /// Runs states until one has to wait or the branch is over.
    pub(super) fn run(&mut self, scope: &Scope, cx: &mut Cx<'_>) -> Option<End> {
        loop {
            let state = match self.state_in(scope) {
                Ok(state) => state,
                Err(failure) => return Some(Err(failure)),
            };
            if cx.is_full() {
                return Some(Err(Failure::new(
                    RUNTIME,
                    "the history has 25000 events: the run goes in circles",
                )));
            }
            self.enter(state, cx);
            let turn = self.begin(state, cx);
            if let Some(end) = self.turned(turn, state, cx) {
                return end;
            }
        }
    }

    /// Moves on if what happened is what it waits for.
    pub(super) fn go_on(&mut self, scope: &Scope, cx: &mut Cx<'_>, happening: &mut Happening) -> Option<End> {
        let state = match self.state_in(scope) {
            Ok(state) => state,
            Err(failure) => return Some(Err(failure)),
        };
        let result = match &mut self.phase {
            Phase::Fresh => None,
            Phase::Called(open) => open.happened(&self.state, &mut self.previous, cx, happening),
            Phase::Waiting { until } if cx.now >= *until => Some(self.seen(state, cx)),
            Phase::Resting { until } if cx.now >= *until => {
                self.phase = Phase::Fresh;
                let turn = self.begin(state, cx);
                return match self.turned(turn, state, cx) {
                    Some(end) => end,
                    None => self.run(scope, cx),
                };
            }
            Phase::Waiting { .. } | Phase::Resting { .. } => None,
            Phase::Fanned(fan) => fan.go_on(&state.work, &mut self.previous, cx, happening),
        };
        let turn = Turn::Result(result?);
        match self.turned(turn, state, cx) {
            Some(end) => end,
            None => self.run(scope, cx),
        }
    }

    /// What follows from a turn: `None` to run on, else what [`run`](Self::run) gives back.
    fn turned(&mut self, turn: Turn, state: &State, cx: &mut Cx<'_>) -> Option<Option<End>> {
        let turn = match turn {
            Turn::Result(result) => {
                self.phase = Phase::Fresh;
                self.finish(state, result, cx)
            }
            turn => turn,
        };
        match turn {
            Turn::Pending | Turn::Result(_) => Some(None),
            Turn::Over(end) => Some(Some(end)),
            Turn::Left(next, output) => {
                self.leave(state, &output, cx);
                match next {
                    Next::End => Some(Some(Ok(output))),
                    Next::State(name) => {
                        self.state = name;
                        self.input = output;
                        self.retries = 0;
                        self.tries.clear();
                        self.phase = Phase::Fresh;
                        None
                    }
                }
            }
        }
    }

    /// A stored run may be older than the definition it goes on with.
    fn state_in<'s>(&self, scope: &'s Scope) -> Result<&'s State, Failure> {
        let missing = || Failure::new(RUNTIME, format!("the machine has no state `{}` any more", self.state));
        scope.states.get(&self.state).ok_or_else(missing)
    }

    fn enter(&mut self, state: &State, cx: &mut Cx<'_>) {
        self.entered = cx.now;
        self.tries = vec![0; state.retry.len()];
        let kind = format!("{}StateEntered", state.work.kind());
        self.previous = cx.event(self.previous, kind, Some(&self.state), json!({ "input": self.input }));
    }

    fn leave(&mut self, state: &State, output: &Value, cx: &mut Cx<'_>) {
        let kind = format!("{}StateExited", state.work.kind());
        self.previous = cx.event(self.previous, kind, Some(&self.state), json!({ "output": output }));
    }

    /// When something is due in it at the earliest.
    pub(super) fn due(&self) -> Option<i64> {
        match &self.phase {
            Phase::Fresh => None,
            Phase::Called(open) => open.due(),
            Phase::Waiting { until } | Phase::Resting { until } => Some(*until),
            Phase::Fanned(fan) => fan.branches().filter_map(Branch::due).min(),
        }
    }

    pub(super) fn calls(&self, calls: &mut Vec<super::Call>) {
        match &self.phase {
            Phase::Called(open) => calls.extend(open.again()),
            Phase::Fanned(fan) => fan.branches().for_each(|branch| branch.calls(calls)),
            Phase::Fresh | Phase::Waiting { .. } | Phase::Resting { .. } => {}
        }
    }

    pub(super) fn call_of(&self, token: &str) -> Option<u64> {
        match &self.phase {
            Phase::Called(open) => (open.call.token.as_deref() == Some(token)).then_some(open.call.id),
            Phase::Fanned(fan) => fan.branches().find_map(|branch| branch.call_of(token)),
            Phase::Fresh | Phase::Waiting { .. } | Phase::Resting { .. } => None,
        }
    }

    pub(super) fn is_resting(&self) -> bool {
        match &self.phase {
            Phase::Resting { .. } => true,
            Phase::Fanned(fan) => fan.branches().any(Branch::is_resting),
            Phase::Fresh | Phase::Called(_) | Phase::Waiting { .. } => false,
        }
    }

    pub(super) fn current<'b>(&'b self, states: &mut Vec<&'b str>) {
        states.push(&self.state);
        if let Phase::Fanned(fan) = &self.phase {
            fan.branches().for_each(|branch| branch.current(states));
        }
    }

    /// Gives up everything that it waits for.
    pub(super) fn cancel(&mut self, cx: &mut Cx<'_>) {
        match std::mem::replace(&mut self.phase, Phase::Fresh) {
            Phase::Called(open) => cx.step.commands.push(super::Command::Cancel(open.call.id)),
            Phase::Fanned(mut fan) => fan.cancel(cx),
            Phase::Fresh | Phase::Waiting { .. } | Phase::Resting { .. } => {}
        }
    }
}

impl Work {
    /// As in the types of events.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Work::Task(_) => "Task",
            Work::Pass { .. } => "Pass",
            Work::Choice { .. } => "Choice",
            Work::Wait(_) => "Wait",
            Work::Succeed => "Succeed",
            Work::Fail { .. } => "Fail",
            Work::Parallel(_) => "Parallel",
            Work::Map(_) => "Map",
        }
    }
}
