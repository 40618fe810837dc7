//! A small saga whose steps do what a test wants, on a platform that can be killed.

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use stipule_local::table::Place;
use stipule_local::workflow::RunKey;
use stipule_local::{Local, Parts};
use stipule_machine::Status;
use stipule_runtime::auth::Expected;
use stipule_runtime::saga::{
    RunContext, Saga, SagaStep, Start, Started, StepFailure, Token, WorkflowError, run_name, step_handler,
    waiting_step_handler,
};
use stipule_runtime::store::TableSchema;
use stipule_runtime::wire::{Any, DateTime, Json, Limits};
use stipule_runtime::{App, Context};

static TABLE: TableSchema = TableSchema {
    name: "travel",
    pk: "pk",
    sk: "sk",
    ttl: Some("ttl"),
    type_attribute: "_t",
    indexes: &[],
    native: &[],
    outbox_shards: 1,
};

/// What the steps were called with, and what they answer.
#[derive(Default)]
pub(crate) struct Script {
    /// `reserve trip/…/reserve`, in the order of the calls.
    pub(crate) calls: Vec<String>,
    /// Errors that a step gives before it succeeds, by its name.
    pub(crate) failures: BTreeMap<&'static str, Vec<&'static str>>,
    /// Tokens of steps that wait.
    pub(crate) tokens: Vec<String>,
    /// Steps that are being taken at the moment, and the most that ever were.
    pub(crate) packing: (usize, usize),
}

pub(crate) type Shared = Arc<Mutex<Script>>;

pub(crate) fn lock(script: &Shared) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}

fn task(step: &str, more: &Value) -> Value {
    let mut state = json!({
        "Type": "Task",
        "Resource": "${TripSteps}",
        "Parameters": {
            "saga": "trip", "step": step, "attempt.$": "$$.State.RetryCount", "context.$": "$.context",
            "key.$": format!("States.Format('{{}}/{step}', $.key)"), "input.$": "$.input",
        },
        "TimeoutSeconds": 30,
        "ResultPath": null,
        "Retry": [
            {"ErrorEquals": ["Step.Permanent", "Full"], "MaxAttempts": 0},
            {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 3, "MaxDelaySeconds": 2, "JitterStrategy": "FULL"},
        ],
    });
    if let (Some(state), Some(more)) = (state.as_object_mut(), more.as_object()) {
        state.extend(more.clone());
    }
    state
}

/// Reserve, pack each, wait, ask somebody, charge; a failure before `charge` is undone, `charge` itself is parked.
fn definition() -> &'static str {
    let undo = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Undo"}]);
    let park = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.parked", "Next": "Park"}]);
    let ask = json!({
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "${TripSteps}", "Payload": {
            "saga": "trip", "step": "ask", "token.$": "$$.Task.Token", "context.$": "$.context",
            "key.$": "States.Format('{}/ask', $.key)", "input.$": "$.input"}},
        "HeartbeatSeconds": 2, "Catch": undo, "Next": "Charge",
    });
    let machine = json!({"StartAt": "Reserve", "States": {
        "Reserve": task("reserve", &json!({"Catch": undo, "Next": "Pack"})),
        "Pack": {"Type": "Map", "ItemsPath": "$.input.bags", "MaxConcurrency": 2, "ResultPath": null, "Next": "Rest",
            "ItemSelector": {"key.$": "States.Format('{}/{}', $.key, $$.Map.Item.Index)", "context.$": "$.context", "input.$": "$.input"},
            "ItemProcessor": {"StartAt": "One", "States": {"One": task("pack", &json!({"End": true}))}},
            "Catch": undo},
        "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Which"},
        "Which": {"Type": "Choice", "Choices": [{"Variable": "$.input.ask", "BooleanEquals": true, "Next": "Ask"}], "Default": "Charge"},
        "Ask": task("ask", &ask),
        "Charge": task("charge", &json!({"Catch": park, "End": true})),
        "Park": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 31_536_000,
            "ResultPath": null, "Next": "Charge",
            "Parameters": {"QueueUrl": "${ParkedQueue}", "MessageBody": {
                "saga": "trip", "step": "charge", "token.$": "$$.Task.Token", "failure.$": "$.parked", "data.$": "$"}}},
        "Undo": task("undo", &json!({"Next": "Failed"})),
        "Failed": {"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause"},
    }});
    Box::leak(machine.to_string().into_boxed_str())
}

fn step(script: &Shared, name: &'static str) -> SagaStep {
    let script = Arc::clone(script);
    let handler = step_handler(move |cx: Context, _input: Any| {
        let script = Arc::clone(&script);
        async move { taken(&script, name, &cx).await }
    });
    SagaStep { saga: "trip", step: name, service: "trips", gives: false, handler }
}

async fn taken(script: &Shared, name: &'static str, cx: &Context) -> Result<(), StepFailure> {
    let failure = {
        let mut script = lock(script);
        script.calls.push(format!("{name} {}", key_of(cx)));
        if name == "pack" {
            script.packing.0 += 1;
            script.packing.1 = script.packing.1.max(script.packing.0);
        }
        script.failures.get_mut(name).and_then(Vec::pop)
    };
    // Others come in between.
    tokio::time::sleep(Duration::from_millis(3)).await;
    if name == "pack" {
        lock(script).packing.0 -= 1;
    }
    failure.map_or(Ok(()), |error| Err(StepFailure::declared(error, "as the test wants it")))
}

fn key_of(cx: &Context) -> String {
    match cx.cause() {
        stipule_runtime::Cause::Step { key, .. } => key.clone(),
        other => panic!("a step is caused by a saga: {other:?}"),
    }
}

fn ask(script: &Shared) -> SagaStep {
    let script = Arc::clone(script);
    let handler = waiting_step_handler(move |cx: Context, _input: Any, token: Token<Any, StepFailure>| {
        let script = Arc::clone(&script);
        async move {
            taken(&script, "ask", &cx).await?;
            lock(&script).tokens.push(token.as_str().to_owned());
            Ok(())
        }
    });
    SagaStep { saga: "trip", step: "ask", service: "trips", gives: false, handler }
}

/// A platform over a folder, or in memory.
pub(crate) fn start(script: &Shared, folder: Option<&Path>) -> Local {
    let plain = ["reserve", "pack", "charge", "undo"].map(|name| step(script, name));
    let saga = Saga { name: "trip", definition: definition(), starts: &[] };
    let app = App::new([], []).unwrap().with_sagas([saga], plain.into_iter().chain([ask(script)]));
    let place = folder.map_or(Place::Memory, |folder| Place::Folder(folder.to_owned()));
    let expected = Expected {
        issuer: "https://travel.example/".to_owned(),
        audience: "travel".to_owned(),
        tenant_claim: "agency".to_owned(),
    };
    Local::start(Parts::new(app, &TABLE, place, expected)).unwrap()
}

/// The run that is called `name`.
pub(crate) fn key(name: &str) -> RunKey {
    RunKey { saga: "trip".to_owned(), name: run_name("north", name) }
}

pub(crate) async fn begin(local: &Local, name: &str, input: &Value) -> Result<Started, WorkflowError> {
    let context = RunContext {
        tenant: "north".to_owned(),
        time: DateTime::UNIX_EPOCH,
        correlation_id: "c".to_owned(),
        causation_id: "c".to_owned(),
        trace_id: "0".repeat(32),
    };
    let input = Json::parse(input.to_string().as_bytes(), Limits::default()).unwrap().into_owned();
    let start = Start::new("trip", run_name("north", name), &context, input);
    local.ports().workflows.start(start).await
}

/// Waits until something is so; panics after 20 seconds.
pub(crate) async fn until<F, R>(what: &str, mut is_so: F)
where
    F: FnMut() -> R,
    R: Future<Output = bool>,
{
    for _ in 0..4_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: not within 20 seconds");
}

pub(crate) async fn status(local: &Local, name: &str) -> Status {
    local.runs().run(&key(name)).await.unwrap().map_or(Status::Running, |run| run.status().clone())
}

/// Waits for the end of a run.
pub(crate) async fn end(local: &Local, name: &str) -> Status {
    until("the end of the run", || async { status(local, name).await != Status::Running }).await;
    status(local, name).await
}
