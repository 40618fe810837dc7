//! The console: pages in the browser that show what the platform does, and let a person act on it.
//!
//! Static files under `/console/`, and JSON under `/console/api/` for their scripts. It knows no shop: what there is to
//! show comes from the description that the contracts gave the app.

mod act;
mod assets;
mod events;
mod guard;
mod look;
mod meter;
mod recorder;
mod rows;
mod sign;
mod stream;
mod template;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use stipule_runtime::App;
use stipule_runtime::ports::Ports;
use tokio_util::sync::CancellationToken;

use crate::gateway::Admission;
use crate::issue::Issuer;
use crate::live::Hub;
use crate::log;
use crate::publish::Publisher;
use crate::queue::Queues;
use crate::remote::Remote;
use crate::workflow::Runs;

pub(crate) use guard::Key;
pub(crate) use recorder::Recorder;

/// Largest body that the console takes, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

/// What the console shows and acts on.
pub(crate) struct Console {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) queues: Queues,
    pub(crate) runs: Runs,
    pub(crate) hub: Arc<Hub>,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) key: Arc<Key>,
    pub(crate) admission: Arc<Admission>,
    /// Where functions are processes of their own.
    pub(crate) remote: Option<Arc<Remote>>,
    pub(crate) stopping: CancellationToken,
    /// The description, taken apart when somebody asks for rows.
    pub(crate) description: OnceLock<Value>,
}

impl Console {
    fn description(&self) -> &Value {
        self.description.get_or_init(|| serde_json::from_str(self.app.description()).unwrap_or_default())
    }
}

type Shared = State<Arc<Console>>;

/// What an API function gives: JSON, or why not.
type Told = Result<Value, Refusal>;

/// Why the console doesn't do something.
pub(super) struct Refusal(StatusCode, String);

impl Refusal {
    fn new(status: StatusCode, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(status, reason.into().to_string())
    }

    /// What was asked makes no sense.
    fn bad(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, reason)
    }

    /// The data can't be had.
    fn broken(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, reason)
    }

    fn response(&self) -> Response {
        respond(self.0, "application/json", json!({ "error": self.1 }).to_string())
    }
}

/// The routes of the console, with their guard.
pub(crate) fn router(console: Console) -> Router {
    let console = Arc::new(console);
    let api = Router::new()
        .route("/description", get(look::description))
        .route("/state", get(async |it: Shared| told(look::state(&it).await)))
        .route("/letters", get(async |it: Shared| told(look::letters(&it).await)))
        .route("/topics", get(async |it: Shared| told(look::topics(&it))))
        .route("/runs", post(async |it: Shared, body: Bytes| told(look::runs(&it, &asked(&body)).await)))
        .route("/run", post(async |it: Shared, body: Bytes| told(look::run(&it, &asked(&body)).await)))
        .route("/events", post(async |it: Shared, body: Bytes| told(events::list(&it, &asked(&body)).await)))
        .route("/story", post(async |it: Shared, body: Bytes| told(events::story(&it, &asked(&body)).await)))
        .route("/rows", post(async |it: Shared, body: Bytes| told(rows::rows(&it, &asked(&body)).await)))
        .route("/replay", post(async |it: Shared, body: Bytes| told(act::replay(&it, &asked(&body)).await)))
        .route("/redrive", post(async |it: Shared, body: Bytes| told(act::redrive(&it, &asked(&body)).await)))
        .route("/stop", post(async |it: Shared, body: Bytes| told(act::stop(&it, &asked(&body)).await)))
        .route("/coverage", get(async || told(look::coverage())))
        .route("/token", post(async |it: Shared, body: Bytes| told(act::token(&it, &asked(&body)))))
        .route("/live", get(stream::live))
        .route("/log", get(stream::log))
        .layer(middleware::from_fn_with_state(Arc::clone(&console), guard_api));
    Router::new()
        .nest("/api", api)
        .fallback(asset)
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(dressed))
        .with_state(console)
}

async fn guard_api(State(console): Shared, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|it| it.0.ip());
    match guard::judge(&console.key, request.headers(), peer) {
        Ok(()) => {
            log::lines().open();
            next.run(request).await
        }
        Err(refusal) => refusal.response(),
    }
}

async fn asset(request: Request) -> Response {
    match assets::find(request.uri().path()) {
        Some(asset) => respond(StatusCode::OK, asset.kind, asset.text),
        None => respond(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "There is no such page.\n"),
    }
}

/// What every answer of the console says about itself.
async fn dressed(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let said = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in said {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.headers_mut().insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response.headers_mut().insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

/// A body as JSON; null where it is none, which no function takes for something.
fn asked(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or(Value::Null)
}

fn told(told: Told) -> Response {
    match told {
        Ok(value) => respond(StatusCode::OK, "application/json", value.to_string()),
        Err(refusal) => refusal.response(),
    }
}

fn respond(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Text that was asked for.
fn text<'v>(asked: &'v Value, name: &str) -> Result<&'v str, Refusal> {
    asked[name].as_str().ok_or_else(|| Refusal::bad(format!("`{name}` is missing")))
}
