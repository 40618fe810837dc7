//! The real binary of the functions in processes of its own, behind the local Runtime API, over the endpoint of the embedded
//! table: what it answers, and what happens where it doesn't.

mod flag;
mod stage;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stipule_local::functions::{Counts, Failed};
use stipule_runtime::{Caller, Principal};

use stage::{API, Stage, proxy};

/// A customer that there isn't.
const NOBODY: &str = "/customers/018f3a52-0000-7000-8000-0000000000c1";

fn ada() -> Value {
    json!({ "email": "ada@example.com", "name": "Ada Moreau" })
}

#[tokio::test]
async fn a_process_answers_requests_over_the_same_table_as_this_process_does() {
    let stage = Stage::new().await;
    let (status, made) = stage.request("POST", "/customers", Some(ada()), "maple").await;
    assert_eq!((status, &made["name"]), (201, &"Ada Moreau".into()), "{made}");
    let path = format!("/customers/{}", made["customerId"].as_str().expect("an id"));
    let there = stage.request("GET", &path, None, "maple").await;
    assert_eq!((there.0, &there.1["email"]), (200, &"ada@example.com".into()));
    assert_eq!(stage.in_process("GET", &path, "maple").await, there, "a process and this one answer alike");
    let strange = stage.request("GET", &path, None, "oak").await;
    assert_eq!(strange.0, 404, "{}", strange.1);
    let (status, problem) = stage.request("POST", "/customers", Some(json!({ "name": 7 })), "maple").await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(stage.events().await, ["Customer.Registered"], "the event is in the outbox of this table");
    let counts = stage.functions.counts(API).expect("a function");
    assert_eq!((counts.warm, counts.busy, counts.cold_starts), (1, 0, 1), "one process took all calls");
    assert!(!counts.last_start.is_zero());
    stage.functions.stop().await;
}

#[tokio::test]
async fn what_a_function_says_of_its_failure_is_told_and_its_process_lives_on() {
    let stage = Stage::new().await;
    let failed = stage.functions.invoke(API, Bytes::from_static(b"{\"no\":\"request\"}"), None).await;
    assert!(matches!(&failed, Err(Failed::Fault { kind, .. }) if kind == "Event.Unreadable"), "{failed:?}");
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404);
    assert_eq!(stage.functions.counts(API).map(|it| it.cold_starts), Some(1));
    let unknown = stage.functions.invoke("nobody.api", Bytes::new(), None).await;
    assert_eq!(unknown, Err(Failed::Unknown("nobody.api".to_owned())));
}

#[tokio::test]
async fn a_function_that_lacks_something_or_that_there_is_no_binary_of_says_why_it_does_not_start() {
    let stage = Stage::without(&["STIPULE_SECRET", "STIPULE_TABLE"]).await;
    let failed = stage.functions.invoke(API, Bytes::from_static(b"{}"), None).await;
    let Err(Failed::NotStarted(reason)) = failed else { panic!("it started: {failed:?}") };
    assert!(reason.contains("STIPULE_SECRET") && reason.contains("STIPULE_TABLE"), "{reason}");
    let stage = Stage::of("/nowhere/bootstrap").await;
    let failed = stage.functions.invoke(API, Bytes::from_static(b"{}"), None).await;
    assert!(
        matches!(&failed, Err(Failed::NotStarted(why)) if why.contains("/nowhere/bootstrap")),
        "{failed:?}"
    );
    assert_eq!(stage.functions.counts(API).map(|it| (it.warm, it.busy)), Some((0, 0)));
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_killed_and_one_more_than_may_be_is_refused() {
    let stage = Stage::silent(Duration::from_millis(1500)).await;
    let event = || Bytes::from(proxy("GET", NOBODY, None, "maple").to_string());
    let (first, second) =
        tokio::join!(stage.functions.invoke(API, event(), None), stage.functions.invoke(API, event(), None));
    assert_eq!(first, Err(Failed::TimedOut(Duration::from_millis(1500))));
    assert_eq!(second, Err(Failed::Throttled), "this function may have one call at a time");
    let counts = stage.functions.counts(API).expect("a function");
    let expected = Counts {
        cold_starts: 1,
        throttled: 1,
        timed_out: 1,
        last_start: counts.last_start,
        ..Counts::default()
    };
    assert_eq!(counts, expected, "nothing is kept of it");
}

#[tokio::test]
async fn a_process_that_nobody_calls_is_let_go() {
    let stage = Stage::new().await;
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404);
    stage.functions.let_go(Duration::from_hours(1)).await;
    assert_eq!(stage.functions.counts(API).map(|it| it.warm), Some(1), "it waits for the next call");
    stage.functions.let_go(Duration::ZERO).await;
    assert_eq!(stage.functions.counts(API).map(|it| it.warm), Some(0));
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404);
    assert_eq!(stage.functions.counts(API).map(|it| it.cold_starts), Some(2), "the next call finds none");
}

#[tokio::test]
async fn what_may_wait_is_called_in_its_turn() {
    let stage = Stage::silent(Duration::from_millis(500)).await;
    let event = || Bytes::from(proxy("GET", NOBODY, None, "maple").to_string());
    let call = || stage.functions.invoke_in_turn(API, event());
    let ended = tokio::join!(call(), call(), call());
    let timed_out = Err(Failed::TimedOut(Duration::from_millis(500)));
    assert_eq!(ended, (timed_out.clone(), timed_out.clone(), timed_out), "none is refused");
    let counts = stage.functions.counts(API).expect("a function");
    assert_eq!((counts.cold_starts, counts.throttled, counts.busy), (3, 0, 0), "one after the other");
}

#[tokio::test]
async fn a_process_that_was_killed_is_followed_by_a_fresh_one() {
    let stage = Stage::new().await;
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404);
    let [pid] = stage.functions.warm(API)[..] else { panic!("one is warm") };
    kill(pid);
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404, "who calls next sees nothing of it");
    assert_eq!(stage.functions.counts(API).map(|it| it.cold_starts), Some(2));
    assert_ne!(stage.functions.warm(API), [pid]);
}

#[tokio::test]
async fn processes_end_with_those_who_started_them() {
    let stage = Stage::new().await;
    assert_eq!(stage.request("GET", NOBODY, None, "maple").await.0, 404);
    let [pid] = stage.functions.warm(API)[..] else { panic!("one is warm") };
    assert!(lives(pid));
    stage.functions.stop().await;
    assert!(!lives(pid), "stopping waits for the end");
}

/// Kills a process and waits until the system has ended it; whose child it is doesn't know yet.
fn kill(pid: u32) {
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(killed.success());
    while lives(pid) {
        std::thread::yield_now();
    }
}

/// Whether there is such a process that hasn't ended.
fn lives(pid: u32) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // Behind the name, which may have any character, comes the state; Z is one that has ended.
    state.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

impl Stage {
    /// What this process answers over the same table: status and body.
    async fn in_process(&self, method: &str, path: &str, tenant: &str) -> (u64, Value) {
        let request = Request::builder().method(method).uri(path).body(Bytes::new()).expect("a request");
        let scopes = commerce::scopes();
        let principal = Principal::new("grace", scopes.iter().copied());
        let caller = Caller::Known { tenant: tenant.to_owned(), principal };
        let answer = self.app.handle(request, caller, &Arc::clone(&self.ports)).await;
        let body = serde_json::from_slice(answer.body()).expect("JSON");
        (answer.status().as_u16().into(), body)
    }
}
