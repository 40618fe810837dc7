//! The Runtime API of one environment, on a port of its own. Source: "Using the Lambda runtime API for custom runtimes" of
//! the Lambda developer guide.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;
use stipule_runtime::ports::{Clock, Ids};
use stipule_runtime::wire::DateTime;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// Largest answer in bytes. Source: "Invocation payload" in "Lambda quotas": 6 MB each way.
const LARGEST: usize = 6 * 1024 * 1024;

/// Beginning of the names by which functions are told who they are; the account of examples.
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:";

/// An event for a function.
pub(super) struct Call {
    id: String,
    /// Milliseconds since 1970.
    deadline: i64,
    arn: String,
    trace: Option<String>,
    event: Bytes,
}

impl Call {
    pub(super) fn new(
        ids: &dyn Ids,
        clock: &dyn Clock,
        timeout: Duration,
        handler: &str,
        trace: Option<&str>,
        event: Bytes,
    ) -> Self {
        let until = clock.now().checked_add(timeout).map_or(i64::MAX, DateTime::unix_millis);
        Self {
            id: uuid(ids.random()),
            deadline: until,
            arn: format!("{ARN}{}", handler.replace('.', "-")),
            trace: trace.map(str::to_owned),
            event,
        }
    }
}

fn uuid(random: [u8; 16]) -> String {
    let mut id = String::with_capacity(36);
    for (at, byte) in random.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        // Writing to a string never fails.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// What a process says.
#[derive(Debug)]
pub(super) enum Told {
    /// It asks for a call.
    Ready,
    Answer(Bytes),
    Fault {
        kind: String,
        message: String,
    },
    NoStart {
        message: String,
    },
}

/// The API; gone when dropped.
pub(super) struct RuntimeApi {
    address: SocketAddr,
    calls: mpsc::UnboundedSender<Call>,
    told: mpsc::UnboundedReceiver<Told>,
    serving: JoinHandle<()>,
}

struct Inside {
    calls: Mutex<mpsc::UnboundedReceiver<Call>>,
    told: mpsc::UnboundedSender<Told>,
    /// The call that is under way.
    current: std::sync::Mutex<Option<String>>,
}

impl RuntimeApi {
    pub(super) async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (calls, receiver) = mpsc::unbounded_channel();
        let (sender, told) = mpsc::unbounded_channel();
        let inside =
            Inside { calls: Mutex::new(receiver), told: sender, current: std::sync::Mutex::default() };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{what}", post(take))
            .route("/2018-06-01/runtime/init/error", post(no_start))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Arc::new(inside));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "a Runtime API stopped");
            }
        });
        Ok(Self { address, calls, told, serving })
    }

    /// As the variable of the process has it: `127.0.0.1:9001`.
    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn give(&self, call: Call) {
        // Nobody takes it once serving ended; the call runs out of time then.
        let _ = self.calls.send(call);
    }

    pub(super) async fn heard(&mut self) -> Told {
        match self.told.recv().await {
            Some(told) => told,
            // Nobody serves any more; the end of the process says the rest.
            None => std::future::pending().await,
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Whoever asks for the next call waits for it.
async fn next(State(inside): State<Arc<Inside>>) -> Response {
    let _ = inside.told.send(Told::Ready);
    let Some(call) = inside.calls.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let Call { id, deadline, arn, trace, event } = call;
    *inside.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(id.clone());
    let mut headers = HeaderMap::new();
    let mut say = |name: &'static str, value: String| {
        // Ids, numbers and names have no character that a header can't have; a trace that does is left out.
        if let Ok(value) = value.parse() {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    say("content-type", "application/json".to_owned());
    say("lambda-runtime-aws-request-id", id);
    say("lambda-runtime-deadline-ms", deadline.to_string());
    say("lambda-runtime-invoked-function-arn", arn);
    if let Some(trace) = trace {
        say("lambda-runtime-trace-id", trace);
    }
    (headers, event).into_response()
}

async fn take(
    State(inside): State<Arc<Inside>>,
    Path((id, what)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    {
        let mut current = inside.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if current.as_deref() != Some(&id) {
            return refused("InvalidRequestID", "Invalid request ID");
        }
        *current = None;
    }
    let told = match what.as_str() {
        "response" => Told::Answer(body),
        "error" => {
            let (kind, message) = fault(&body);
            Told::Fault { kind, message }
        }
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let _ = inside.told.send(told);
    accepted()
}

async fn no_start(State(inside): State<Arc<Inside>>, body: Bytes) -> Response {
    let (_, message) = fault(&body);
    let _ = inside.told.send(Told::NoStart { message });
    accepted()
}

fn fault(body: &[u8]) -> (String, String) {
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str, otherwise: &str| said[name].as_str().unwrap_or(otherwise).to_owned();
    (text("errorType", "Unhandled"), text("errorMessage", "the function doesn't say why"))
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, r#"{"status":"OK"}"#).into_response()
}

fn refused(kind: &str, message: &str) -> Response {
    let said = serde_json::json!({ "errorType": kind, "errorMessage": message });
    (StatusCode::BAD_REQUEST, said.to_string()).into_response()
}
