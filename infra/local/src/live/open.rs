//! How a socket is opened: a ticket for a token, and a socket for a ticket.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use stipule_runtime::Caller;
use stipule_runtime::socket::ticket::{self, Holder};
use stipule_runtime::store::StoreError;

use super::connection::Connection;
use crate::gateway::{Gateway, trace_of};
use crate::remote::{NotOpened, Remote};

/// Largest message of a client, in bytes.
const LARGEST: usize = 4096;

/// What a socket has ready for reading, and for writing, in bytes; a larger message finds more.
const READY: usize = 1024;

/// `POST /live/ticket`: a ticket for the bearer of a token.
pub(crate) async fn issue(State(gateway): State<Arc<Gateway>>, mut headers: HeaderMap) -> Response {
    if let Some(remote) = &gateway.remote {
        let trace = trace_of(&mut headers, &gateway.ports);
        let issued = match gateway.caller(&headers).await {
            Ok(caller @ Caller::Known { .. }) => remote.ticket(headers, &caller, &trace).await,
            Ok(_) => return refused(StatusCode::UNAUTHORIZED, "A token is needed."),
            Err(problem) => Err(problem),
        };
        let issued = issued.unwrap_or_else(|problem| problem.to_response(&trace, "/live/ticket"));
        return issued.map(Body::from);
    }
    let now = gateway.ports.clock.now();
    let (tenant, principal) = match gateway.verifier.caller(&headers, now) {
        Caller::Known { tenant, principal } => (tenant, principal),
        caller => {
            if let Caller::Refused(reason) = caller {
                tracing::info!(operation = "ticket", reason, "token refused");
            }
            return refused(StatusCode::UNAUTHORIZED, "A token is needed.");
        }
    };
    match ticket::issue(&gateway.ports, &Holder { tenant, principal }).await {
        Ok((ticket, expires)) => {
            answer(StatusCode::CREATED, &json!({ "ticket": ticket, "expiresAt": expires.to_string() }))
        }
        Err(error) => unavailable(&error),
    }
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
        Ok(None) => return refused(StatusCode::UNAUTHORIZED, "A new ticket is needed."),
        Err(error) => return unavailable(&error),
    };
    let Ok(place) = Arc::clone(&gateway.places).try_acquire_owned() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "Too many sockets are open.");
    };
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
    let Ok(place) = Arc::clone(&gateway.places).try_acquire_owned() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "Too many sockets are open.");
    };
    let open = match remote.open(ticket, &*gateway.ports.ids).await {
        Ok(open) => open,
        Err(NotOpened::Unauthorized) => {
            return refused(StatusCode::UNAUTHORIZED, "A new ticket is needed.");
        }
        Err(NotOpened::Unavailable) => {
            return refused(StatusCode::SERVICE_UNAVAILABLE, "Nobody can tell for the moment.");
        }
    };
    let upgrade = upgrade.max_message_size(LARGEST).max_frame_size(LARGEST);
    upgrade.on_upgrade(async move |socket| {
        remote.serve_socket(open, socket, gateway.stopping.clone()).await;
        drop(place);
    })
}

fn unavailable(error: &StoreError) -> Response {
    tracing::warn!(%error, "tickets can't be kept or found");
    refused(StatusCode::SERVICE_UNAVAILABLE, "Nobody can tell for the moment.")
}

fn refused(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let code = status.as_u16();
    answer(status, &json!({ "type": "about:blank", "title": title, "status": code, "detail": detail }))
}

fn answer(status: StatusCode, document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let media = if status.is_success() { "application/json" } else { "application/problem+json" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
