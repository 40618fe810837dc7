//! Events from an envelope to a handler.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use stipule_runtime::subscription::{Delivery, Failure, Subscription, event_handler};
use stipule_runtime::wire::Any;
use stipule_runtime::{App, Context, Envelope, Received};

use crate::world::{Fault, LoanError, LoanReturned, World, block_on, envelope, put_loan, return_loan};

/// A consumer that adds the fine of the event to a loan, and counts how often it ran.
fn subscription(runs: &Arc<AtomicU32>) -> Subscription {
    let runs = runs.clone();
    consumer(move |cx: Context, event: Received<LoanReturned>| {
        runs.fetch_add(1, Ordering::Relaxed);
        async move {
            return_loan(&cx, &event.loan, event.fine).commit().await.map_err(|error| match error {
                LoanError::Failed(failure) => failure.into(),
                other => Failure::park(format_args!("{other:?}")),
            })
        }
    })
}

fn consumer<F, R>(handle: F) -> Subscription
where
    F: Fn(Context, Received<LoanReturned>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Failure>> + Send + 'static,
{
    Subscription {
        name: "fines.on-loan-returned",
        service: "fines",
        event: "Loan.Returned",
        versions: &[1],
        rule: r#"{"detail-type":["Loan.Returned"]}"#,
        delivery: Delivery::Queue,
        max_attempts: 5,
        backoff: Duration::from_secs(1),
        max_backoff: Duration::from_secs(300),
        dead_letters: "fines-dead",
        concurrency: 4,
        batch: 1,
        handler: event_handler(handle),
    }
}

struct Scene {
    world: World,
    app: App,
    runs: Arc<AtomicU32>,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
        let runs = Arc::default();
        Self { app: App::new([], [subscription(&runs)]).unwrap(), world, runs }
    }

    fn deliver(&self, envelope: Envelope) -> Result<(), Failure> {
        block_on(self.app.deliver(envelope, &self.app.subscriptions()[0], &self.world.ports))
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }
}

#[test]
fn an_event_is_applied_once_however_often_it_comes() {
    let scene = Scene::new();
    for _ in 0..3 {
        assert_eq!(scene.deliver(envelope(5)), Ok(()));
    }
    assert_eq!(scene.world.table.fine("moby"), Some(5));
    assert_eq!(scene.runs(), 1, "the handler doesn't run again: it may have effects outside");
}

#[test]
fn the_same_id_with_another_payload_is_parked() {
    let scene = Scene::new();
    scene.deliver(envelope(5)).unwrap();
    let parked = scene.deliver(envelope(6));
    assert!(
        matches!(&parked, Err(Failure::Park(reason)) if reason.contains("another payload")),
        "{parked:?}"
    );
    assert_eq!(scene.world.table.fine("moby"), Some(5));
}

#[test]
fn an_event_caused_by_an_event_continues_its_story() {
    let scene = Scene::new();
    scene.deliver(envelope(5)).unwrap();
    let caused = Envelope::from_item(&scene.world.table.of_type("Outbox")[0]).unwrap();
    assert_eq!(caused.causation_id, envelope(5).id.to_string());
    assert_eq!(caused.correlation_id, "c-1");
    assert_eq!(caused.trace_id, envelope(5).trace_id);
}

#[test]
fn repeated_handling_emits_the_same_event_ids_at_another_time_with_other_chance() {
    let ids = |draws: u32| {
        let scene = Scene::new();
        scene.world.clock.advance(Duration::from_secs(u64::from(draws)));
        for _ in 0..draws {
            let _ = scene.world.ports.ids.random();
        }
        scene.deliver(envelope(5)).unwrap();
        Envelope::from_item(&scene.world.table.of_type("Outbox")[0]).unwrap().id
    };
    assert_eq!(ids(0), ids(3));
}

#[test]
fn trouble_with_the_store_is_worth_another_try() {
    let scene = Scene::new();
    scene.world.table.fail([Fault::LostRequest; 12]);
    assert!(matches!(scene.deliver(envelope(5)), Err(Failure::Retry(_))));
    assert_eq!(scene.deliver(envelope(5)), Ok(()));
    assert_eq!(scene.world.table.fine("moby"), Some(5));
}

#[test]
fn a_payload_that_does_not_fit_is_parked_without_showing_it() {
    let scene = Scene::new();
    let mut wrong = envelope(5);
    wrong.data = Any::of(&serde_json::json!({"loan": 7, "fine": "secret"})).unwrap();
    let Err(Failure::Park(reason)) = scene.deliver(wrong) else { panic!("not parked") };
    assert!(reason.contains("/loan") && reason.contains("/fine") && !reason.contains("secret"), "{reason}");
    assert_eq!(scene.runs(), 0);
}

#[test]
fn what_newer_producers_add_is_ignored() {
    let scene = Scene::new();
    let mut newer = envelope(5);
    newer.data = Any::of(&serde_json::json!({"loan": "moby", "fine": 5, "shelf": "B4"})).unwrap();
    assert_eq!(scene.deliver(newer), Ok(()));
}

#[test]
fn an_event_for_somebody_else_is_parked() {
    let scene = Scene::new();
    let mut other = envelope(5);
    other.version = 2;
    assert!(matches!(scene.deliver(other), Err(Failure::Park(_))));
    assert_eq!(scene.runs(), 0);
}

#[test]
fn a_panicking_handler_is_worth_another_try() {
    let world = World::new();
    let app = App::new([], [consumer(|_, _| async { panic!("on purpose") })]).unwrap();
    let outcome = block_on(app.deliver(envelope(5), &app.subscriptions()[0], &world.ports));
    assert_eq!(outcome, Err(Failure::Retry("the handler panicked".to_owned())));
}

#[test]
fn envelopes_survive_their_forms_and_show_no_payload() {
    let event = envelope(5);
    assert_eq!(Envelope::from_json(event.to_json().as_bytes()).unwrap(), event);
    let item = event.to_item(&crate::world::TABLE, &event.time);
    assert_eq!(Envelope::from_item(&item).unwrap(), event);
    let received = Received { data: LoanReturned { loan: "moby".to_owned(), fine: 5 }, envelope: event };
    let shown = format!("{received:?} {:?} {item:?}", received.envelope);
    assert!(!shown.contains("moby") && !shown.contains("fine"), "{shown}");
    assert!(Envelope::from_json(b"{}").unwrap_err().to_string().contains("/orderingKey"));
}

#[test]
fn waits_double_up_to_the_longest() {
    let subscription = subscription(&Arc::default());
    let seconds: Vec<u64> = [1, 2, 3, 9, 10, 99].map(|failed| subscription.delay(failed).as_secs()).to_vec();
    assert_eq!(seconds, [1, 2, 4, 256, 300, 300]);
}
