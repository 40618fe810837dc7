//! Functions behind a Runtime API on the loopback interface, as in Lambda's sandbox.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use stipule_lambda::system::SystemIds;
use stipule_lambda::{Bus, BusError, Entry, Ordered, Served, serve};
use stipule_local::system::SystemClock;
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::auth::{Algorithm, Jwks, Signer, Verifier};
use stipule_runtime::saga::{Start, Started, TokenAnswer, WorkflowError, Workflows};
use stipule_runtime::socket::table::{Connections, NotPosted, TableSockets};
use stipule_runtime::{Clock, CursorKey, Ports, Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::library::{self, Notes};

/// Longer than any call takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// What functions sent out since it was last looked at.
#[derive(Debug, Default)]
pub(crate) struct Out {
    pub(crate) entries: Mutex<Vec<Entry>>,
    pub(crate) starts: Mutex<Vec<Start>>,
    pub(crate) posts: Mutex<Vec<String>>,
}

/// What is in a list, which is empty then.
pub(crate) fn taken<T>(list: &Mutex<Vec<T>>) -> Vec<T> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

fn keep<T>(list: &Mutex<Vec<T>>, more: impl IntoIterator<Item = T>) {
    list.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
}

impl Bus for Out {
    fn put(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), BusError>> {
        keep(&self.entries, entries);
        async { Ok(()) }.boxed()
    }

    fn send(&self, _: Ordered) -> BoxFuture<'_, Result<(), BusError>> {
        async { Ok(()) }.boxed()
    }
}

impl Workflows for Out {
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>> {
        keep(&self.starts, [start]);
        async { Ok(Started::New) }.boxed()
    }

    fn answer(&self, _: &str, _: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>> {
        async { Ok(false) }.boxed()
    }
}

impl Connections for Out {
    fn post(&self, _: &str, text: String) -> BoxFuture<'_, Result<(), NotPosted>> {
        keep(&self.posts, [text]);
        async { Ok(()) }.boxed()
    }

    fn close(&self, _: &str) -> BoxFuture<'_, Result<(), NotPosted>> {
        async { Ok(()) }.boxed()
    }
}

/// What a function said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Answer(Value),
    /// The kind of the failure.
    Failure(String),
}

/// What functions of one account have in common.
pub(crate) struct Account {
    pub(crate) out: Arc<Out>,
    pub(crate) notes: Notes,
    pub(crate) token: String,
    ports: Arc<Ports>,
    sockets: TableSockets,
    pub(crate) keys: Jwks,
}

impl Account {
    /// With an empty table.
    pub(crate) fn new() -> Self {
        let out = Arc::new(Out::default());
        let table = &library_store::TABLE;
        let store: Arc<dyn Store> =
            Arc::new(LocalTable::open(&Place::Memory, table).expect("a table in memory"));
        let connections = Arc::clone(&out) as Arc<dyn Connections>;
        let sockets = TableSockets::new(Arc::clone(&store), table, Arc::new(SystemClock), connections);
        let ports = Ports {
            store,
            table,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds::default()),
            cursor_key: CursorKey::new([7; 32]),
            workflows: Arc::clone(&out) as Arc<dyn Workflows>,
            sockets: Arc::new(sockets.clone()),
        };
        let key = Signer::generate(Algorithm::EdDsa).expect("randomness");
        let signer = Signer::new("fuzzer", Algorithm::EdDsa, &key).expect("a private key");
        let keys = json!({ "keys": [signer.jwk()] }).to_string();
        let (now, expected) = (SystemClock.now().unix_seconds(), library::expected());
        let mut claims = json!({
            "iss": expected.issuer, "aud": expected.audience, "sub": "ada", "iat": now, "exp": now + 86_400,
            "token_use": "access", "scope": library::scopes().join(" "),
        });
        claims[&expected.tenant_claim] = "north".into();
        Self {
            out,
            notes: Notes::default(),
            token: signer.sign(&claims).expect("EdDSA signs any message"),
            ports: Arc::new(ports),
            sockets,
            keys: Jwks::parse(keys.as_bytes()).expect("a set of keys"),
        }
    }

    fn served(&self) -> Served {
        Served {
            platform: library_service::PLATFORM.name,
            app: library::app_with_saga(&self.notes),
            ports: Arc::clone(&self.ports),
            verifier: Some(Verifier::new(self.keys.clone(), library::expected())),
            bus: Some(Arc::clone(&self.out) as Arc<dyn Bus>),
            sockets: Some(self.sockets.clone()),
            releases: None,
        }
    }
}

/// One function, kept warm.
pub(crate) struct Sandbox {
    stream: TcpStream,
    /// What was read and not looked at.
    read: Vec<u8>,
    calls: u64,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// The function of this name.
    pub(crate) async fn open(account: &Account, handler: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let served = account.served();
        let serving = tokio::spawn(async move {
            // It ends with the sandbox, and has nothing more to say then.
            let _ = serve(&address, handler, |_| Ok::<_, String>(served)).await;
        });
        let (stream, _) = listener.accept().await.expect("the function asks for its first event");
        stream.set_nodelay(true).expect("a connection");
        Self { stream, read: Vec::new(), calls: 0, serving }
    }

    /// What comes of an event.
    ///
    /// # Panics
    /// When nothing does, or the function speaks another protocol.
    pub(crate) async fn call(&mut self, event: &[u8]) -> Told {
        self.calls += 1;
        let id = self.calls.to_string();
        let (line, _) = self.asked().await;
        assert!(line.ends_with("/invocation/next"), "{line}");
        let headers = format!(
            "lambda-runtime-aws-request-id: {id}\r\nlambda-runtime-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793\r\n"
        );
        self.say("200 OK", &headers, event).await;
        let (line, body) = self.asked().await;
        self.say("202 Accepted", "", b"").await;
        assert!(line.contains(&format!("/invocation/{id}/")), "the answer is to another call: {line}");
        let said: Value = serde_json::from_slice(&body).expect("what a function says is JSON");
        if line.ends_with("/response") {
            return Told::Answer(said);
        }
        Told::Failure(said["errorType"].as_str().expect("a failure has a kind").to_owned())
    }

    async fn say(&mut self, status: &str, headers: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n", body.len());
        let message = [head.as_bytes(), body].concat();
        self.stream.write_all(&message).await.expect("the function listens");
    }

    /// The target of the next request, and its body.
    async fn asked(&mut self) -> (String, Vec<u8>) {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 32];
            let mut request = httparse::Request::new(&mut headers);
            if let httparse::Status::Complete(head) = request.parse(&self.read).expect("a request") {
                let length = request.headers.iter().find(|it| it.name.eq_ignore_ascii_case("content-length"));
                let length =
                    length.and_then(|it| std::str::from_utf8(it.value).ok()?.parse().ok()).unwrap_or(0);
                if self.read.len() >= head + length {
                    let target = request.path.unwrap_or_default().to_owned();
                    let body = self.read[head..head + length].to_vec();
                    self.read.drain(..head + length);
                    return (target, body);
                }
            }
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
            let read = read.expect("a function answers in time").expect("the function speaks");
            assert!(read > 0, "the function ended");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
