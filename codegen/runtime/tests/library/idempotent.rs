//! Commands with an `Idempotency-Key`, through the front door.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use stipule_runtime::http::{self as runtime, Form, In};
use stipule_runtime::{Answer, App, Caller, Principal, Refused, Response, Route};

use crate::world::{
    Fault, LOANS, Loan, LoanError, Returned, World, block_on, put_loan, return_loan, together,
};

struct Scene {
    world: World,
    app: App,
    runs: Arc<AtomicU32>,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let counted = runs.clone();
        let handle = move |cx, call: Arc<stipule_runtime::Call>| {
            counted.fetch_add(1, Ordering::Relaxed);
            async move {
                let (loan, body) = call.read(|read| {
                    let loan = read.required::<String>(In::Path, "loan", Form::Text);
                    let body = read.body::<Loan>();
                    Some((loan?, body?))
                })?;
                match return_loan(&cx, &loan, body.fine).answer(Returned(body)).await {
                    Ok(returned) => Ok(returned.response()?),
                    Err(LoanError::Failed(failure)) => Err(Refused::from(failure)),
                    Err(_) => Ok(runtime::json(409, "not out")?),
                }
            }
        };
        let app =
            App::new([Route::new(&LOANS[0], handle.clone()), Route::new(&LOANS[2], handle)], []).unwrap();
        Self { world, app, runs }
    }

    async fn send(&self, who: &str, request: Request<Bytes>) -> Response {
        let caller = Caller::Known { tenant: "north".to_owned(), principal: Principal::new(who, ["loans"]) };
        self.app.handle(request, caller, &self.world.ports).await
    }

    fn post(&self, key: Option<&str>, fine: i64) -> Response {
        block_on(self.send("ada", request("/loans/moby/return", key, fine)))
    }
}

fn request(path: &str, key: Option<&str>, fine: i64) -> Request<Bytes> {
    let mut request =
        Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(Bytes::from(format!(r#"{{"loan":"moby","fine":{fine}}}"#))).unwrap()
}

fn is_replayed(response: &Response) -> bool {
    response.headers().get("idempotent-replayed").is_some_and(|value| value == "true")
}

#[test]
fn a_repeated_command_gets_its_answer_again_and_does_nothing() {
    let scene = Scene::new();
    let first = scene.post(Some("k"), 5);
    let second = scene.post(Some("k"), 5);
    assert_eq!((first.status().as_u16(), is_replayed(&first)), (201, false));
    assert_eq!((second.status().as_u16(), is_replayed(&second)), (201, true));
    assert_eq!(first.body(), second.body());
    assert_eq!(first.headers()["location"], second.headers()["location"]);
    assert_eq!(first.headers()["content-type"], second.headers()["content-type"]);
    assert_ne!(first.headers()["x-request-id"], second.headers()["x-request-id"]);
    assert_eq!(scene.world.table.fine("moby"), Some(5));
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1);
}

#[test]
fn another_request_under_the_same_key_is_refused() {
    let scene = Scene::new();
    scene.post(Some("k"), 5);
    assert_eq!(scene.post(Some("k"), 6).status().as_u16(), 422);
    let elsewhere = request("/loans/moby/return?", Some("k"), 5);
    assert_eq!(block_on(scene.send("ada", elsewhere)).status().as_u16(), 422);
    assert_eq!(scene.world.table.fine("moby"), Some(5));
}

#[test]
fn keys_of_different_callers_and_operations_do_not_meet() {
    let scene = Scene::new();
    assert_eq!(scene.post(Some("k"), 5).status().as_u16(), 201);
    let other_caller = block_on(scene.send("bob", request("/loans/moby/return", Some("k"), 5)));
    let other_operation = block_on(scene.send("ada", request("/loans/moby/renew", Some("k"), 5)));
    assert!(!is_replayed(&other_caller) && !is_replayed(&other_operation));
    assert_eq!(scene.world.table.fine("moby"), Some(15));
}

#[test]
fn refusals_are_not_recorded() {
    let scene = Scene::new();
    let refused = block_on(scene.send("ada", request("/loans/nowhere/return", Some("k"), 5)));
    assert_eq!(refused.status().as_u16(), 409);
    let again = block_on(scene.send("ada", request("/loans/nowhere/return", Some("k"), 5)));
    assert_eq!((again.status().as_u16(), is_replayed(&again)), (409, false));
    assert_eq!(scene.runs.load(Ordering::Relaxed), 2);
    assert_eq!(scene.post(Some("k"), 5).status().as_u16(), 201, "the key is still free");
}

#[test]
fn repetitions_at_the_same_time_get_the_one_answer() {
    let scene = Scene::new();
    let answers = together((0..5).map(|_| scene.send("ada", request("/loans/moby/return", Some("k"), 5))));
    assert!(answers.iter().all(|answer| answer.status().as_u16() == 201));
    assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
    assert_eq!(scene.world.table.fine("moby"), Some(5));
}

#[test]
fn after_an_unknown_outcome_the_repetition_finds_out() {
    for first in [Fault::LostAnswer, Fault::LostRequest] {
        let scene = Scene::new();
        scene.world.table.fail(std::iter::once(first).chain([Fault::LostRequest; 11]));
        assert_eq!(scene.post(Some("k"), 5).status().as_u16(), 503);
        let again = scene.post(Some("k"), 5);
        assert_eq!((again.status().as_u16(), is_replayed(&again)), (201, first == Fault::LostAnswer));
        assert_eq!(scene.world.table.fine("moby"), Some(5));
        assert_eq!(scene.world.table.numbers("moby"), [1]);
    }
}

#[test]
fn without_a_key_each_command_counts() {
    let scene = Scene::new();
    scene.post(None, 5);
    scene.post(None, 5);
    assert_eq!(scene.world.table.fine("moby"), Some(10));
}

#[test]
fn an_answer_is_kept_for_a_day_and_its_key_is_free_when_it_has_expired() {
    let scene = Scene::new();
    scene.post(Some("k"), 5);
    scene.world.clock.advance(Duration::from_hours(24));
    assert!(is_replayed(&scene.post(Some("k"), 5)));
    scene.world.clock.advance(Duration::from_hours(25));
    assert!(!is_replayed(&scene.post(Some("k"), 5)), "expired, though not swept away yet");
    assert_eq!(scene.world.table.fine("moby"), Some(10));
}

#[test]
fn keys_have_a_format() {
    let scene = Scene::new();
    let longest = "k".repeat(255);
    let too_long = "k".repeat(256);
    for (key, status) in [("", 400), ("a b", 400), (&*too_long, 400), (&*longest, 201), ("!~", 201)] {
        assert_eq!(scene.post(Some(key), 5).status().as_u16(), status, "{key}");
    }
    let mut twice = request("/loans/moby/return", Some("a"), 5);
    twice.headers_mut().append("idempotency-key", "b".parse().unwrap());
    assert_eq!(block_on(scene.send("ada", twice)).status().as_u16(), 400);
}

#[test]
fn where_a_key_is_required_its_absence_is_a_400() {
    let scene = Scene::new();
    let answer = block_on(scene.send("ada", request("/loans/moby/renew", None, 5)));
    assert_eq!(answer.status().as_u16(), 400);
    assert!(String::from_utf8_lossy(answer.body()).contains("idempotency-key"));
    assert_eq!(scene.runs.load(Ordering::Relaxed), 0);
}
