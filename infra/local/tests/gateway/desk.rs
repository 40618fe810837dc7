//! A small app behind the real gateway, and a client that talks to it over a real connection.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http::request::Builder;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use stipule_local::listen::listen;
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use stipule_runtime::App;
use stipule_runtime::app::Throttle;
use stipule_runtime::auth::Expected;
use stipule_runtime::event::OUTBOX_TYPE;
use stipule_runtime::http::{Keep, Operation, Response, Route};
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::platform::{Gateway, Plan};
use stipule_runtime::store::{Action, TableSchema, Transaction};
use tokio::sync::Semaphore;

static TABLE: TableSchema = TableSchema {
    name: "library",
    pk: "pk",
    sk: "sk",
    ttl: Some("ttl"),
    type_attribute: "_t",
    indexes: &[],
    native: &[],
    outbox_shards: 1,
};

static BOOKS: Operation = Operation {
    id: "books",
    template: "/books",
    scopes: &["read"],
    query: &["q"],
    keep: Some(Keep { seconds: 3_600, headers: &[], until: &["Book.Lent"] }),
    ..Operation::NEW
};

static QUEUED: Operation = Operation {
    id: "queue",
    template: "/queue",
    limit: Some(Throttle { rate: 1, burst: 2 }),
    ..Operation::NEW
};

static JOIN: Operation = Operation {
    id: "join",
    method: http::Method::POST,
    template: "/queue",
    consumes: &["application/json"],
    ..Operation::NEW
};

static HELD: Operation = Operation {
    id: "held",
    template: "/held",
    limit: Some(Throttle { rate: 10_000, burst: 10_000 }),
    ..Operation::NEW
};

/// What `/queue` answers: more than is sent as it is.
pub(crate) const QUEUE: &str = match std::str::from_utf8(&[b'q'; 4_096]) {
    Ok(text) => text,
    Err(_) => unreachable!(),
};

/// The running platform.
pub(crate) struct Desk {
    pub(crate) local: Local,
    /// Opens for whoever asks for `/held`.
    pub(crate) gate: Arc<Semaphore>,
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn app(gate: &Arc<Semaphore>) -> App {
    let count = Arc::new(AtomicU32::new(1));
    let books = Route::new(&BOOKS, move |_, call| {
        let count = Arc::clone(&count);
        async move {
            call.read(|_| Some(()))?;
            Ok(Response::new(Bytes::from(format!("answer {}", count.fetch_add(1, Ordering::Relaxed)))))
        }
    });
    let gate = Arc::clone(gate);
    let held = Route::new(&HELD, move |_, _| {
        let gate = Arc::clone(&gate);
        async move {
            drop(gate.acquire().await);
            Ok(Response::new(Bytes::new()))
        }
    });
    let queue = |operation| Route::new(operation, async |_, _| Ok(Response::new(Bytes::from(QUEUE))));
    let plan = |name, day| Plan { name, throttle: Throttle { rate: 100, burst: 100 }, day };
    App::new([books, held, queue(&QUEUED), queue(&JOIN)], []).unwrap().behind(Gateway {
        compression: 1_024,
        origins: &["https://shop.example"],
        origin_seconds: 60,
        plans: Box::leak(Box::new([plan("small", Some(1)), plan("large", None)])),
        ..Gateway::NEW
    })
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let expected = Expected {
            issuer: "https://library.example/".to_owned(),
            audience: "library".to_owned(),
            tenant_claim: "branch".to_owned(),
        };
        let mut local = Local::start(Parts::new(app(&gate), &TABLE, Place::Memory, expected)).unwrap();
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let address = local.serve(listener).unwrap();
        Self { local, gate, address, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    pub(crate) fn token(&self, tenant: &str, subject: &str, scopes: &[&str]) -> String {
        self.local.token(tenant, subject, scopes, Duration::from_hours(1))
    }

    /// Asks as Ada of the north.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path)).await
    }

    pub(crate) async fn ask(&self, request: Builder) -> Answer {
        self.send(request, Vec::new()).await
    }

    pub(crate) async fn send(&self, request: Builder, body: Vec<u8>) -> Answer {
        let token = self.token("north", "ada", &["read"]);
        self.sent(request.header("authorization", format!("Bearer {token}")), body).await
    }

    /// Asks as nobody, or as whom the request says.
    pub(crate) async fn plain(&self, request: Builder) -> Answer {
        self.sent(request, Vec::new()).await
    }

    async fn sent(&self, request: Builder, body: Vec<u8>) -> Answer {
        let mut request = request.body(Full::new(Bytes::from(body))).unwrap();
        let target = request.uri().path_and_query().unwrap().as_str();
        *request.uri_mut() = format!("http://{}{target}", self.address).parse().unwrap();
        let answer = self.client.request(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Commits an event of the north.
    pub(crate) async fn lend(&self) {
        let words = [
            ("pk", "#OUTBOX#0#"),
            ("sk", "1#"),
            ("_t", OUTBOX_TYPE),
            ("name", "Book.Lent"),
            ("tenant", "north"),
        ];
        let mut item = Item::default();
        for (name, value) in words {
            item.insert(name, Attr::from(value));
        }
        let actions = vec![Action::Put { item, condition: None }];
        self.local.ports().store.transact(Transaction { actions }).await.unwrap();
    }
}
