//! Requests bent out of shape, made of those that the contracts give as examples: each is answered, none by a fault of
//! ours, and nothing grows from them. `STIPULE_DEEP=1` sends a million.
//!
//! A request follows from its number alone: `REQUEST=4711` sends that one and shows it.

mod body;
mod head;
mod wire;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use commerce::{Outside, parts, parts_with, scopes};
use futures_util::StreamExt;
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use platform_tests::asking::{Ask, asks_of};
use platform_tests::contracts::contract;
use platform_tests::draw::Random;
use serde_json::Value;
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::table::Place;
use stipule_runtime::webhook::Secret;
use stipule_runtime::{Caller, Principal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The store that is asked.
const STORE: &str = "maple";

/// Requests in CI and with `STIPULE_DEEP=1`, and how many of them a platform gets before another takes its place.
const REQUESTS: [u64; 2] = [6_000, 1_000_000];
const BATCH: [u64; 2] = [2_000, 20_000];

/// Requests that are under way at once.
const AT_A_TIME: usize = 16;

/// Bytes that the longest answer may have: it doesn't grow with what was sent.
const LONGEST: usize = 256 * 1024;

/// Bytes by which the process may grow from its second platform to its last.
const GROWTH: usize = 96 << 20;

fn is_deep() -> bool {
    std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository")
}

/// A platform with the shop's seed, and the secret of those who tell it something.
async fn house() -> (Local, Secret) {
    let outside = Outside::local().expect("randomness");
    let secret = outside.secret.clone();
    let local = Local::start(parts_with(Place::Memory, outside)).expect("the platform starts");
    seed(&client(InProcess::new(&local, STORE, "seed")).expect("a client")).await.expect("the seed is sown");
    (local, secret)
}

/// The request of a number.
fn bent(number: u64, asks: &BTreeMap<String, Ask>, secret: &Secret, local: &Local) -> Request<Bytes> {
    let mut random = Random::new(number);
    let asks: Vec<&Ask> = asks.values().collect();
    let ask = (*random.pick(&asks).expect("there are operations")).clone();
    let has_body = ask.has_body();
    let bends_body = has_body && !random.one_in(4);
    let mut ask =
        if bends_body { ask.with_changed_body(|bytes| body::bend(bytes, &mut random)) } else { ask };
    if !random.one_in(4) {
        ask = ask.signed(secret, local.ports().clock.now());
    }
    let mut request = ask.under_key(&format!("bent-{number}")).request();
    if !bends_body || random.one_in(4) {
        head::bend(&mut request, &mut random);
    }
    request
}

/// What is wrong with an answer.
fn fault(answer: &Response<Bytes>) -> Option<&'static str> {
    let (status, body) = (answer.status().as_u16(), answer.body());
    if status >= 500 {
        return Some("a fault of ours");
    }
    if body.len() > LONGEST {
        return Some("an answer as long as what was sent");
    }
    if status >= 400 && !body.is_empty() {
        let media = answer.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let problem: Value = serde_json::from_slice(body).unwrap_or_default();
        let is_problem = media == Some("application/problem+json") && problem["status"] == status;
        return (!is_problem).then_some("a refusal that is no problem");
    }
    None
}

/// Memory that this process has now, in bytes.
fn resident() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").expect("the system says how much memory it uses");
    let pages = told.split_whitespace().nth(1).and_then(|it| it.parse::<usize>().ok());
    pages.expect("the second number is that of its pages") * 4096
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_asked_is_answered_and_never_by_a_fault_of_ours() {
    let asks = asks_of(&contract(root()));
    let only = std::env::var("REQUEST").ok().map(|number| number.parse::<u64>().expect("a number"));
    let (count, batch) = (REQUESTS[usize::from(is_deep())], BATCH[usize::from(is_deep())]);
    let numbers = only.map_or(0..count, |only| only..only + 1);
    let (mut statuses, mut wrong, mut sizes) = (BTreeMap::<u16, u64>::new(), Vec::new(), Vec::new());
    let mut begin = numbers.start;
    while begin < numbers.end && wrong.len() < 20 {
        let end = numbers.end.min(begin + batch);
        let (local, secret) = house().await;
        let answers = futures_util::stream::iter(begin..end).map(|number| {
            let request = bent(number, &asks, &secret, &local);
            let shown = format!("{} {}", request.method(), request.uri());
            if only.is_some() {
                println!("{request:?}");
            }
            let caller = Caller::Known {
                tenant: STORE.to_owned(),
                principal: Principal::new("judge", scopes().iter().copied()),
            };
            let local = &local;
            async move { (number, shown, local.app().handle(request, caller, local.ports()).await) }
        });
        let mut answers = answers.buffer_unordered(AT_A_TIME);
        while let Some((number, shown, answer)) = answers.next().await {
            *statuses.entry(answer.status().as_u16()).or_default() += 1;
            if let Some(fault) = fault(&answer) {
                wrong.push(format!("{number}: {fault}: {shown}: {} {:?}", answer.status(), answer.body()));
            }
        }
        drop(answers);
        local.stop().await;
        sizes.push(resident());
        begin = end;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{statuses:?}, {} MB at the end", sizes.last().unwrap_or(&0) >> 20);
    if only.is_none() {
        let refused: u64 = statuses.range(400..500).map(|(_, count)| count).sum();
        assert!(refused > count / 2 && statuses.contains_key(&200), "they are bent, and some get through");
        let grown = sizes[sizes.len() - 1].saturating_sub(sizes[1]);
        assert!(grown < GROWTH, "memory grows with what is sent: {sizes:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_comes_on_a_connection_the_next_one_is_served() {
    let count = if is_deep() { 50_000 } else { 1_500 };
    let mut local = Local::start(parts(Place::Memory).expect("secrets")).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let token = local.token(STORE, "judge", &scopes(), Duration::from_hours(4));
    let mut statuses = BTreeMap::<String, u64>::new();
    let ask = |number: u64| {
        let mut random = Random::new(number);
        let path = *random.pick(&["/products", "/orders", "/carts", "/ready", "*", "//"]).expect("a path");
        wire::bent(path, &token, &mut random)
    };
    let answers = futures_util::stream::iter(0..count).map(|number| {
        let sent = ask(number);
        async move { (number, spoken(address, &sent.bytes).await, sent) }
    });
    let mut answers = answers.buffer_unordered(AT_A_TIME);
    while let Some((number, answer, request)) = answers.next().await {
        let firsts = answer.matches("HTTP/1.1 ").count();
        let status = answer.get(9..12).unwrap_or("none").to_owned();
        let sent = || String::from_utf8_lossy(&request.bytes).chars().take(400).collect::<String>();
        assert!(!status.starts_with('5') || status == "505", "{number}: {answer}\n{}", sent());
        // A connection that ends after its request has one answer: a second would be to what hid in the first.
        assert!(firsts <= 1 || !request.ends, "{number}: {firsts} answers: {answer}\n{}", sent());
        *statuses.entry(status).or_default() += 1;
    }
    drop(answers);
    println!("{statuses:?}");
    assert!(
        ["400", "200"].iter().all(|it| statuses.contains_key(*it)),
        "some are bent too far: {statuses:?}"
    );
    let ready = spoken(address, b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    local.stop().await;
}

/// Everything that is said on a connection on which something was sent and then no more.
async fn spoken(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // Who closes before everything was sent has refused it.
    let _ = stream.write_all(bytes).await;
    let mut said = Vec::new();
    // What waits for more, the rest of a body or another request, is told that there is none; not before there is an answer,
    // or none comes.
    let _ = tokio::time::timeout(Duration::from_secs(1), stream.read_buf(&mut said)).await;
    let _ = stream.shutdown().await;
    let read = stream.read_to_end(&mut said);
    let _ = tokio::time::timeout(Duration::from_secs(30), read).await.expect("the connection ends");
    String::from_utf8_lossy(&said).into_owned()
}
