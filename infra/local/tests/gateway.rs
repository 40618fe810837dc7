//! The gateway over HTTP: what it takes, what it keeps, what it says when it doesn't. Whatever answers, the shape is one.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "gateway/desk.rs"]
mod desk;

use std::io::Read as _;

use desk::{Answer, Desk, QUEUE};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::{Request, StatusCode};

/// A refusal of the gateway has the shape of every other: media type, ids, the headers of its status.
fn assert_problem(answer: &Answer, status: u16, kind: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let document = answer.json();
    let own = |key: &&String| !["detail", "violations"].contains(&key.as_str());
    let known: Vec<&String> = document.as_object().unwrap().keys().filter(own).collect();
    assert_eq!(known, ["instance", "requestId", "status", "title", "traceId", "type"]);
    assert_eq!(document["type"], format!("urn:stipule:problem:{kind}"));
    assert_eq!(document["status"], status);
    assert_eq!(document["requestId"].as_str(), answer.header("x-request-id"));
}

#[tokio::test]
async fn more_calls_than_are_taken_are_told_when_to_come_back() {
    let desk = Desk::open().await;
    for _ in 0..2 {
        assert_eq!(desk.get("/queue").await.status, StatusCode::OK);
    }
    let refused = desk.get("/queue").await;
    assert_problem(&refused, 429, "throttled");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(desk.get("/books").await.status, StatusCode::OK, "another operation has its own");
}

#[tokio::test]
async fn who_would_wait_too_long_is_turned_away_and_everybody_who_was_taken_is_answered() {
    let desk = Desk::open().await;
    let mut asked: FuturesUnordered<_> = (0..300).map(|_| desk.get("/held")).collect();
    let mut turned_away = 0;
    // Nobody who was taken is answered before the gate opens: whoever is answered now was turned away.
    while turned_away < 300 - 256 {
        let answer = asked.next().await.expect("somebody is turned away");
        assert_problem(&answer, 429, "throttled");
        assert_eq!(answer.header("retry-after"), Some("1"));
        turned_away += 1;
    }
    assert_eq!(
        desk.send(Request::post("/queue").header("content-type", "application/json"), b"{}".to_vec())
            .await
            .status,
        200,
        "writes wait for writes alone"
    );
    desk.gate.add_permits(300);
    let left: Vec<_> = asked.map(|answer| answer.status).collect().await;
    assert_eq!(left, [200; 256]);
    assert_eq!(desk.get("/held").await.status, StatusCode::OK, "and it goes on");
}

#[tokio::test]
async fn a_holder_of_a_key_has_a_plan_and_nobody_else_has_it() {
    let desk = Desk::open().await;
    let key = desk.local.api_key("small", "acme").unwrap();
    let with = |key: &str| Request::get("/books?q=plan").header("x-api-key", key);
    assert_eq!(desk.ask(with(&key)).await.status, StatusCode::OK);
    let refused = desk.ask(with(&key)).await;
    assert_problem(&refused, 429, "quota-exceeded");
    assert!(refused.header("retry-after").unwrap().parse::<u32>().unwrap() <= 86_400);
    let forged = key.replace("small", "large");
    assert_problem(&desk.ask(with(&forged)).await, 403, "bad-api-key");
}

#[tokio::test]
async fn an_answer_is_kept_until_something_happens() {
    let desk = Desk::open().await;
    let first = desk.get("/books?q=a").await;
    assert_eq!((first.text(), first.header("age")), ("answer 1", None));
    let again = desk.get("/books?q=a").await;
    assert_eq!((again.text(), again.header("age").is_some()), ("answer 1", true));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"), "every call has an id of its own");
    assert_eq!(desk.get("/books?q=b").await.text(), "answer 2");
    assert_problem(&desk.get("/books?q=a&other=1").await, 400, "bad-request");
    desk.lend().await;
    assert_eq!(desk.get("/books?q=a").await.text(), "answer 3", "at once: the event was committed");
}

#[tokio::test]
async fn kept_answers_are_for_those_who_got_them() {
    let desk = Desk::open().await;
    assert_eq!(desk.get("/books?q=a").await.text(), "answer 1");
    let elsewhere = desk.token("south", "ada", &["read"]);
    let asked = Request::get("/books?q=a").header("authorization", format!("Bearer {elsewhere}"));
    assert_eq!(desk.plain(asked).await.text(), "answer 2");
    let may_not = desk.token("north", "ada", &[]);
    let asked = Request::get("/books?q=a").header("authorization", format!("Bearer {may_not}"));
    assert_problem(&desk.plain(asked).await, 403, "missing-scope");
    assert_problem(&desk.plain(Request::get("/books?q=a")).await, 401, "no-token");
}

#[tokio::test]
async fn a_request_has_bounds() {
    let desk = Desk::open().await;
    let large = Request::get("/books").header("x-large", "a".repeat(10_240));
    assert_problem(&desk.ask(large).await, 431, "head-too-large");
    let long = Request::get(format!("/books?q={}", "a".repeat(10_240)));
    assert_problem(&desk.ask(long).await, 431, "head-too-large");
    let body = vec![b'a'; 10 * 1024 * 1024 + 1];
    assert_problem(&desk.send(Request::post("/queue"), body).await, 413, "body-too-large");
    let packed = Request::post("/queue").header("content-encoding", "gzip");
    assert_problem(&desk.send(packed, b"{}".to_vec()).await, 415, "packed");
}

#[tokio::test]
async fn a_large_answer_is_compressed_for_who_takes_that() {
    let desk = Desk::open().await;
    let asked = |coding: &'static str| Request::get("/queue").header("accept-encoding", coding);
    let packed = desk.ask(asked("gzip")).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < QUEUE.len() / 4, "{} bytes", packed.body.len());
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, QUEUE);
    let desk = Desk::open().await;
    assert_eq!(desk.ask(asked("br")).await.header("content-encoding"), Some("br"));
    let plain = desk.ask(asked("zstd")).await;
    assert_eq!((plain.header("content-encoding"), plain.text()), (None, QUEUE));
    let small = Request::get("/books").header("accept-encoding", "gzip");
    assert_eq!(desk.ask(small).await.header("content-encoding"), None, "it isn't worth it");
}

#[tokio::test]
async fn pages_of_known_sites_may_call() {
    let desk = Desk::open().await;
    let preflight = |origin: &'static str| {
        let request = Request::options("/queue").header("origin", origin);
        request.header("access-control-request-method", "POST")
    };
    let known = desk.plain(preflight("https://shop.example")).await;
    assert_eq!(known.status, StatusCode::NO_CONTENT);
    assert_eq!(known.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(known.header("access-control-allow-methods"), Some("GET, HEAD, POST"));
    assert_eq!(known.header("access-control-max-age"), Some("60"));
    let other = desk.plain(preflight("https://evil.example")).await;
    assert_eq!(other.header("access-control-allow-origin"), None);
    assert_eq!(other.header("vary"), Some("origin"));
    // Whoever asks without a page behind it is told the methods, as ever.
    let options = desk.plain(Request::options("/queue")).await;
    assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    // A refusal can be read by the page too, and a kept answer by another page than the one that it was kept for.
    let origin = |request: http::request::Builder| request.header("origin", "https://shop.example");
    let refused = desk.plain(origin(Request::get("/books"))).await;
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(desk.get("/books").await.header("access-control-allow-origin"), None);
    let kept = desk.ask(origin(Request::get("/books"))).await;
    assert!(kept.header("age").is_some());
    assert_eq!(kept.header("access-control-allow-origin"), Some("https://shop.example"));
}

#[tokio::test]
async fn a_ticket_goes_the_way_of_every_call() {
    let desk = Desk::open().await;
    let ticket = || Request::post("/live/ticket");
    let given = desk.ask(ticket()).await;
    assert_eq!((given.status, given.header("cache-control")), (201, Some("no-store")));
    assert!(given.header("x-request-id").is_some(), "it is told in the log");
    assert_problem(&desk.plain(ticket()).await, 401, "no-token");
    let forged = desk.plain(ticket().header("authorization", "Bearer a.b.c")).await;
    assert_problem(&forged, 401, "bad-token");
    assert!(forged.header("www-authenticate").is_some());
    assert_eq!(desk.ask(Request::get("/live/ticket")).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let asks = Request::options("/live/ticket").header("origin", "https://shop.example");
    let may = desk.plain(asks.header("access-control-request-method", "POST")).await;
    assert_eq!((may.status, may.header("access-control-allow-methods")), (204, Some("POST")));
    let key = desk.local.api_key("small", "acme").unwrap();
    assert_eq!(desk.ask(ticket().header("x-api-key", &key)).await.status, StatusCode::CREATED);
    assert_problem(&desk.ask(ticket().header("x-api-key", &key)).await, 429, "quota-exceeded");
}
