//! The client against servers that misbehave. Nothing panics, and nothing is sent twice that may do its work twice.

#![allow(clippy::unwrap_used, reason = "all of it is a test")]

mod around;
mod network;
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use script::{Number, Refusal, Script, Step, json, lend, read, ring, status, wait};
use stipule_client::{BuildError, Client, Error, Retry, Token};

/// Calls an operation over a script; gives the result and how many requests were sent.
async fn run(
    steps: Vec<Step>,
    call: fn(&Client) -> stipule_client::Call,
) -> (Result<i64, Error<Refusal>>, usize) {
    let script = Script::new(steps);
    let result = call(&script.client()).send::<Number>().await;
    (result, script.count())
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_is_tried_again_where_that_is_harmless() {
    for passing in [429, 502, 503, 504, 408] {
        let (result, count) = run(vec![status(passing), json(200, "7")], read).await;
        assert_eq!((result.unwrap(), count), (7, 2), "{passing}");
        let (result, count) = run(vec![status(passing), json(200, "7")], lend).await;
        assert_eq!((result.unwrap(), count), (7, 2), "{passing} with a key");
        let (result, count) = run(vec![status(passing)], ring).await;
        assert_eq!((result.unwrap_err().status(), count), (Some(passing), 1), "{passing} without a key");
    }
}

#[tokio::test(start_paused = true)]
async fn what_won_t_pass_is_not_tried_again() {
    for lasting in [400, 404, 409, 422, 500, 501] {
        let (result, count) = run(vec![status(lasting)], read).await;
        assert_eq!((result.unwrap_err().status(), count), (Some(lasting), 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_tried_again_only_where_that_is_harmless() {
    let (result, count) = run(vec![Step::Broken, json(200, "7")], read).await;
    assert_eq!((result.unwrap(), count), (7, 2));
    let (result, count) = run(vec![Step::Broken], ring).await;
    assert!(matches!(result, Err(Error::Failed(_))));
    assert_eq!(count, 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_was_never_reached_did_nothing_so_every_call_is_tried_again() {
    let (result, count) = run(vec![Step::Unreachable, Step::Unreachable, json(200, "7")], ring).await;
    assert_eq!((result.unwrap(), count), (7, 3));
    let (result, count) = run(vec![Step::Unreachable, Step::Unreachable, Step::Unreachable], ring).await;
    assert!(matches!(&result, Err(Error::Failed(fault)) if fault.transport().unwrap().is_connect()));
    assert_eq!(count, 3);
}

#[tokio::test(start_paused = true)]
async fn the_wait_that_a_server_asks_for_is_kept() {
    let start = tokio::time::Instant::now();
    let (result, _) = run(vec![wait(429, "7"), json(200, "7")], read).await;
    assert_eq!(result.unwrap(), 7);
    let waited = start.elapsed();
    assert!((Duration::from_secs(7)..Duration::from_secs(8)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_not_begun() {
    let start = tokio::time::Instant::now();
    let (result, count) = run(vec![wait(429, "3600")], read).await;
    assert!(matches!(result, Err(Error::Api(Refusal::TooMany(_)))));
    assert_eq!((count, start.elapsed()), (1, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn silence_ends_and_a_call_with_all_its_tries_has_its_own_limit() {
    let script = Script::new([Step::Silence(Duration::from_secs(3600)), json(200, "7")]);
    let start = tokio::time::Instant::now();
    assert_eq!(read(&script.client()).send::<Number>().await.unwrap(), 7);
    assert!(start.elapsed() < Duration::from_secs(21));

    let script = Script::new([Step::Silence(Duration::from_secs(3600))]);
    let start = tokio::time::Instant::now();
    let call = read(&script.client()).timeout(Duration::from_secs(2));
    let error = call.send::<Number>().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((script.count(), start.elapsed()), (1, Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn all_tries_of_a_call_have_one_key_and_two_calls_have_two() {
    let script = Script::new([status(503), json(200, "7"), json(200, "7")]);
    let client = script.client();
    lend(&client).send::<Number>().await.unwrap();
    lend(&client).send::<Number>().await.unwrap();
    let keys = script.header("idempotency-key");
    assert!(keys[0].is_some());
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
    let script = Script::new([json(200, "7")]);
    lend(&script.client()).idempotency_key("mine").send::<Number>().await.unwrap();
    assert_eq!(script.header("idempotency-key"), [Some("mine".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_fetched_again_once() {
    let fetched = Arc::new(AtomicU32::new(0));
    let counter = fetched.clone();
    let provider = move || {
        let number = counter.fetch_add(1, Ordering::SeqCst);
        async move { Ok(Token::new(format!("t{number}"))) }
    };
    let script = Script::new([status(401), json(200, "7"), json(200, "7"), status(401), status(401)]);
    let client: Client = script.builder().token_provider(provider).build().unwrap();
    assert_eq!(lend_seven(&client).await.unwrap(), 7);
    assert_eq!(lend_seven(&client).await.unwrap(), 7);
    assert_eq!(lend_seven(&client).await.unwrap_err().status(), Some(401));
    let tokens: Vec<_> = script.header("authorization").into_iter().flatten().collect();
    assert_eq!(tokens, ["Bearer t0", "Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"]);
    assert_eq!(fetched.load(Ordering::SeqCst), 3);
}

/// A call with a token.
async fn lend_seven(client: &Client) -> Result<i64, Error<Refusal>> {
    lend(client).send::<Number>().await
}

#[tokio::test(start_paused = true)]
async fn a_token_that_ends_soon_is_fetched_again_before_it_does() {
    let fetched = Arc::new(AtomicU32::new(0));
    let counter = fetched.clone();
    let provider = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok(Token::new("t").expires_at(SystemTime::now() + Duration::from_secs(10))) }
    };
    let script = Script::new([json(200, "7"), json(200, "7")]);
    let client: Client = script.builder().token_provider(provider).build().unwrap();
    read(&client).send::<Number>().await.unwrap();
    read(&client).send::<Number>().await.unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_public_operation_sends_no_token() {
    let script = Script::new([json(200, "7")]);
    let client: Client = script.builder().token("t").build().unwrap();
    ring(&client).send::<Number>().await.unwrap();
    assert_eq!(script.header("authorization"), [None]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_isn_t_the_contract_s_is_said_so() {
    let cases = [
        (json(200, "7,"), "malformed"),
        (json(200, ""), "empty"),
        (json(200, "\"seven\""), "another type"),
        (Step::Answer(200, vec![("content-type", "text/html".into())], "<p>7</p>"), "another media type"),
        (status(200), "no media type"),
    ];
    for (step, what) in cases {
        let (result, _) = run(vec![step], read).await;
        let error = result.unwrap_err();
        assert!(matches!(error, Error::Misfit(_)), "{what}: {error}");
        assert_eq!(error.status(), Some(200));
    }
    let (result, _) =
        run(vec![Step::Answer(302, vec![("location", "https://evil.example".into())], "")], read).await;
    assert!(matches!(result, Err(Error::Undeclared(_))), "a redirect is not followed");
}

#[tokio::test(start_paused = true)]
async fn every_error_has_an_id_to_ask_by() {
    let script = Script::new([Step::Broken]);
    let client: Client = script.builder().retry(Retry::NONE).build().unwrap();
    let error = read(&client).send::<Number>().await.unwrap_err();
    assert_eq!(Some(error.request_id().to_owned()), script.header("x-request-id")[0]);
    let step = Step::Answer(404, vec![("x-request-id", "r-1".into())], "");
    let (result, _) = run(vec![step], read).await;
    let error = result.unwrap_err();
    assert_eq!(error.request_id(), "r-1");
    assert_eq!(error.to_string(), "404 Not Found");
}

#[tokio::test(start_paused = true)]
async fn what_can_t_be_sent_is_said_and_not_sent() {
    let script = Script::new([]);
    let client = script.client();
    let calls = [
        read(&client).raw_header("x", "a\nb"),
        lend(&client).idempotency_key("a\nb"),
        lend(&client).header_list("q", &["a,b".to_owned()]),
    ];
    for call in calls {
        assert!(matches!(call.send::<Number>().await, Err(Error::Failed(_))));
    }
    assert_eq!(script.count(), 0);
}

#[test]
fn an_address_that_can_t_be_meant_is_refused() {
    for bad in [
        "",
        "library.example",
        "ftp://library.example",
        "https://",
        "https://a@b.example",
        "https://b.example/?q",
    ] {
        let built: Result<Client, _> = Client::builder(bad).build();
        assert!(matches!(built, Err(BuildError::BaseUrl { .. })), "{bad}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_path_of_the_address_leads() {
    let script = Script::new([json(200, "7")]);
    read(&script.client()).send::<Number>().await.unwrap();
    assert_eq!(script.seen.lock().unwrap()[0].uri(), "https://library.example/v1/books/7");
}
