//! A Runtime API on the loopback interface, as Lambda's sandbox has one: gives one event, takes what came of it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

/// Answered with `/invocation/<id>/response`, failed with `/invocation/<id>/error`, or failed to start.
#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    Answer(Value),
    Failure(Value),
    NoStart(Value),
}

pub(crate) struct Sandbox {
    pub(crate) address: String,
    events: mpsc::UnboundedSender<String>,
    told: mpsc::UnboundedReceiver<(String, Told)>,
    given: u32,
}

struct Events {
    receiver: mpsc::UnboundedReceiver<String>,
    given: u32,
}

struct Inside {
    events: Mutex<Events>,
    told: mpsc::UnboundedSender<(String, Told)>,
}

impl Sandbox {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (events, receiver) = mpsc::unbounded_channel();
        let (sender, told) = mpsc::unbounded_channel();
        let inside = Arc::new(Inside { events: Mutex::new(Events { receiver, given: 0 }), told: sender });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{what}", post(take))
            .route("/2018-06-01/runtime/init/error", post(no_start))
            .with_state(inside);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, events, told, given: 0 }
    }

    /// Calls the function that serves here.
    pub(crate) async fn call(&mut self, event: &Value) -> Told {
        self.events.send(event.to_string()).expect("the sandbox is open");
        let (id, told) = self.heard().await;
        assert_eq!(id, self.given.to_string(), "the answer is to this call");
        self.given += 1;
        told
    }

    pub(crate) async fn heard(&mut self) -> (String, Told) {
        self.told.recv().await.expect("the function says something")
    }
}

async fn next(State(inside): State<Arc<Inside>>) -> ([(HeaderName, String); 2], String) {
    let mut events = inside.events.lock().await;
    // As in Lambda, whoever asks for the next event waits for it.
    let Some(event) = events.receiver.recv().await else { std::future::pending().await };
    let id = events.given.to_string();
    events.given += 1;
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1".to_owned();
    let name = HeaderName::from_static;
    ([(name("lambda-runtime-aws-request-id"), id), (name("lambda-runtime-trace-id"), trace)], event)
}

async fn take(State(inside): State<Arc<Inside>>, Path((id, what)): Path<(String, String)>, body: Bytes) {
    let body = serde_json::from_slice(&body).expect("JSON");
    let told = if what == "response" { Told::Answer(body) } else { Told::Failure(body) };
    inside.told.send((id, told)).expect("the test listens");
}

async fn no_start(State(inside): State<Arc<Inside>>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["lambda-runtime-function-error-type"], "Runtime.Init");
    let told = Told::NoStart(serde_json::from_slice(&body).expect("JSON"));
    inside.told.send((String::new(), told)).expect("the test listens");
}
