//! The span around a call. It stands in a program of its own: `tracing` settles once for all threads whether a place's
//! spans are wanted, so that a call of another test, which listens to nothing, could settle it with «no».

#![allow(clippy::unwrap_used, reason = "all of it is a test")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use stipule_client::{Answer, Client, Empty, Error, Method, Mock, Operation, Outcomes, Retry};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static READ: Operation =
    Operation { id: "readBook", method: Method::GET, template: "/books/{bookId}", ..Operation::NEW };

/// The book's number of pages.
pub(crate) struct Number;

stipule_client::failures! {
    /// How it fails.
    pub enum Refusal {
        /// There is none.
        404 => NotFound(Empty),
    }
}

impl Outcomes for Number {
    type Ok = i64;
    type Error = Refusal;

    fn read(answer: Answer) -> Result<i64, Error<Refusal>> {
        match answer.status() {
            200 => answer.content(),
            _ => Err(Refusal::read(answer)),
        }
    }
}

/// Keeps the fields of every span named `call`.
#[derive(Default)]
struct Spans {
    next: AtomicU64,
    seen: Arc<Mutex<Vec<String>>>,
}

struct Fields<'f>(&'f mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "call"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = String::new();
        span.record(&mut Fields(&mut fields));
        self.seen.lock().unwrap().push(fields);
        Id::from_u64(self.next.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn a_call_is_a_span_with_its_operation_and_its_id() {
    let spans = Spans::default();
    let seen = spans.seen.clone();
    let _guard = tracing::subscriber::set_default(spans);
    let mock = Mock::new();
    mock.on("readBook").empty(503);
    mock.on("readBook").json(200, &7);
    let client: Client = mock.builder().retry(Retry::default()).build().unwrap();
    client.call(&READ).path("bookId", &7_i64).send::<Number>().await.unwrap();
    let calls = mock.calls("readBook");
    let id = calls[0].headers()["x-request-id"].to_str().unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!((calls.len(), seen.len()), (2, 1), "one for all tries");
    for part in ["operation=\"readBook\"", "method=\"GET\"", "path=\"/books/{bookId}\"", id] {
        assert!(seen[0].contains(part), "{part}: {}", seen[0]);
    }
}
