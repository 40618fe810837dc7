//! The shop's functions, each in a sandbox of its own, over one table in memory.

use std::sync::{Arc, Mutex};

use commerce::{Outside, app};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stipule_lambda::system::SystemIds;
use stipule_lambda::{Bus, BusError, Entry, Ordered, Served, serve};
use stipule_local::system::MovableClock;
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::auth::{Algorithm, Expected, Jwks, Signer, Verifier};
use stipule_runtime::event::outbox_partition;
use stipule_runtime::item::Attr;
use stipule_runtime::page::CursorKey;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::{Start, Started, TokenAnswer, WorkflowError, Workflows};
use stipule_runtime::socket::table::{Connections, NotPosted, TableSockets};
use stipule_runtime::store::{Query, Store};

use crate::releases::Released;
use crate::sandbox::{Sandbox, Told};
use crate::tokens::Forge;

/// What went out: to the bus, to ordered queues, to state machines.
#[derive(Debug, Default)]
pub(crate) struct Out {
    pub(crate) entries: Mutex<Vec<Entry>>,
    pub(crate) ordered: Mutex<Vec<Ordered>>,
    pub(crate) starts: Mutex<Vec<Start>>,
    /// Takes nothing while it is set.
    pub(crate) refuses: Mutex<bool>,
    /// What open sockets were told, in order: the connection, and the text or that it was closed.
    pub(crate) posts: Mutex<Vec<(String, Option<Value>)>>,
    /// Connections that are gone without a word.
    pub(crate) gone: Mutex<Vec<String>>,
    /// What new versions answer; which of them were asked, and what was told of it.
    pub(crate) versions: Mutex<Versions>,
}

/// New versions of functions.
#[derive(Debug, Default)]
pub(crate) struct Versions {
    pub(crate) spec: String,
    /// The function that the new version is.
    pub(crate) handler: String,
    pub(crate) asked: Vec<String>,
    pub(crate) told: Vec<(String, bool)>,
}

impl Connections for Out {
    fn post(&self, connection: &str, text: String) -> BoxFuture<'_, Result<(), NotPosted>> {
        let is_gone = self.gone.lock().expect("alone").iter().any(|it| it == connection);
        if !is_gone {
            let said = serde_json::from_str(&text).expect("JSON");
            self.posts.lock().expect("alone").push((connection.to_owned(), Some(said)));
        }
        async move { if is_gone { Err(NotPosted::Gone) } else { Ok(()) } }.boxed()
    }

    fn close(&self, connection: &str) -> BoxFuture<'_, Result<(), NotPosted>> {
        self.posts.lock().expect("alone").push((connection.to_owned(), None));
        async { Ok(()) }.boxed()
    }
}

impl Bus for Out {
    fn put(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), BusError>> {
        async move {
            if *self.refuses.lock().expect("alone") {
                return Err(BusError("not now".to_owned()));
            }
            self.entries.lock().expect("alone").extend(entries);
            Ok(())
        }
        .boxed()
    }

    fn send(&self, message: Ordered) -> BoxFuture<'_, Result<(), BusError>> {
        self.ordered.lock().expect("alone").push(message);
        async { Ok(()) }.boxed()
    }
}

impl Workflows for Out {
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>> {
        self.starts.lock().expect("alone").push(start);
        async { Ok(Started::New) }.boxed()
    }

    fn answer(&self, _: &str, _: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>> {
        async { Ok(false) }.boxed()
    }
}

pub(crate) struct Shop {
    pub(crate) ports: Arc<Ports>,
    pub(crate) out: Arc<Out>,
    pub(crate) clock: MovableClock,
    sockets: TableSockets,
    signer: Signer,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let table = &commerce_store::TABLE;
        let out = Arc::new(Out::default());
        let clock = MovableClock::new();
        let store: Arc<dyn Store> =
            Arc::new(LocalTable::open(&Place::Memory, table).expect("a table in memory"));
        let connections = Arc::clone(&out) as Arc<dyn Connections>;
        let sockets = TableSockets::new(Arc::clone(&store), table, Arc::new(clock.clone()), connections);
        let ports = Ports {
            store,
            table,
            clock: Arc::new(clock.clone()),
            ids: Arc::new(SystemIds::default()),
            cursor_key: CursorKey::new([7; 32]),
            workflows: Arc::clone(&out) as Arc<dyn Workflows>,
            sockets: Arc::new(sockets.clone()),
        };
        let key = Signer::generate(Algorithm::EdDsa).expect("a key");
        let signer = Signer::new("test", Algorithm::EdDsa, &key).expect("a signer");
        Self { ports: Arc::new(ports), out, clock, sockets, signer }
    }

    /// Calls a function with events, one after the other; what it said to each.
    pub(crate) async fn call_all(&self, handler: &str, events: &[Value]) -> Vec<Told> {
        let mut sandbox = Sandbox::open().await;
        let (address, name) = (sandbox.address.clone(), handler.to_owned());
        let served = self.served();
        let serving = tokio::spawn(async move { serve(&address, &name, |_| Ok::<_, String>(served)).await });
        let mut told = Vec::new();
        for event in events {
            told.push(sandbox.call(event).await);
        }
        serving.abort();
        told
    }

    pub(crate) async fn call(&self, handler: &str, event: &Value) -> Told {
        self.call_all(handler, std::slice::from_ref(event)).await.remove(0)
    }

    /// What a function answers.
    pub(crate) async fn ok(&self, handler: &str, event: &Value) -> Value {
        match self.call(handler, event).await {
            Told::Answer(answer) => answer,
            other => panic!("{handler}: {other:?}"),
        }
    }

    fn served(&self) -> Served {
        let platform = &commerce_service::PLATFORM;
        let expected = Expected {
            issuer: platform.issuer.to_owned(),
            audience: platform.audience.to_owned(),
            tenant_claim: platform.tenant_claim.to_owned(),
        };
        let keys = json!({ "keys": [self.signer.jwk()] }).to_string();
        let keys = Jwks::parse(keys.as_bytes()).expect("a set of keys");
        Served {
            platform: platform.name,
            app: app(Outside::local().expect("randomness")),
            ports: Arc::clone(&self.ports),
            verifier: Some(Verifier::new(keys, expected)),
            bus: Some(Arc::clone(&self.out) as Arc<dyn Bus>),
            sockets: Some(self.sockets.clone()),
            releases: Some(Arc::new(Released(Arc::clone(&self.out)))),
        }
    }

    pub(crate) fn token(&self, tenant: &str) -> String {
        self.forge(tenant).good()
    }

    /// Where attackers begin, whose own token would be of this store.
    pub(crate) fn forge(&self, tenant: &str) -> Forge<'_> {
        let platform = &commerce_service::PLATFORM;
        let now = self.ports.clock.now().unix_seconds();
        let mut claims = json!({
            "iss": platform.issuer, "aud": platform.audience, "sub": "grace", "iat": now, "exp": now + 600,
            "token_use": "access", "scope": commerce::scopes().join(" "),
        });
        claims[platform.tenant_claim] = tenant.into();
        Forge { signer: &self.signer, claims, tenant_claim: platform.tenant_claim, now }
    }

    /// What the authorizer lets functions know of the bearer of a token.
    pub(crate) async fn authorized(&self, tenant: &str) -> Value {
        let answer = self.ok("platform.authorizer", &question(&self.token(tenant))).await;
        let mut known = answer["context"].clone();
        known["principalId"] = answer["principalId"].clone();
        known
    }

    /// A request to the API function of a service; status and body.
    pub(crate) async fn request(
        &self,
        handler: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (u64, Value) {
        let known = self.authorized("maple").await;
        let answer = self.ok(handler, &proxy(method, path, body, &known)).await;
        let body = answer["body"].as_str().expect("a body");
        (answer["statusCode"].as_u64().expect("a status"), serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// The rows of the outbox as the stream of the table has them.
    pub(crate) async fn stream(&self) -> Value {
        let mut records = Vec::new();
        for shard in 0..self.ports.table.outbox_shards {
            let page =
                self.ports.store.query(Query::partition(outbox_partition(shard))).await.expect("a page");
            records.extend(page.items.into_iter().map(|item| {
                let image: serde_json::Map<String, Value> =
                    item.into_iter().map(|(name, value)| (name, attribute(&value))).collect();
                json!({ "eventName": "INSERT", "dynamodb": { "NewImage": image, "SequenceNumber": "1" } })
            }));
        }
        json!({ "Records": records })
    }
}

fn attribute(value: &Attr) -> Value {
    match value {
        Attr::S(text) => json!({ "S": text }),
        Attr::N(number) => json!({ "N": number }),
        other => panic!("no row of the outbox has {other:?}"),
    }
}

/// What the gateway asks the authorizer.
pub(crate) fn question(token: &str) -> Value {
    asking(&[format!("Bearer {token}")])
}

/// What the gateway asks the authorizer of a request with these values of `Authorization`.
pub(crate) fn asking(authorization: &[String]) -> Value {
    json!({
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/live/GET/customers/7",
        "headers": { "authorization": authorization.last() },
        "multiValueHeaders": { "authorization": authorization },
        "queryStringParameters": {},
        "requestContext": { "requestId": "r" },
    })
}

pub(crate) fn proxy(method: &str, path: &str, body: Option<Value>, known: &Value) -> Value {
    json!({
        "httpMethod": method,
        "path": path,
        "headers": { "content-type": "application/json" },
        "multiValueHeaders": { "content-type": ["application/json"] },
        "multiValueQueryStringParameters": null,
        "requestContext": { "requestId": "r", "authorizer": known },
        "body": body.map(|body| body.to_string()),
        "isBase64Encoded": false,
    })
}

/// A batch of a queue.
pub(crate) fn batch(queue: &str, bodies: &[String]) -> Value {
    let records = bodies.iter().enumerate().map(|(at, body)| {
        json!({
            "messageId": format!("m{at}"), "receiptHandle": "h", "body": body,
            "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": "g" },
            "eventSource": "aws:sqs", "eventSourceARN": format!("arn:aws:sqs:us-east-1:123456789012:{queue}"),
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}

/// An event as the bus delivers it.
pub(crate) fn delivered(entry: &Entry) -> String {
    let detail: Value = serde_json::from_str(&entry.detail).expect("JSON");
    json!({
        "version": "0", "id": "x", "detail-type": entry.name, "source": entry.source, "account": "123456789012",
        "time": "2026-11-27T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail,
    })
    .to_string()
}
