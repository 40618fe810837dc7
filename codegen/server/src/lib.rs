//! Serves an [`App`] over HTTP/1.1: what the server traits of an imported document need to run.
//!
//! Such a server keeps what it keeps by itself: there is no table behind it, and nothing of the platform's promises
//! about what is stored. Everything else holds: what comes is checked before a handler sees it, and whatever happens,
//! there is an answer.

mod ports;

use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use stipule_runtime::Ports;
use tokio::net::TcpListener;

pub use stipule_runtime::{App, Caller, Principal};

/// Largest body that is read at all, in bytes. Operations may take less.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Decides who calls, by the headers of a call.
type Callers = dyn Fn(&HeaderMap) -> Caller + Send + Sync;

struct Serving {
    app: App,
    ports: Arc<Ports>,
    callers: Box<Callers>,
}

/// Serves until the program ends. `callers` decides who calls, by the headers: [`Caller::Anonymous`] may call what the
/// document lets everybody call, and nothing else.
///
/// # Errors
/// When the system gives no randomness, or no longer any connections.
pub async fn serve(
    app: App,
    listener: TcpListener,
    callers: impl Fn(&HeaderMap) -> Caller + Send + Sync + 'static,
) -> io::Result<()> {
    serve_until(app, listener, callers, std::future::pending()).await
}

/// As [`serve`], until `end` comes; calls that have begun are answered.
///
/// # Errors
/// As [`serve`].
pub async fn serve_until(
    app: App,
    listener: TcpListener,
    callers: impl Fn(&HeaderMap) -> Caller + Send + Sync + 'static,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let ports = Arc::new(ports::without_table()?);
    let serving = Serving { app, ports, callers: Box::new(callers) };
    let router = Router::new().fallback(answer).with_state(Arc::new(serving));
    axum::serve(listener, router).with_graceful_shutdown(end).await
}

async fn answer(State(serving): State<Arc<Serving>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return refused(status),
    };
    let caller = (serving.callers)(&parts.headers);
    let request = http::Request::from_parts(parts, body);
    let mut response = serving.app.handle(request, caller, &serving.ports).await;
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response.map(Body::from)
}

async fn read(body: Body) -> Result<Bytes, StatusCode> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => Err(StatusCode::BAD_REQUEST),
    }
}

/// A body that can't be read has no operation that could answer it.
fn refused(status: StatusCode) -> Response {
    let title = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "The body is too large",
        _ => "The body broke off",
    };
    let document = format!(r#"{{"type":"about:blank","title":"{title}","status":{}}}"#, status.as_u16());
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}
