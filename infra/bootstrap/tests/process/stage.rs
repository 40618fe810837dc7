//! A table in memory, its endpoint, and functions that find it there.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use stipule_local::functions::{DynamoDb, Function, Functions};
use stipule_local::system::{SystemClock, SystemIds};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::App;
use stipule_runtime::event::outbox_partition;
use stipule_runtime::page::CursorKey;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::NoWorkflows;
use stipule_runtime::socket::NoSockets;
use stipule_runtime::store::Query;

/// The function that is called.
pub(crate) const API: &str = "customers.api";

/// Long enough for a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Stage {
    pub(crate) functions: Functions,
    pub(crate) app: App,
    pub(crate) ports: Arc<Ports>,
    _endpoint: Option<DynamoDb>,
    /// Takes connections and never answers.
    _silence: Option<TcpListener>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::without(&[]).await
    }

    /// Functions that lack these variables.
    pub(crate) async fn without(lacking: &[&str]) -> Self {
        Self::with(env!("CARGO_BIN_EXE_bootstrap"), lacking, None, PATIENCE).await
    }

    /// Functions of another binary.
    pub(crate) async fn of(binary: &str) -> Self {
        Self::with(binary, &[], None, PATIENCE).await
    }

    /// A function whose table never answers.
    pub(crate) async fn silent(timeout: Duration) -> Self {
        let silence = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::with(env!("CARGO_BIN_EXE_bootstrap"), &[], Some(silence), timeout).await
    }

    async fn with(binary: &str, lacking: &[&str], silence: Option<TcpListener>, timeout: Duration) -> Self {
        let schema = &commerce_store::TABLE;
        let table = Arc::new(LocalTable::open(&Place::Memory, schema).expect("a table in memory"));
        let (endpoint, url) = match &silence {
            Some(silence) => (None, format!("http://{}", silence.local_addr().expect("an address"))),
            None => {
                let endpoint = DynamoDb::open(Arc::clone(&table)).await.expect("a free port");
                let url = endpoint.url();
                (Some(endpoint), url)
            }
        };
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
        let function = Function {
            handler: API.to_owned(),
            timeout,
            concurrency: 1,
            variables: variables(&url, lacking),
        };
        let functions = Functions::new(binary.into(), vec![function], clock.clone(), ids.clone());
        let ports = Ports {
            store: table,
            table: schema,
            clock,
            ids,
            cursor_key: CursorKey::new([0; 32]),
            workflows: Arc::new(NoWorkflows),
            sockets: Arc::new(NoSockets),
        };
        let app = commerce::app(commerce::Outside::local().expect("randomness"));
        Self { functions, app, ports: Arc::new(ports), _endpoint: endpoint, _silence: silence }
    }

    /// A request to the function: status and body.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        tenant: &str,
    ) -> (u64, Value) {
        let event = Bytes::from(proxy(method, path, body, tenant).to_string());
        let answer = self.functions.invoke(API, event, None).await.expect("an answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        let body = answer["body"].as_str().expect("a body");
        (answer["statusCode"].as_u64().expect("a status"), serde_json::from_str(body).unwrap_or_default())
    }

    /// Names of the events in the outbox.
    pub(crate) async fn events(&self) -> Vec<String> {
        let mut names = Vec::new();
        for shard in 0..self.ports.table.outbox_shards {
            let rows =
                self.ports.store.query(Query::partition(outbox_partition(shard))).await.expect("a page");
            names.extend(rows.items.iter().filter_map(|row| row.text("name")).map(str::to_owned));
        }
        names
    }
}

/// What Lambda and the stacks say to a function.
fn variables(url: &str, lacking: &[&str]) -> BTreeMap<String, String> {
    let secret = "0".repeat(128);
    [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", url),
        ("STIPULE_LOG", "off"),
        ("STIPULE_TABLE", commerce_store::TABLE.name),
        ("STIPULE_MACHINES", "arn:aws:states:us-east-1:123456789012:stateMachine:commerce-local-"),
        ("STIPULE_SECRET", &secret),
    ]
    .into_iter()
    .filter(|(name, _)| !lacking.contains(name))
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

/// What the gateway gives a function.
pub(crate) fn proxy(method: &str, path: &str, body: Option<Value>, tenant: &str) -> Value {
    json!({
        "httpMethod": method,
        "path": path,
        "multiValueHeaders": { "content-type": ["application/json"] },
        "multiValueQueryStringParameters": null,
        "requestContext": { "requestId": "r", "authorizer": {
            "principalId": "grace", "tenant": tenant, "scopes": commerce::scopes().join(" "),
        } },
        "body": body.map(|body| body.to_string()),
        "isBase64Encoded": false,
    })
}
