//! A saga runs once, and goes on from where the process died.

use std::sync::Arc;
use std::time::Duration;

use stipule_local::Local;
use stipule_runtime::saga::{Saga, SagaStep, StepFailure, StepHandler, start, step_handler};
use stipule_runtime::wire::Any;
use stipule_runtime::{App, Context};
use tokio::sync::Notify;

use crate::world::{TENANT, World, raise, same, settle};

/// A step, an hour of waiting, another step.
const TRIAL: &str = r#"{
    "StartAt": "First",
    "States": {
        "First": {"Type": "Task", "Resource": "desk", "ResultPath": null, "TimeoutSeconds": 86400, "Next": "Rest",
            "Parameters": {"saga": "trial", "step": "first", "key.$": "States.Format('{}/first', $.key)",
                "attempt.$": "$$.State.RetryCount", "context.$": "$.context", "input": {}}},
        "Rest": {"Type": "Wait", "Seconds": 3600, "Next": "Second"},
        "Second": {"Type": "Task", "Resource": "desk", "ResultPath": null, "TimeoutSeconds": 86400, "End": true,
            "Parameters": {"saga": "trial", "step": "second", "key.$": "States.Format('{}/second', $.key)",
                "attempt.$": "$$.State.RetryCount", "context.$": "$.context", "input": {}}}
    }
}"#;

fn counting(name: &'static str) -> StepHandler {
    step_handler(move |cx: Context, _: Any| async move {
        raise(&cx, name).commit().await.map_err(StepFailure::transient)
    })
}

fn app(first: StepHandler) -> App {
    let step = |step, handler| SagaStep { saga: "trial", step, service: "desk", gives: false, handler };
    let saga = Saga { name: "trial", definition: TRIAL, starts: &[] };
    let steps = [step("first", first), step("second", counting("second"))];
    App::new([], []).expect("an app").with_sagas([saga], steps)
}

async fn begin(local: &Local) -> Result<(), String> {
    let cx = Context::job(Arc::clone(local.ports()), TENANT, "trial");
    start(&cx, "trial", "run", &1).await.map(|_| ()).map_err(|it| it.to_string())
}

async fn counts(world: &World) -> (u64, u64) {
    (world.count("first").await, world.count("second").await)
}

pub(crate) async fn started_twice() -> Result<(), String> {
    let world = World::new();
    let local = world.start(app(counting("first")));
    begin(&local).await?;
    begin(&local).await?;
    settle(&local).await?;
    let runs = local.runs().list("trial", 10).await.map_err(|it| it.to_string())?;
    local.stop().await;
    same(&runs.len(), &1, "runs of a saga that was started twice")?;
    same(&counts(&world).await, &(1, 0), "steps of a saga that was started twice")
}

pub(crate) async fn killed_in_a_step() -> Result<(), String> {
    let world = World::new();
    let begun = Arc::new(Notify::new());
    let telling = Arc::clone(&begun);
    let stuck = step_handler(move |_: Context, _: Any| {
        telling.notify_one();
        std::future::pending::<Result<(), StepFailure>>()
    });
    let local = world.start(app(stuck));
    begin(&local).await?;
    begun.notified().await;
    local.kill().await;
    let local = world.start(app(counting("first")));
    settle(&local).await?;
    local.stop().await;
    same(&counts(&world).await, &(1, 0), "steps of a saga whose process died in the first")
}

pub(crate) async fn killed_in_a_wait() -> Result<(), String> {
    let world = World::new();
    let local = world.start(app(counting("first")));
    begin(&local).await?;
    settle(&local).await?;
    local.kill().await;
    let local = world.start(app(counting("first")));
    settle(&local).await?;
    same(&counts(&world).await, &(1, 0), "steps before the wait is over")?;
    world.clock.advance(Duration::from_secs(3600));
    settle(&local).await?;
    local.stop().await;
    same(&counts(&world).await, &(1, 1), "steps after a wait in which the process died")
}
