//! The way back: what undoes the steps that were taken, in reverse order, and where a failed saga ends.
//!
//! What undoes a step is called also when the step itself failed or never began: it does nothing then, by the key.

use serde_json::{Map, Value, json};
use stipule_ir::workflow::{Each, Node, Parallel, Test};
use stipule_ir::{Name, Workflow};

use super::act::{self, Otherwise, name_of};
use super::machine::{rule, selected, undo_name};
use super::path::{self, Known};
use super::references::can_be_undone;
use super::state::States;

/// The ends of a saga that failed. No name of a part has a colon.
const FAILED: &str = "End: failed";
const UNDONE: &str = "End: undone";
const WHICH: &str = "End: was it an answer";

/// Adds the states where everything is undone; the first one's name.
pub(super) fn terminal(workflow: &Workflow, states: &mut States) -> String {
    states.add_last(
        FAILED.to_owned(),
        json!({"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"}),
    );
    let mut expected: Vec<&str> =
        workflow.steps.iter().flat_map(|step| &step.errors).map(|error| error.wire.as_str()).collect();
    expected.sort_unstable();
    expected.dedup();
    let mut start = FAILED.to_owned();
    if !expected.is_empty() {
        let rules: Vec<Value> = expected
            .iter()
            .map(|error| json!({"Variable": "$.failure.Error", "StringEquals": error, "Next": UNDONE}))
            .collect();
        let about = "An answer of a service rather than a mishap: no alarm.";
        states.add_last(UNDONE.to_owned(), json!({"Type": "Succeed", "Comment": about}));
        start = WHICH.to_owned();
        states.add_last(start.clone(), json!({"Type": "Choice", "Choices": rules, "Default": FAILED}));
    }
    if let Some(act) = &workflow.on_failure {
        act::undoing(workflow, act, &Known::new(), &json!({ "Next": start }), states);
        start = name_of(workflow, act);
    }
    start
}

/// Adds the state that undoes the way of a choice that was taken: the tests are those of the choice itself.
pub(super) fn choice(
    name: &str,
    ways: &[(Option<&Vec<Test>>, Otherwise)],
    before: &str,
    known: &Known,
    states: &mut States,
) {
    let target = |end: &Otherwise| match end {
        Otherwise::Undo(state) => state.clone(),
        // A way that went past the pivot is never undone.
        Otherwise::Park | Otherwise::Propagate => before.to_owned(),
    };
    let mut choices = Vec::new();
    let mut default = before.to_owned();
    for (when, end) in ways {
        match when {
            Some(tests) => {
                let mut rule = rule(tests, known);
                rule["Next"] = json!(target(end));
                choices.push(rule);
            }
            None => default = target(end),
        }
    }
    states.add_last(name.to_owned(), json!({"Type": "Choice", "Choices": choices, "Default": default}));
}

/// What undoes several ways at once; `None` when nothing in them can be undone.
pub(super) fn parallel(workflow: &Workflow, it: &Parallel, known: &Known) -> Option<Map<String, Value>> {
    let branches: Vec<Value> =
        it.branches.iter().filter_map(|(_, flow)| backwards(workflow, flow, known)).collect();
    if branches.is_empty() {
        return None;
    }
    let mut state = Map::new();
    state.insert("Type".to_owned(), json!("Parallel"));
    state.insert("Branches".to_owned(), Value::Array(branches));
    state.insert("ResultPath".to_owned(), Value::Null);
    Some(state)
}

/// What undoes something that is done for each item of a list.
pub(super) fn each(workflow: &Workflow, it: &Each, known: &Known) -> Option<Map<String, Value>> {
    if !can_be_undone(&it.flow) {
        return None;
    }
    let (selector, inner) = selected(workflow, it, known);
    let mut state = Map::new();
    state.insert("Type".to_owned(), json!("Map"));
    state.insert("ItemsPath".to_owned(), json!(path::of(&it.over, known)));
    state.insert("ItemSelector".to_owned(), selector);
    state.insert("ItemProcessor".to_owned(), backwards(workflow, &it.flow, &inner)?);
    state.insert("MaxConcurrency".to_owned(), json!(it.at_once));
    state.insert("ResultPath".to_owned(), Value::Null);
    Some(state)
}

/// A scope that undoes the parts of a way, the last one first. Every way of a choice is gone back: nobody here knows
/// which one was taken.
fn backwards(workflow: &Workflow, flow: &[Node], known: &Known) -> Option<Value> {
    let mut states = States::default();
    let mut next = json!({"End": true});
    let mut first = String::new();
    // From the end of the way back: what comes last there is written first.
    forwards(workflow, flow, known, &mut states, &mut next, &mut first);
    (!states.is_empty()).then(|| states.scope(&first))
}

/// Adds what undoes the parts in their order, each before the one that was added before it.
fn forwards(
    workflow: &Workflow,
    flow: &[Node],
    known: &Known,
    states: &mut States,
    next: &mut Value,
    first: &mut String,
) {
    for node in flow {
        let added = match node {
            Node::Do(it) => it.undo.as_ref().map(|undo| {
                act::undoing(workflow, undo, known, next, states);
                name_of(workflow, undo)
            }),
            Node::Choice(it) => {
                for flow in it.arms.iter().map(|arm| &arm.flow).chain([&it.otherwise]) {
                    forwards(workflow, flow, known, states, next, first);
                }
                None
            }
            Node::Parallel(it) => {
                parallel(workflow, it, known).map(|state| add_whole(&it.name, state, next, states))
            }
            Node::Each(it) => each(workflow, it, known).map(|state| add_whole(&it.name, state, next, states)),
            Node::Wait(_) => None,
        };
        if let Some(name) = added {
            *next = json!({ "Next": name });
            *first = name;
        }
    }
}

/// Adds what undoes several ways at once; its name.
fn add_whole(name: &Name, state: Map<String, Value>, next: &Value, states: &mut States) -> String {
    let name = undo_name(name);
    states.add(name.clone(), state, next);
    name
}
