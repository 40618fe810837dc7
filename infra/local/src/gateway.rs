//! The HTTP side: reads a request within limits, decides who calls, and hands it to the services.

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use stipule_runtime::App;
use stipule_runtime::auth::Verifier;
use stipule_runtime::ports::Ports;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::live::{self, Hub, Tickets};

/// Largest body that is read at all, in bytes: API Gateway's limit. Operations may take less.
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Most sockets that are open at once.
pub(crate) const MOST_SOCKETS: u32 = 20_000;

/// What every request needs.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) app: Arc<App>,
    pub(crate) ports: Arc<Ports>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) tickets: Arc<Tickets>,
    /// A permit per open socket, of [`MOST_SOCKETS`].
    pub(crate) places: Arc<Semaphore>,
    /// Sockets don't end by themselves.
    pub(crate) stopping: CancellationToken,
}

impl Gateway {
    /// Serves until told to stop, then finishes the requests that have begun.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        stopping: CancellationToken,
    ) -> std::io::Result<()> {
        let places = Arc::clone(&self.places);
        let router = Router::new()
            .route("/health", get(async || "ok\n"))
            .route("/live", get(live::connect))
            .route("/live/ticket", post(live::issue))
            .fallback(answer)
            .with_state(Arc::new(self));
        axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned()).await?;
        // Every socket says why it ends.
        drop(places.acquire_many(MOST_SOCKETS).await);
        Ok(())
    }
}

async fn answer(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(status) => return refused(status),
    };
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let caller = gateway.verifier.caller(&parts.headers, gateway.ports.clock.now());
    let request = http::Request::from_parts(parts, body);
    let mut response = gateway.app.handle(request, caller, &gateway.ports).await;
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    tracing::info!(
        target: "access",
        %method,
        path,
        status = response.status().as_u16(),
        micros = began.elapsed().as_micros(),
        request_id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok()),
    );
    response.map(Body::from)
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
