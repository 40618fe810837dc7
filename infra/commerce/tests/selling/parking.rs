//! A platform on which a person is asked before anything is done that a person can be asked about.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use serde_json::Value;
use stipule_local::Parts;
use stipule_runtime::App;
use stipule_runtime::saga::{Saga, SagaStep, StepFailure, StepTask};

/// The same platform, but every step that is parked when it fails does fail, once.
pub(crate) fn every_step_once(parts: Parts) -> Parts {
    let app = parts.app;
    let sagas: Vec<Saga> = app.sagas().to_vec();
    let parked: BTreeSet<(String, String)> = sagas.iter().flat_map(parked).collect();
    let steps: Vec<SagaStep> = app.steps().map(|step| failing(step.clone(), &parked)).collect();
    let app: App = app.with_sagas(sagas, steps);
    Parts { app, ..parts }
}

/// The step, which fails the first time under each key if it is one of those.
fn failing(step: SagaStep, parked: &BTreeSet<(String, String)>) -> SagaStep {
    if !parked.contains(&(step.saga.to_owned(), step.step.to_owned())) {
        return step;
    }
    let (taken, handler) = (Mutex::new(BTreeSet::new()), step.handler);
    let handler = Arc::new(move |cx, task: StepTask| {
        // What a test asks of a step by itself is not part of a run, and nobody would redrive it.
        let runs = task.context.trace_id != "0";
        match runs && taken.lock().expect("nobody panics under it").insert(task.key.clone()) {
            true => async { Err(StepFailure::permanent("a person is asked first")) }.boxed(),
            false => handler(cx, task),
        }
    });
    SagaStep { handler, ..step }
}

/// Steps of a saga of which a failure leads to a person.
fn parked(saga: &Saga) -> BTreeSet<(String, String)> {
    let machine: Value = serde_json::from_str(saga.definition).expect("a state machine is JSON");
    let mut steps = BTreeSet::new();
    walk(&machine, &mut |state| {
        let caught = state["Catch"].as_array().into_iter().flatten();
        let parks = caught.filter_map(|it| it["Next"].as_str()).any(|next| next.starts_with("Park: "));
        let parameters = &state["Parameters"];
        let step = [&parameters["step"], &parameters["Payload"]["step"]];
        let first = [&parameters["first"], &parameters["Payload"]["first"]];
        let first = first.into_iter().filter_map(Value::as_array).flatten().map(|it| &it["step"]);
        if parks {
            let taken = step.into_iter().chain(first).filter_map(Value::as_str);
            steps.extend(taken.map(|step| (saga.name.to_owned(), step.to_owned())));
        }
    });
    steps
}

fn walk(machine: &Value, look: &mut impl FnMut(&Value)) {
    for state in machine["States"].as_object().into_iter().flat_map(|it| it.values()) {
        look(state);
        let branches = state["Branches"].as_array().into_iter().flatten();
        branches.chain(state.get("ItemProcessor")).for_each(|inner| walk(inner, look));
    }
}
