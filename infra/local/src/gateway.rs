//! The HTTP side: reads a request within limits, decides who calls, and hands it to the services.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use stipule_runtime::auth::Verifier;
use stipule_runtime::ports::Ports;
use stipule_runtime::store::{Get, PrimaryKey};
use stipule_runtime::{App, Caller, Trace};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::console::{self, Console};
use crate::happening::{Answered, Happening, Happenings, UNDER, Under};
use crate::live::{self, Hub, Tickets};

/// Largest body that is read at all, in bytes: API Gateway's limit. Operations may take less.
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// How long the table may take to answer who asks whether the platform is ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// Most sockets that are open at once.
pub(crate) const MOST_SOCKETS: u32 = 20_000;

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) happenings: Happenings,
    pub(crate) tickets: Arc<Tickets>,
    /// A permit per open socket, of [`MOST_SOCKETS`].
    pub(crate) places: Arc<Semaphore>,
    /// Whether no more requests should come.
    pub(crate) draining: CancellationToken,
    /// Sockets don't end by themselves.
    pub(crate) stopping: CancellationToken,
}

impl Gateway {
    /// Serves until told to stop, then finishes the requests that have begun.
    pub(crate) async fn serve(
        self,
        console: Console,
        listener: TcpListener,
        stopping: CancellationToken,
    ) -> std::io::Result<()> {
        let places = Arc::clone(&self.places);
        let router = Router::new()
            .route("/health", get(async || "ok\n"))
            .route("/ready", get(ready))
            .route("/live", get(live::connect))
            .route("/live/ticket", post(live::issue))
            .fallback(answer)
            .with_state(Arc::new(self))
            .nest("/console", console::router(console));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned()).await?;
        // Every socket says why it ends.
        drop(places.acquire_many(MOST_SOCKETS).await);
        Ok(())
    }
}

/// Whether requests should come: not while the platform drains, and not while the table doesn't answer.
async fn ready(State(gateway): State<Arc<Gateway>>) -> (StatusCode, &'static str) {
    if gateway.draining.is_cancelled() || gateway.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    let nothing = Get { key: PrimaryKey::new("#READY#", "#"), consistent: false };
    match tokio::time::timeout(PATIENCE, gateway.ports.store.get(nothing)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the table doesn't answer\n"),
    }
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return refused(status),
    };
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let caller = gateway.verifier.caller(&parts.headers, gateway.ports.clock.now());
    let tenant = match &caller {
        Caller::Known { tenant, .. } => tenant.clone(),
        Caller::Anonymous | Caller::Refused(_) => String::new(),
    };
    let trace = trace_of(&mut parts.headers, &gateway.ports);
    let under = Under {
        correlation_id: trace.correlation_id.clone(),
        tenant: tenant.clone(),
        cause: format!("call/{}", trace.request_id),
    };
    let request = http::Request::from_parts(parts, body);
    let handled = gateway.app.handle(request, caller, &gateway.ports);
    let mut response = UNDER.scope(under, handled).await;
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let (status, took) = (response.status().as_u16(), began.elapsed());
    tracing::info!(
        target: "access",
        %method,
        path,
        status,
        micros = took.as_micros(),
        request_id = trace.request_id,
    );
    let Trace { request_id, correlation_id, .. } = trace;
    let answered = Answered { method, path, status, took, request_id, correlation_id, tenant };
    gateway.happenings.tell(Happening::Answered(Arc::new(answered)));
    response.map(Body::from)
}

/// The ids of a call, which its headers say from then on: the gateway knows them by the names that the services use.
fn trace_of(headers: &mut http::HeaderMap, ports: &Ports) -> Trace {
    let trace = Trace::of_call(headers, &*ports.ids);
    for (name, id) in [("x-request-id", &trace.request_id), ("x-correlation-id", &trace.correlation_id)] {
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(name, id);
        }
    }
    trace
}

async fn read(body: Body) -> Result<Bytes, StatusCode> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            Err(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// A body that can't be read has no operation that could answer it.
fn refused(status: StatusCode) -> Response {
    let title = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large",
        _ => "The body broke off",
    };
    let document = serde_json::json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}
