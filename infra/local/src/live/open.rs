//! How a socket is opened: a ticket for a token, and a socket for a ticket.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use stipule_runtime::app::known;
use stipule_runtime::http::Problem;
use stipule_runtime::socket::ticket::{self, Holder};
use stipule_runtime::store::StoreError;
use stipule_runtime::{Caller, Trace};

use super::connection::Connection;
use crate::gateway::Gateway;
use crate::remote::{NotOpened, Remote};

/// Largest message of a client, in bytes.
const LARGEST: usize = 4096;

/// What a socket has ready for reading, and for writing, in bytes; a larger message finds more.
const READY: usize = 1024;

/// Where tickets are given.
pub(crate) const TICKET: &str = "/live/ticket";

/// `POST /live/ticket`: a ticket for the bearer of a token.
///
/// # Errors
/// 401 without a token; what a function says that doesn't give one.
pub(crate) async fn issue(
    gateway: &Gateway,
    headers: HeaderMap,
    caller: Caller,
    trace: &Trace,
) -> Result<http::Response<Bytes>, Problem> {
    let (tenant, principal) = known("ticket", caller)?;
    if let Some(remote) = &gateway.remote {
        return remote.ticket(headers, &Caller::Known { tenant, principal }, trace).await;
    }
    Ok(match ticket::issue(&gateway.ports, &Holder { tenant, principal }).await {
        Ok((ticket, expires)) => {
            answer(StatusCode::CREATED, &json!({ "ticket": ticket, "expiresAt": expires.to_string() }))
        }
        Err(error) => unavailable(&error),
    })
}

/// `GET /live?ticket=…`: a socket for whoever has the ticket.
pub(crate) async fn connect(
    State(gateway): State<Arc<Gateway>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let ticket = query.as_deref().and_then(|query| query.strip_prefix("ticket=")).unwrap_or_default();
    if let Some(remote) = gateway.remote.clone() {
        return connect_remotely(gateway, remote, ticket, upgrade).await;
    }
    let holder = match ticket::redeem(&gateway.ports, ticket).await {
        Ok(Some(holder)) => holder,
        Ok(None) => return refused(StatusCode::UNAUTHORIZED, "A new ticket is needed.").map(Body::from),
        Err(error) => return unavailable(&error).map(Body::from),
    };
    let Ok(place) = Arc::clone(&gateway.places).try_acquire_owned() else { return crowded() };
    let upgrade = upgrade.max_message_size(LARGEST).max_frame_size(LARGEST);
    // Thousands are open and quiet: what each has ready for reading and writing is most of what it takes.
    let upgrade = upgrade.read_buffer_size(READY).write_buffer_size(READY);
    upgrade.on_upgrade(async move |socket| {
        Connection::new(gateway, holder).run(socket).await;
        drop(place);
    })
}

/// A socket that a function lets in and hears of.
async fn connect_remotely(
    gateway: Arc<Gateway>,
    remote: Arc<Remote>,
    ticket: &str,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Ok(place) = Arc::clone(&gateway.places).try_acquire_owned() else { return crowded() };
    let open = match remote.open(ticket, &*gateway.ports.ids).await {
        Ok(open) => open,
        Err(NotOpened::Unauthorized) => {
            return refused(StatusCode::UNAUTHORIZED, "A new ticket is needed.").map(Body::from);
        }
        Err(NotOpened::Unavailable) => {
            return refused(StatusCode::SERVICE_UNAVAILABLE, "Nobody can tell for the moment.")
                .map(Body::from);
        }
    };
    let upgrade = upgrade.max_message_size(LARGEST).max_frame_size(LARGEST);
    upgrade.on_upgrade(async move |socket| {
        remote.serve_socket(open, socket, gateway.stopping.clone()).await;
        drop(place);
    })
}

fn crowded() -> Response {
    refused(StatusCode::SERVICE_UNAVAILABLE, "Too many sockets are open.").map(Body::from)
}

fn unavailable(error: &StoreError) -> http::Response<Bytes> {
    tracing::warn!(%error, "tickets can't be kept or found");
    refused(StatusCode::SERVICE_UNAVAILABLE, "Nobody can tell for the moment.")
}

fn refused(status: StatusCode, detail: &str) -> http::Response<Bytes> {
    let title = status.canonical_reason().unwrap_or_default();
    let code = status.as_u16();
    answer(status, &json!({ "type": "about:blank", "title": title, "status": code, "detail": detail }))
}

fn answer(status: StatusCode, document: &Value) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(document.to_string()));
    *response.status_mut() = status;
    let media = if status.is_success() { "application/json" } else { "application/problem+json" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
