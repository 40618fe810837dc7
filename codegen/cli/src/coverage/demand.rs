//! What the contracts promise, each promise with the line that a test run writes when it is kept.

use std::collections::BTreeSet;

use serde_json::Value;
use stipule_emit::state_machines;
use stipule_ir::Contract;
use stipule_ir::service::{Operation, Status};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An operation answers with a status.
    Answer,
    /// An event is emitted.
    Event,
    /// A subscriber handles an event.
    Consumed,
    /// An event that comes again changes nothing.
    Repeated,
    /// A pattern takes an event, and leaves another.
    Pattern,
    /// A saga comes to a state.
    State,
    /// A saga goes from one state to another: on, by a choice, or because something failed.
    Way,
}

/// Every kind, in the order of the report.
pub(super) const KINDS: [Kind; 7] =
    [Kind::Answer, Kind::Event, Kind::Consumed, Kind::Repeated, Kind::Pattern, Kind::State, Kind::Way];

impl Kind {
    /// What a row of the report is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Answer => "answers",
            Self::Event => "events",
            Self::Consumed => "consumers",
            Self::Repeated => "repeated events",
            Self::Pattern => "patterns",
            Self::State => "states of sagas",
            Self::Way => "ways of sagas",
        }
    }
}

/// One promise.
pub(super) struct Demand {
    pub(super) kind: Kind,
    /// For the list of gaps.
    pub(super) says: String,
    /// Any of these lines keeps it.
    lines: Vec<String>,
}

impl Demand {
    fn new(kind: Kind, says: String, line: String) -> Self {
        Self { kind, says, lines: vec![line] }
    }

    /// Whether a test run kept it.
    pub(super) fn is_met(&self, seen: &BTreeSet<String>) -> bool {
        self.lines.iter().any(|line| seen.contains(line))
    }
}

/// Every promise.
pub(super) fn demands(contract: &Contract) -> Vec<Demand> {
    let mut demands = Vec::new();
    for operation in contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served) {
        answers(operation, &mut demands);
    }
    events(contract, &mut demands);
    for (saga, machine) in state_machines(contract) {
        scope(&saga, &machine, &mut demands);
    }
    demands
}

fn answers(operation: &Operation, demands: &mut Vec<Demand>) {
    let id = &operation.id;
    let codes: Vec<u16> = operation
        .outcomes
        .iter()
        .filter_map(|it| match it.status {
            Status::Code(code) => Some(code),
            Status::Class(_) | Status::Default => None,
        })
        .collect();
    let line = |code: u16| format!("answer\t{id}\t{code}");
    for outcome in &operation.outcomes {
        let (shown, lines) = match outcome.status {
            Status::Code(code) => (code.to_string(), vec![line(code)]),
            Status::Class(class) => {
                let first = u16::from(class) * 100;
                (format!("{class}XX"), (first..first + 100).map(line).collect())
            }
            // Whatever has no response of its own.
            Status::Default => {
                let rest = (100..600).filter(|code| !codes.contains(code));
                ("default".to_owned(), rest.map(line).collect())
            }
        };
        let says = format!("`{id}` is never answered with {shown}");
        demands.push(Demand { kind: Kind::Answer, says, lines });
    }
}

fn events(contract: &Contract, demands: &mut Vec<Demand>) {
    let newest = |name: &str| {
        contract.events.iter().filter(|it| it.name.wire == name).map(|it| it.version).max().unwrap_or(0)
    };
    let names: BTreeSet<&str> = contract.events.iter().map(|it| it.name.wire.as_str()).collect();
    for name in names {
        let line = format!("event\t{name}\t{}", newest(name));
        demands.push(Demand::new(Kind::Event, format!("`{name}` is never emitted"), line));
    }
    for it in &contract.subscriptions {
        let name = &it.name;
        let (first, again) = (format!("delivered\t{name}\tfirst"), format!("delivered\t{name}\tagain"));
        demands.push(Demand::new(Kind::Consumed, format!("`{name}` never handles anything"), first));
        let says = format!("`{name}` never sees an event twice");
        demands.push(Demand::new(Kind::Repeated, says, again));
        if it.pattern.is_some() {
            for (does, line) in [("takes", "takes"), ("leaves", "leaves")] {
                let says = format!("the pattern of `{name}` never {does} an event");
                demands.push(Demand::new(Kind::Pattern, says, format!("rule\t{name}\t{line}")));
            }
        }
    }
}

/// The states of a machine, of a branch or of an item, and the ways between them.
fn scope(saga: &str, machine: &Value, demands: &mut Vec<Demand>) {
    let states = machine["States"].as_object().into_iter().flatten();
    for (name, state) in states {
        let ways = ways(state);
        if machine["StartAt"] == name.as_str() {
            let says = format!("`{saga}` never begins with «{name}»");
            demands.push(Demand::new(Kind::State, says, format!("state\t{saga}\t{name}")));
        }
        for to in ways {
            let says = format!("`{saga}` never goes from «{name}» to «{to}»");
            demands.push(Demand::new(Kind::Way, says, format!("state\t{saga}\t{to}\t{name}")));
        }
        let inner = state["Branches"].as_array().into_iter().flatten();
        for inner in inner.chain(state.get("ItemProcessor")) {
            scope(saga, inner, demands);
        }
    }
    reached(saga, machine, demands);
}

/// Where a state leads, each place once.
fn ways(state: &Value) -> BTreeSet<&str> {
    let choices = state["Choices"].as_array().into_iter().flatten();
    let caught = state["Catch"].as_array().into_iter().flatten();
    let nexts = choices.chain(caught).map(|it| &it["Next"]);
    nexts.chain([&state["Next"], &state["Default"]]).filter_map(Value::as_str).collect()
}

/// States that are reached by any way.
fn reached(saga: &str, machine: &Value, demands: &mut Vec<Demand>) {
    let Some(states) = machine["States"].as_object() else { return };
    for name in states.keys().filter(|name| machine["StartAt"] != name.as_str()) {
        let from = states.iter().filter(|(_, state)| ways(state).contains(name.as_str()));
        let lines: Vec<String> = from.map(|(from, _)| format!("state\t{saga}\t{name}\t{from}")).collect();
        let says = format!("`{saga}` never comes to «{name}»");
        demands.push(Demand { kind: Kind::State, says, lines });
    }
}
