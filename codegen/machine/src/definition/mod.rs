//! Definitions: what a machine does, after everything about it was judged.

mod judge;
mod read;
mod read_choice;
mod read_state;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::data::choice::Rule;
use crate::data::path::Path;
use crate::data::template::Template;
use crate::fault::Fault;

/// A state machine.
#[derive(Clone, Debug)]
pub struct Machine {
    pub(crate) scope: Scope,
    /// Seconds that a run may take.
    pub(crate) timeout: Option<u64>,
}

impl Machine {
    /// Reads a definition in the Amazon States Language.
    ///
    /// # Errors
    /// Every fault at once, in the order of the text.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let value: Value = serde_json::from_str(text).map_err(|fault| {
            vec![Fault { pointer: String::new(), message: format!("the definition is not JSON: {fault}") }]
        })?;
        Self::of(&value)
    }

    /// As [`read`](Self::read), of JSON that was read.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn of(definition: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let machine = read::machine(definition, &mut faults);
        if faults.is_empty() {
            judge::scope(&machine.scope, "", &mut faults);
        }
        if faults.is_empty() { Ok(machine) } else { Err(faults) }
    }
}

/// States among which a run moves: of the machine, of a branch, of a map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) start: String,
    pub(crate) states: BTreeMap<String, State>,
}

/// A state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) work: Work,
    /// What of the input it sees; `None` for nothing at all, `{}`.
    pub(crate) input: Option<Path>,
    /// What of its result goes on; as `input`.
    pub(crate) output: Option<Path>,
    pub(crate) parameters: Option<Template>,
    pub(crate) selector: Option<Template>,
    pub(crate) result: Placement,
    pub(crate) next: Next,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
}

/// Where a result goes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Placement {
    /// Nowhere: the input stays.
    Discard,
    /// To this place of the input.
    At(Path),
}

/// What follows a state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Next {
    State(String),
    End,
}

/// What a state does.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    Task(Task),
    Pass { result: Option<Value> },
    Choice { rules: Vec<(Rule, String)>, default: Option<String> },
    Wait(Until),
    Succeed,
    Fail { error: Text, cause: Text },
    Parallel(Vec<Scope>),
    Map(Map),
}

/// Work that is done elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) resource: String,
    /// Whether somebody else says by a token that it is done.
    pub(crate) callback: bool,
    pub(crate) timeout: Option<Seconds>,
    pub(crate) heartbeat: Option<Seconds>,
}

/// A number of seconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seconds {
    Constant(u64),
    Path(Path),
}

/// How long a wait takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Until {
    Seconds(Seconds),
    Instant(i64),
    InstantPath(Path),
}

/// A text of a failure.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Text {
    Constant(String),
    Path(Path),
    Call(crate::data::function::Call),
}

/// The same for each item.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    pub(crate) items: Path,
    pub(crate) selector: Option<Template>,
    pub(crate) scope: Scope,
    /// Most items at a time; 0 for all.
    pub(crate) concurrency: Limit,
}

/// A whole number from 0.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Limit {
    Constant(u64),
    Path(Path),
}

/// When a failed state is tried again.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    /// Seconds before the first retry.
    pub(crate) interval: u64,
    pub(crate) attempts: u64,
    /// Factor from one retry to the next.
    pub(crate) rate: f64,
    /// Seconds at most.
    pub(crate) longest: Option<u64>,
    /// Whether each delay is drawn between 0 and what it would be.
    pub(crate) jitter: bool,
}

/// Where a failed state goes on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: String,
    pub(crate) result: Placement,
}
