//! The console as a person sees it: Chromium walks through every page, does everything that can be done there, with the
//! keyboard too, on a phone and on a wide screen, in the light and in the dark; axe finds nothing. And as a stranger sees
//! it, who gets nothing.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use commerce::{Outside, parts, parts_with, scopes};
use stipule_local::listen::listen;
use stipule_local::queue::Publication;
use stipule_local::table::Place;
use stipule_local::{Local, Parts, Processes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The store that is shown.
const STORE: &str = "maple";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

/// A platform with goods in it, and where it is.
async fn platform() -> (Local, SocketAddr) {
    let (local, address) = serving(parts(Place::Memory).expect("secrets are made")).await;
    seed(&client(InProcess::new(&local, STORE, "seed")).expect("a client")).await.expect("the seed is sown");
    (local, address)
}

async fn serving(parts: Parts) -> (Local, SocketAddr) {
    let mut local = Local::start(parts).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    (local, address)
}

/// Lets a script of the browser look at a platform; whether it found nothing.
async fn looked_at(script: &str, address: SocketAddr, token: String) -> bool {
    let node = root().join(".tools/node");
    for judge in ["playwright-core", "axe-core"] {
        assert!(node.join("node_modules").join(judge).is_dir(), "{judge} isn't there: run tests/setup");
    }
    let mut walk = Command::new("node");
    walk.arg(root().join("tests/console").join(script)).arg(format!("http://{address}")).arg(token);
    walk.env("STIPULE_NODE", node);
    let walked = tokio::task::spawn_blocking(move || walk.status()).await.expect("the walk ends");
    walked.expect("node starts").success()
}

/// Sends a consumer something that it can't understand, so that there is a dead letter.
async fn lose_a_message(local: &Local) {
    let subscription = &local.app().subscriptions()[0];
    let (id, event, version) =
        ("018f3a52-0000-7000-8000-00000000dead", subscription.event, subscription.versions[0]);
    let body = serde_json::json!({
        "id": id, "name": event, "source": "commerce.nobody", "version": version, "time": "2026-11-27T12:00:00Z",
        "tenant": STORE, "aggregate": {"name": "Nothing", "id": "nothing"}, "seq": 1, "orderingKey": "nothing",
        "correlationId": "lost", "causationId": "lost", "traceId": "0".repeat(32), "data": {},
    });
    let lost = Publication {
        event_id: id.to_owned(),
        tenant: STORE.to_owned(),
        published_at: 0,
        body: body.to_string().into(),
        to: vec![(subscription.name.to_owned(), None)],
    };
    local.queues().publish(vec![lost]).await.expect("it is published");
    while local.queues().dead_letters().await.expect("they can be read").is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_walked_through_and_axe_finds_nothing() {
    let (local, address) = platform().await;
    let token = local.token(STORE, "judge", &scopes(), Duration::from_hours(1));
    lose_a_message(&local).await;
    let is_well = looked_at("walk.mjs", address, token).await;
    local.stop().await;
    assert!(is_well, "the faults stand above");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_in_processes_of_their_own_are_counted_where_health_is_shown() {
    let test = std::env::current_exe().expect("this test is a file");
    let binary = test.parent().and_then(Path::parent).expect("it lies in `deps`").join("bootstrap");
    assert!(
        binary.is_file(),
        "{} isn't there: `cargo build -p commerce-bootstrap` makes it",
        binary.display()
    );
    let outside = Outside::local().expect("randomness");
    let secret = outside.secret.clone();
    let mut parts = parts_with(Place::Memory, outside);
    // A machine that has much else to do may take its time.
    let timeout = Some(Duration::from_secs(60));
    parts.processes =
        Some(Processes { timeout, ..Processes::new(binary, &commerce_service::PLATFORM, secret) });
    let (local, address) = serving(parts).await;
    local.probe().await.expect("the binary is one of functions");
    let token = local.token(STORE, "judge", &scopes(), Duration::from_hours(1));
    let is_well = looked_at("functions.mjs", address, token).await;
    local.stop().await;
    assert!(is_well, "the faults stand above");
}

/// Status of the answer to a request that is written as it stands.
async fn status(address: SocketAddr, head: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.expect("the platform listens");
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it is answered");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_get_nothing_from_the_console() {
    let (local, address) = platform().await;
    let ours = "X-Stipule-Console: 1";
    let state = "GET /console/api/state HTTP/1.1";
    assert_eq!(status(address, &format!("{state}\r\nHost: {address}\r\n{ours}")).await, 200);
    let page = format!("GET /console HTTP/1.1\r\nHost: {address}");
    assert_eq!(status(address, &page).await, 200, "the page itself says nothing");
    for (stranger, head) in [
        ("a page of another site", format!("{state}\r\nHost: {address}")),
        (
            "one that forges the header",
            format!("{state}\r\nHost: {address}\r\n{ours}\r\nOrigin: http://evil.example"),
        ),
        (
            "one that Chromium tells apart",
            format!("{state}\r\nHost: {address}\r\n{ours}\r\nSec-Fetch-Site: cross-site"),
        ),
        ("a form", format!("POST /console/api/replay HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0")),
    ] {
        assert_eq!(status(address, &head).await, 403, "{stranger}");
    }
    let rebound = format!("{state}\r\nHost: evil.example\r\n{ours}");
    assert_eq!(status(address, &rebound).await, 401, "a name that suddenly leads here");
    let with_key = format!("{rebound}\r\nAuthorization: Bearer {}", local.console_key());
    assert_eq!(status(address, &with_key).await, 200, "whoever has the key may come by any name");
    let preflight = format!(
        "OPTIONS /console/api/state HTTP/1.1\r\nHost: {address}\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Headers: x-stipule-console"
    );
    assert_eq!(status(address, &preflight).await, 403, "a browser that asks whether it may");
    local.stop().await;
}

/// What a page of another site can have a browser send without being asked, and what has no effect by its method.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_another_site_does_anything_in_the_console() {
    let (local, address) = platform().await;
    let ours = "X-Stipule-Console: 1";
    let ask = |method: &str, action: &str, more: &[&str]| {
        let body = r#"{"tenant": "maple", "subject": "eve", "scopes": []}"#;
        let more: String = more.iter().map(|line| format!("{line}\r\n")).collect();
        format!(
            "{method} /console/api/{action} HTTP/1.1\r\nHost: {address}\r\n{more}Connection: close\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let own = format!("Origin: http://{address}");
    // The trap works: a page of its own gets a token.
    assert_eq!(said(address, &ask("POST", "token", &[ours, &own])).await, 200);
    let simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
    for action in ["replay", "redrive", "stop", "token"] {
        for kind in simple {
            let kind = format!("Content-Type: {kind}");
            for origin in [None, Some("Origin: http://evil.example"), Some("Origin: null")] {
                let headers: Vec<&str> = [Some(kind.as_str()), origin].into_iter().flatten().collect();
                let status = said(address, &ask("POST", action, &headers)).await;
                assert_eq!(status, 403, "POST {action} with {headers:?}");
            }
        }
        for origin in ["http://evil.example", "null", "http://localhost.evil.example", "https://127.0.0.1"] {
            let origin = format!("Origin: {origin}");
            let status = said(address, &ask("POST", action, &[ours, &origin])).await;
            assert_eq!(status, 403, "POST {action} from {origin}");
        }
        for method in ["GET", "HEAD", "PUT"] {
            let status = said(address, &ask(method, action, &[ours])).await;
            assert_eq!(status, 405, "{method} {action}");
        }
    }
    local.stop().await;
}

/// Status of the answer to a whole request.
async fn said(address: SocketAddr, request: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.expect("the platform listens");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    // Who doesn't read a body that it refuses may end the connection on it.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status")
}
