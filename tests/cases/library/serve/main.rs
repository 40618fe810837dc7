//! The library's services over the generated traits and the generated store, called as over HTTP.

mod services;
mod strangers;

use std::sync::Arc;

use bytes::Bytes;
use http::Request;
use library_service::Services;
use library_store::{Library, TABLE};
use stipule_local::system::{SystemClock, SystemIds};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::event::outbox_partition;
use stipule_runtime::http::Response;
use stipule_runtime::wire::{Json, Limits};
use stipule_runtime::{App, Caller, Context, CursorKey, Envelope, PageRequest, Ports, Principal, Query};

use services::{Desk, Register};

/// All that a token of a library may allow.
const SCOPES: [&str; 4] = ["members:read", "members:write", "loans:read", "loans:write"];

struct Running {
    app: App,
    ports: Arc<Ports>,
}

fn open() -> Running {
    let table = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory opens");
    let ports = Ports {
        store: Arc::new(table),
        table: &TABLE,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::default()),
        cursor_key: CursorKey::new([1; 32]),
        workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
        sockets: Arc::new(stipule_runtime::socket::NoSockets),
    };
    Running { app: Services { members: Register, lending: Desk }.into_app(), ports: Arc::new(ports) }
}

impl Running {
    async fn call(&self, tenant: &str, request: Request<Bytes>) -> Response {
        let caller = Caller::Known { tenant: tenant.to_owned(), principal: Principal::new("ada", SCOPES) };
        self.app.handle(request, caller, &self.ports).await
    }

    async fn join(&self, key: &str, email: &str) -> Response {
        let body = format!(r#"{{"email": "{email}", "name": "Ada"}}"#);
        let request = Request::post("/members")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Bytes::from(body))
            .expect("a sound request");
        self.call("north", request).await
    }

    /// Every event in the outbox.
    async fn events(&self) -> Vec<Envelope> {
        let mut events = Vec::new();
        for shard in 0..TABLE.outbox_shards {
            let page = self.ports.store.query(Query::partition(outbox_partition(shard))).await;
            let rows = page.expect("the table answers").items;
            events.extend(rows.iter().map(|row| Envelope::from_item(row).expect("a row of the outbox")));
        }
        events
    }
}

/// A loan of a member comes back too late.
fn returned_late(joined: &Envelope) -> Envelope {
    let id = &joined.aggregate.id;
    let data = format!(r#"{{"loanId": "{id}", "memberId": "{id}", "late": true}}"#);
    let data = Json::parse(data.as_bytes(), Limits::default());
    Envelope {
        name: "Loan.Returned".to_owned(),
        source: "library.lending".to_owned(),
        data: data.expect("JSON").into_owned(),
        ..joined.clone()
    }
}

fn get(path: &str) -> Request<Bytes> {
    Request::get(path).body(Bytes::new()).expect("a sound request")
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(response.body()).expect("JSON is text")
}

#[tokio::test]
async fn who_joins_is_stored_with_the_event_and_found_again() {
    let running = open();
    let joined = running.join("k1", "ada@example.org").await;
    assert_eq!(joined.status(), 201, "{}", text(&joined));
    let [event] = running.events().await.try_into().expect("one event");
    assert_eq!((event.name.as_str(), event.seq, event.tenant.as_str()), ("Member.Joined", 1, "north"));
    let path = format!("/members/{}", event.aggregate.id);
    let found = running.call("north", get(&path)).await;
    assert_eq!((found.status().as_u16(), text(&found)), (200, text(&joined)));
    let elsewhere = running.call("south", get(&path)).await;
    assert_eq!(elsewhere.status(), 404, "another library knows nobody of that id");
}

#[tokio::test]
async fn a_repeated_command_gets_its_answer_again_and_does_nothing() {
    let running = open();
    let first = running.join("k1", "ada@example.org").await;
    let again = running.join("k1", "ada@example.org").await;
    assert_eq!((again.status(), text(&again)), (first.status(), text(&first)));
    assert_eq!(
        again.headers().get("idempotent-replayed").map(http::HeaderValue::as_bytes),
        Some(&b"true"[..])
    );
    assert_eq!(running.events().await.len(), 1);
    let other = running.join("k1", "grace@example.org").await;
    assert_eq!(other.status(), 422, "{}", text(&other));
}

#[tokio::test]
async fn a_taken_address_is_a_conflict_of_the_contract() {
    let running = open();
    running.join("k1", "ada@example.org").await;
    let conflict = running.join("k2", "ADA@example.org").await;
    assert_eq!(conflict.status(), 409, "{}", text(&conflict));
    assert!(text(&conflict).contains("has this address"), "{}", text(&conflict));
    assert_eq!(running.events().await.len(), 1);
}

#[tokio::test]
async fn a_cursor_from_elsewhere_is_a_bad_request() {
    let running = open();
    let page = running.call("north", get("/books/9780000000001/loans?limit=1")).await;
    assert_eq!((page.status().as_u16(), text(&page)), (200, r#"{"items":[]}"#));
    let refused = running.call("north", get("/books/9780000000001/loans?cursor=AAAA")).await;
    assert_eq!(refused.status(), 400, "{}", text(&refused));
}

#[tokio::test]
async fn an_event_that_comes_twice_is_handled_once() {
    let running = open();
    running.join("k1", "ada@example.org").await;
    let [joined] = running.events().await.try_into().expect("one event");
    let event = returned_late(&joined);
    let [subscription] = running.app.subscriptions() else { panic!("one subscription") };
    for _ in 0..3 {
        running.app.deliver(event.clone(), subscription, &running.ports).await.expect("it can be handled");
    }
    let cx = Context::job(running.ports.clone(), "north", "test");
    let member = joined.aggregate.id.parse().expect("an id");
    let fines = Library::of(&cx).fines_of_member(&member, .., PageRequest::first()).await;
    assert_eq!(fines.expect("the table answers").items.len(), 1);
}
