//! Tasks: how a service is called, tried again, and parked.

use std::time::Duration;

use serde_json::{Map, Value, json};
use stipule_ir::Workflow;
use stipule_ir::workflow::{Act, Given, Kind, Retry, Step, seconds};

use super::path::{self, Known};
use super::state::States;
use super::{PARKED_QUEUE, function_of};

/// How often and when what undoes a step is tried again before a person is asked.
const UNDO: Retry =
    Retry { attempts: 10, interval: Duration::from_secs(1), backoff: 200, longest: Duration::from_secs(300) };

/// The error of a step that no further try will mend; as in the runtime's `saga` module.
const PERMANENT: &str = "Step.Permanent";

/// How long a case waits for a person: as long as a run may take at all.
const PARKED_SECONDS: u64 = 31_536_000;

/// What happens when a task failed for good.
#[derive(Clone, Debug)]
pub(super) enum Otherwise {
    /// Everything is undone, from this state on.
    Undo(String),
    /// A person is asked, and then it is tried again.
    Park,
    /// Whoever is around takes care of it.
    Propagate,
}

/// The name of an act's state.
pub(super) fn name_of(workflow: &Workflow, act: &Act) -> String {
    step_of(workflow, act).name.sentence()
}

pub(super) fn step_of<'w>(workflow: &'w Workflow, act: &Act) -> &'w Step {
    &workflow.steps[act.step.0 as usize]
}

/// Adds the task of a step and of those that are taken by the same call before it; where its result goes decides the
/// caller.
pub(super) fn task(
    workflow: &Workflow,
    (first, act): (&[&Act], &Act),
    known: &Known,
    (result, next): (Value, &Value),
    otherwise: &Otherwise,
    states: &mut States,
) {
    let step = step_of(workflow, act);
    let mut state = called(workflow, (first, act), known);
    state.insert("ResultPath".to_owned(), result);
    let all: Vec<&Step> = first.iter().map(|it| step_of(workflow, it)).chain([step]).collect();
    state.insert("Retry".to_owned(), retriers(&all, &step.retry));
    failing(workflow, step, otherwise, &mut state, states);
    states.add(step.name.sentence(), state, next);
}

/// Adds the task of what undoes a step or ends a failed saga: it gives nothing, and is tried until a person is asked.
pub(super) fn undoing(workflow: &Workflow, act: &Act, known: &Known, next: &Value, states: &mut States) {
    let step = step_of(workflow, act);
    let mut state = called(workflow, (&[], act), known);
    state.insert("ResultPath".to_owned(), Value::Null);
    let never = json!({"ErrorEquals": [PERMANENT], "MaxAttempts": 0});
    state.insert("Retry".to_owned(), json!([never, retrier(&["States.ALL"], &UNDO)]));
    failing(workflow, step, &Otherwise::Park, &mut state, states);
    states.add(step.name.sentence(), state, next);
}

/// The fields that say what is called, with what.
fn called(workflow: &Workflow, (first, act): (&[&Act], &Act), known: &Known) -> Map<String, Value> {
    let step = step_of(workflow, act);
    // The name holds letters, digits and signs that no format string minds: the front saw to it.
    let key = |step: &Step| format!("States.Format('{{}}/{}', $.key)", step.name.plain_field());
    let mut call = json!({
        "saga": workflow.name.wire,
        "step": step.name.wire,
        "key.$": key(step),
        "attempt.$": "$$.State.RetryCount",
        "context.$": "$.context",
        "input": input(act, known),
    });
    let before = first.iter().map(|act| {
        let step = step_of(workflow, act);
        json!({"step": step.name.wire, "key.$": key(step), "input": input(act, known)})
    });
    if !first.is_empty() {
        call["first"] = before.collect();
    }
    let mut state = Map::new();
    state.insert("Type".to_owned(), json!("Task"));
    let all: Vec<&Step> = first.iter().map(|it| step_of(workflow, it)).chain([step]).collect();
    let said: Vec<&str> =
        all.iter().filter_map(|step| step.docs.description.as_deref()).map(str::trim).collect();
    if !said.is_empty() {
        state.insert("Comment".to_owned(), json!(said.join(" ")));
    }
    let mut timeout = step.timeout.value.as_secs();
    if step.callback {
        call["token.$"] = json!("$$.Task.Token");
        state.insert("Resource".to_owned(), json!("arn:aws:states:::lambda:invoke.waitForTaskToken"));
        let function = function_of(&step.service.value);
        state.insert("Parameters".to_owned(), json!({"FunctionName": function, "Payload": call}));
    } else {
        // Somebody who is waited for has all of the time; those who answer at once have theirs one after the other.
        timeout = seconds(&all);
        state.insert("Resource".to_owned(), json!(function_of(&step.service.value)));
        state.insert("Parameters".to_owned(), call);
    }
    state.insert("TimeoutSeconds".to_owned(), json!(timeout));
    if let Some(heartbeat) = &step.heartbeat {
        state.insert("HeartbeatSeconds".to_owned(), json!(heartbeat.value.as_secs()));
    }
    state
}

fn input(act: &Act, known: &Known) -> Value {
    let fields = act.with.iter().map(|binding| match &binding.value {
        Given::Reference(reference) => {
            (format!("{}.$", binding.field.value), json!(path::of(reference, known)))
        }
        Given::Literal(text) => {
            let value = serde_json::from_str(text).expect("a literal of the contract is JSON");
            (binding.field.value.clone(), value)
        }
    });
    Value::Object(fields.collect())
}

/// What the answer of a service means is not tried again; anything else is, with each delay drawn.
fn retriers(called: &[&Step], retry: &Retry) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for error in called.iter().flat_map(|step| &step.errors) {
        if !names.contains(&error.wire.as_str()) {
            names.push(&error.wire);
        }
    }
    names.push(PERMANENT);
    let mut retriers = vec![json!({"ErrorEquals": names, "MaxAttempts": 0})];
    // Whoever lets a token expire won't be quicker the second time.
    let which = if called.iter().any(|step| step.callback) { "States.TaskFailed" } else { "States.ALL" };
    retriers.push(retrier(&[which], retry));
    Value::Array(retriers)
}

fn retrier(errors: &[&str], retry: &Retry) -> Value {
    if retry.attempts == 0 {
        return json!({"ErrorEquals": errors, "MaxAttempts": 0});
    }
    let rate = match retry.backoff % 100 {
        0 => json!(retry.backoff / 100),
        _ => json!(f64::from(retry.backoff) / 100.0),
    };
    json!({
        "ErrorEquals": errors,
        "IntervalSeconds": retry.interval.as_secs(),
        "MaxAttempts": retry.attempts,
        "BackoffRate": rate,
        "MaxDelaySeconds": retry.longest.as_secs(),
        "JitterStrategy": "FULL",
    })
}

/// Where a failure leads.
fn failing(
    workflow: &Workflow,
    step: &Step,
    otherwise: &Otherwise,
    state: &mut Map<String, Value>,
    states: &mut States,
) {
    let (place, next) = match otherwise {
        Otherwise::Propagate => return,
        Otherwise::Undo(next) => ("$.failure", next.clone()),
        Otherwise::Park => ("$.parked", park(workflow, step, states)),
    };
    let catch = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": place, "Next": next}]);
    state.insert("Catch".to_owned(), catch);
}

/// Adds the state where a case waits for a person; its name.
fn park(workflow: &Workflow, step: &Step, states: &mut States) -> String {
    let name = format!("Park: {}", step.name.words().join(" "));
    let mut message = json!({
        "saga": workflow.name.wire,
        "step": step.name.wire,
        "key.$": format!("States.Format('{{}}/{}', $.key)", step.name.plain_field()),
        "failure.$": "$.parked",
        "data.$": "$",
    });
    let mut state = Map::new();
    state.insert("Type".to_owned(), json!("Task"));
    state.insert("ResultPath".to_owned(), Value::Null);
    match workflow.kind {
        Kind::Standard => {
            message["token.$"] = json!("$$.Task.Token");
            let about = "Waits for a person. Whoever answers the token with success has it tried again.";
            state.insert("Comment".to_owned(), json!(about));
            state.insert("Resource".to_owned(), json!("arn:aws:states:::sqs:sendMessage.waitForTaskToken"));
            state.insert("TimeoutSeconds".to_owned(), json!(PARKED_SECONDS));
            state.insert("Parameters".to_owned(), json!({"QueueUrl": PARKED_QUEUE, "MessageBody": message}));
            states.add(name.clone(), state, &json!({"Next": step.name.sentence()}));
        }
        Kind::Express => {
            state.insert("Comment".to_owned(), json!("Leaves the case to a person."));
            state.insert("Resource".to_owned(), json!("arn:aws:states:::sqs:sendMessage"));
            state.insert("TimeoutSeconds".to_owned(), json!(10));
            state.insert("Parameters".to_owned(), json!({"QueueUrl": PARKED_QUEUE, "MessageBody": message}));
            let end = format!("Parked: {}", step.name.words().join(" "));
            states.add(name.clone(), state, &json!({ "Next": end }));
            let fail = json!({"Type": "Fail", "ErrorPath": "$.parked.Error", "CausePath": "$.parked.Cause"});
            states.add_last(end, fail);
        }
    }
    name
}
