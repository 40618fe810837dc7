//! Requests, from the bytes on a connection to what a service is asked.

use std::net::{Ipv4Addr, SocketAddr};

use http::Method;
use serde_json::Value;
use stipule_fuzz::Check;
use stipule_fuzz::corpus::Input;
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use tokio::net::TcpListener;

use super::{with_token, world};
use crate::exchange::{Answer, Request, exchange};
use crate::library::{self, Noted, Notes};
use crate::proxy;
use crate::sandbox::{Account, Sandbox, Told};

/// Where services answer, and not the platform itself.
const OTHERS: [&str; 5] = ["/console", "/health", "/ready", "/live", "/live/ticket"];

/// Bytes of a head that API Gateway takes, and the gateway as it.
const LARGEST_HEAD: usize = 10_240;

/// Requests as clients send them.
pub(super) fn requests() -> Vec<Input> {
    let join = r#"{"email": "ada@example.org", "name": "Ada"}"#;
    let post = |more: &str| {
        format!(
            "POST /members HTTP/1.1\r\nHost: library.example\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\n{more}Content-Length: {}\r\n\r\n{join}",
            join.len()
        )
    };
    let get = |target: &str, more: &str| {
        format!("GET {target} HTTP/1.1\r\nHost: library.example\r\nAuthorization: Bearer TOKEN\r\n{more}\r\n")
    };
    let chunked = "POST /members HTTP/1.1\r\nHost: library.example\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2;x=y\r\n1}\r\n0\r\n\r\n";
    let look = "/shelves/a%20b/main...v1.2.json?day=2026-01-02&count=7&ratio=0.5e1&flag=true&tags=a%26b&tags=c&words=x,y%20z";
    let texts = [
        post(""),
        post(
            "Idempotency-Key: k-1\r\nTraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
        ),
        post("Accept: application/*;q=0.5\r\nX-Request-Id: r-1\r\n"),
        get("/members/123e4567-e89b-12d3-a456-426614174000", ""),
        get("/books/9780000000001/loans?limit=5&cursor=AAAA", "Accept-Encoding: gzip\r\n"),
        get("/books/9780000000001/loans?limit=5", "Accept: application/json\r\n"),
        get(look, "If-Match: \"7\"\r\nCookie: theme=dark; other=1\r\n"),
        get("/shelves/x/a...b.json?tags=&words=", ""),
        get("http://library.example/books/9780000000001/loans", ""),
        get("/members/123e4567-e89b-12d3-a456-426614174000", "").replacen("GET", "HEAD", 1),
        get("/members", "").replacen("GET", "OPTIONS", 1),
        get("/health", ""),
        get("/nowhere", ""),
        chunked.to_owned(),
        [get("/shelves/x/a...b.json", ""), post("")].concat(),
    ];
    texts.iter().map(|text| Input::new("request", text)).collect()
}

/// Both doors of one library.
struct Doors {
    address: SocketAddr,
    local: Local,
    notes: Notes,
    account: Account,
    authorizer: Sandbox,
    api: Sandbox,
}

impl Doors {
    async fn open() -> Self {
        let notes = Notes::default();
        let parts =
            Parts::new(library::app(&notes), &library_store::TABLE, Place::Memory, library::expected());
        let mut local = Local::start(parts).expect("the platform starts");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = local.serve(listener).expect("it is served");
        let account = Account::new();
        local.trust(account.keys.clone()).await;
        let authorizer = Sandbox::open(&account, "platform.authorizer").await;
        let api = Sandbox::open(&account, "members.api").await;
        Self { address, local, notes, account, authorizer, api }
    }

    async fn check(&mut self, input: &Input) {
        let bytes = with_token(&input.bytes, &self.account.token);
        let request = Request::of(&bytes);
        let answers = exchange(self.address, &bytes, request.as_ref()).await;
        let noted = self.notes.take();
        for answer in &answers {
            sound(answer, request.as_ref());
        }
        for noted in &noted {
            assert!(noted.tenant == "north" || noted.tenant.is_empty(), "{noted:?}: a tenant of nobody's");
        }
        let (Some(request), Some(answer)) = (request, answers.first()) else { return };
        // What stands behind the first request is another one, and may have asked something too.
        let ends = request.head + request.body.len() == bytes.len();
        if ends && is_plain(&request) {
            self.compare(&request, answer, &noted).await;
        }
    }

    /// What API Gateway and the functions behind it make of the same request.
    async fn compare(&mut self, request: &Request, answer: &Answer, noted: &[Noted]) {
        let (path, _) = request.parts();
        let Ok(method) = request.method.parse::<Method>() else { return };
        if OTHERS.iter().any(|page| path == *page || path.starts_with("/console/")) {
            return;
        }
        // Keys of plans are each gateway's own, and so is what its parser refuses without a word.
        let unread = answer.status == 400 && answer.header("content-length") == Some("0");
        if unread || !request.all("x-api-key").is_empty() {
            assert!(!unread || noted.is_empty(), "what isn't read asks {noted:?}");
            return;
        }
        let Some(operation) = self.local.app().operation_at(&method, path) else {
            assert!(matches!(answer.status, 204 | 400 | 404 | 405), "{} of nothing", answer.status);
            assert!(noted.is_empty(), "nothing is there, and it is asked {noted:?}");
            return;
        };
        let known = if operation.public {
            Value::Null
        } else {
            let Some(question) = proxy::question(request) else { return };
            match self.authorizer.call(question.to_string().as_bytes()).await {
                Told::Answer(answer) => proxy::known(&answer),
                Told::Failure(kind) => {
                    assert_eq!(answer.status, 401, "API Gateway lets nobody in ({kind}), the gateway does");
                    assert!(noted.is_empty(), "who isn't let in asks {noted:?}");
                    return;
                }
            }
        };
        let Some(event) = proxy::event(request, &known) else { return };
        let told = self.api.call(event.to_string().as_bytes()).await;
        let Told::Answer(other) = told else { panic!("a function takes no such request: {told:?}") };
        assert_eq!(self.account.notes.take(), noted, "the services are asked differently");
        assert_eq!(other["statusCode"], answer.status, "{other} and {}", answer.body.escape_ascii());
        if answer.status >= 400 && method != Method::HEAD {
            let body = other["body"].as_str().expect("a problem is text");
            let document = |text: &[u8]| serde_json::from_slice::<Value>(text).expect("a problem is JSON");
            assert_eq!(said(&document(body.as_bytes())), said(&document(&answer.body)));
        }
    }
}

/// Whether a request is one that a gateway hands on: of one host, for a path, and not too large.
fn is_plain(request: &Request) -> bool {
    request.head < LARGEST_HEAD && request.target.starts_with('/') && request.all("host").len() == 1
}

/// What a problem says, but for the ids of the request.
fn said(problem: &Value) -> (Value, Value, Vec<String>) {
    let violations = problem["violations"].as_array().cloned().unwrap_or_default();
    let mut violations: Vec<String> = violations.iter().map(Value::to_string).collect();
    violations.sort();
    (problem["type"].clone(), problem["detail"].clone(), violations)
}

/// What holds of every answer.
fn sound(answer: &Answer, request: Option<&Request>) {
    assert!(answer.status < 500, "{} {}", answer.status, answer.body.escape_ascii());
    assert_ne!(answer.status, 429, "it is turned away");
    let packed = answer.header("content-encoding");
    if let (Some(coding), Some(request)) = (packed, request) {
        let takes = request.all("accept-encoding").concat();
        let takes = String::from_utf8_lossy(&takes).to_lowercase();
        assert!(takes.contains(coding) || takes.contains('*'), "{coding} is sent to who takes `{takes}`");
    }
    let media = answer.header("content-type").unwrap_or_default();
    if answer.status < 400
        || packed.is_some()
        || media != "application/problem+json"
        || answer.body.is_empty()
    {
        return;
    }
    let problem: Value = serde_json::from_slice(&answer.body).expect("a problem is JSON");
    assert_eq!(problem["status"], answer.status);
    if let Some(id) = answer.header("x-request-id").filter(|_| problem.get("requestId").is_some()) {
        assert_eq!(problem["requestId"], id, "the answer has two ids");
    }
    for violation in problem["violations"].as_array().into_iter().flatten() {
        let places = ["path", "query", "header", "cookie", "body"];
        assert!(places.iter().any(|place| violation["in"] == *place), "{violation} is nowhere");
        let named = violation["in"] == "body" || violation["name"].is_string();
        assert!(named && violation["code"].is_string(), "{violation} names nothing");
    }
}

pub(super) fn check() -> Check {
    world(Doors::open, async |doors: &mut Doors, input| doors.check(input).await)
}
