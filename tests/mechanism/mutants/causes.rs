//! One cause has one effect.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use library_model::events::LoanReturned;
use stipule_runtime::http::{self as answers, Idempotency};
use stipule_runtime::saga::{SagaStep, StepFailure, StepTask, step_handler};
use stipule_runtime::subscription::{Delivery, Subscription, event_handler};
use stipule_runtime::wire::{Any, Json};
use stipule_runtime::{
    Answer, App, Caller, Context, Failed, Failure, Operation, Ports, Principal, Received, Refused, Response,
    Route,
};
use tokio::sync::Barrier;

use crate::world::{TENANT, World, consumer, raise, returned, same};

/// Raises a number of its own.
fn counting(name: &'static str) -> Subscription {
    let handler = event_handler(move |cx: Context, _: Received<LoanReturned>| async move {
        raise(&cx, name).commit().await.map_err(Failure::from)
    });
    consumer(name, Delivery::Queue, handler)
}

fn app<const N: usize>(subscriptions: [Subscription; N]) -> App {
    App::new([], subscriptions).expect("an app")
}

pub(crate) async fn event_twice() -> Result<(), String> {
    let world = World::new();
    let (app, ports, event) = (app([counting("desk")]), world.sound_ports(), world.envelope().await);
    for _ in 0..3 {
        app.deliver(event.clone(), &app.subscriptions()[0], &ports).await.map_err(|it| it.to_string())?;
    }
    same(&world.count("desk").await, &1, "effects of an event that came three times")
}

/// Both have looked for the mark before either writes.
pub(crate) async fn event_at_once() -> Result<(), String> {
    let world = World::new();
    let meeting = Arc::new(Barrier::new(2));
    let handler = event_handler(move |cx: Context, _: Received<LoanReturned>| {
        let meeting = Arc::clone(&meeting);
        async move {
            meeting.wait().await;
            raise(&cx, "desk").commit().await.map_err(Failure::from)
        }
    });
    let app = app([consumer("desk", Delivery::Queue, handler)]);
    let (ports, event) = (world.sound_ports(), world.envelope().await);
    let deliver = || app.deliver(event.clone(), &app.subscriptions()[0], &ports);
    let (one, other) = tokio::join!(deliver(), deliver());
    one.and(other).map_err(|it| it.to_string())?;
    same(&world.count("desk").await, &1, "effects of an event that came twice at once")
}

pub(crate) async fn two_consumers() -> Result<(), String> {
    let world = World::new();
    let (app, ports, event) =
        (app([counting("desk"), counting("mail")]), world.sound_ports(), world.envelope().await);
    for subscription in app.subscriptions() {
        app.deliver(event.clone(), subscription, &ports).await.map_err(|it| it.to_string())?;
    }
    same(&(world.count("desk").await, world.count("mail").await), &(1, 1), "effects at each consumer")
}

pub(crate) async fn other_payload() -> Result<(), String> {
    let world = World::new();
    let (app, ports, event) = (app([counting("desk")]), world.sound_ports(), world.envelope().await);
    let subscription = &app.subscriptions()[0];
    app.deliver(event.clone(), subscription, &ports).await.map_err(|it| it.to_string())?;
    let data = Json::of(&LoanReturned { late: false, ..returned(1) }).map_err(|it| it.to_string())?;
    let forged = app.deliver(stipule_runtime::Envelope { data, ..event }, subscription, &ports).await;
    match forged {
        Err(Failure::Park(_)) => Ok(()),
        other => Err(format!("another payload under the id gave {other:?}")),
    }
}

static COUNT: Operation = Operation {
    id: "count",
    service: "desk",
    method: Method::POST,
    template: "/count",
    scopes: &[],
    idempotency: Idempotency::KeyRequired,
    consumes: &["application/json"],
    produces: &["application/json"],
    statuses: &[201],
    body_limit: 100,
    ..Operation::NEW
};

/// The number of the caller.
struct Counted(u64);

impl Answer for Counted {
    fn response(&self) -> Result<Response, Failed> {
        answers::json(201, &self.0)
    }
}

struct Counter {
    world: World,
    app: App,
    ports: Arc<Ports>,
}

impl Counter {
    fn open() -> Self {
        let world = World::new();
        let route = Route::new(&COUNT, |cx: Context, _| async move {
            let name = cx.principal().subject.clone();
            let counted = raise(&cx, &name).answer(Counted(7)).await.map_err(Refused::from)?;
            Ok(counted.response()?)
        });
        let ports = world.sound_ports();
        Self { world, app: App::new([route], []).expect("an app"), ports }
    }

    async fn post(&self, who: &str, body: &'static str) -> u16 {
        let request = Request::post("/count")
            .header("content-type", "application/json")
            .header("idempotency-key", "k")
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a sound request");
        let none: [&str; 0] = [];
        let caller = Caller::Known { tenant: TENANT.to_owned(), principal: Principal::new(who, none) };
        self.app.handle(request, caller, &self.ports).await.status().as_u16()
    }
}

pub(crate) async fn command_twice() -> Result<(), String> {
    let counter = Counter::open();
    let statuses = [counter.post("ada", "1").await, counter.post("ada", "1").await];
    same(&statuses, &[201, 201], "answers to a command and its repetition")?;
    same(&counter.world.count("ada").await, &1, "effects of a command that came twice")
}

pub(crate) async fn other_body() -> Result<(), String> {
    let counter = Counter::open();
    let statuses = [counter.post("ada", "1").await, counter.post("ada", "2").await];
    same(&statuses, &[201, 422], "answers to a key that is used for two things")
}

pub(crate) async fn two_principals() -> Result<(), String> {
    let counter = Counter::open();
    let statuses = [counter.post("ada", "1").await, counter.post("eve", "1").await];
    same(&statuses, &[201, 201], "answers to two principals with one key")?;
    let counts = (counter.world.count("ada").await, counter.world.count("eve").await);
    same(&counts, &(1, 1), "effects of two principals with one key")
}

pub(crate) async fn step_twice() -> Result<(), String> {
    let world = World::new();
    let handler = step_handler(|cx: Context, _: Any| async move {
        let output = Any::from(cx.new_id().to_string());
        raise(&cx, "step").give(output).await.map_err(StepFailure::transient)
    });
    let step = SagaStep { saga: "trial", step: "count", service: "desk", gives: true, handler };
    let app = app([]).with_sagas([], [step]);
    let task = StepTask::from_json(
        br#"{"saga": "trial", "step": "count", "key": "trial/r/count", "attempt": 0, "input": {}, "context":
        {"tenant": "north", "time": "2026-11-23T04:00:00Z", "correlationId": "c", "causationId": "e", "traceId": "0"}}"#,
    )
    .map_err(|it| it.to_string())?;
    let ports = world.sound_ports();
    let mut given = Vec::new();
    for _ in 0..2 {
        given.push(app.perform(task.clone(), &ports).await.map_err(|it| it.cause)?);
    }
    same(&world.count("step").await, &1, "effects of a step that was taken twice")?;
    same(&given[1].to_text(), &given[0].to_text(), "what the step gives the second time")
}

/// Two places that handle the same event emit the same ids: whoever sees both takes them for one.
pub(crate) async fn ids_of_events() -> Result<(), String> {
    let event = World::new().envelope().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let world = World::new();
        let handler = event_handler(|cx: Context, _: Received<LoanReturned>| async move {
            let mut write = raise(&cx, "desk");
            write.emit(&returned(2));
            write.commit().await.map_err(Failure::from)
        });
        let app = app([consumer("desk", Delivery::Queue, handler)]);
        let delivered = app.deliver(event.clone(), &app.subscriptions()[0], &world.sound_ports()).await;
        delivered.map_err(|it| it.to_string())?;
        ids.push(world.outbox().await.iter().map(|event| event.id.to_string()).collect::<Vec<_>>());
    }
    same(&ids[0].len(), &1, "events that were emitted")?;
    same(&ids[1], &ids[0], "ids of the events that one event causes")
}
