//! Sockets that API Gateway holds: who may open one, what is opened and closed, what clients say, and tickets. Source:
//! "About WebSocket APIs in API Gateway" of its developer guide.
//!
//! ```text
//! POST /live/ticket (behind the authorizer of tokens) ─▶ a ticket
//! $connect?ticket=… ─▶ asked as an authorizer: the ticket is redeemed, the holder goes into the context
//!                   ─▶ called as the route: the connection is noted
//! $default          ─▶ what a client says is heard
//! $disconnect       ─▶ the connection is forgotten
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use stipule_runtime::ports::Ports;
use stipule_runtime::socket::table::TableSockets;
use stipule_runtime::socket::ticket::{self, Holder};
use stipule_runtime::store::StoreError;
use stipule_runtime::{App, Caller};

use crate::authorizer::{self, Known};
use crate::function::Fault;
use crate::text::{Pairs, Text};

/// What the function is called with: by an authorizer, by a route of sockets, or by a method of the REST API.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'e> {
    /// Of an authorizer.
    #[serde(borrow, default)]
    method_arn: Option<Text<'e>>,
    #[serde(borrow, default)]
    query_string_parameters: Pairs<'e>,
    /// Of a method.
    #[serde(borrow, default)]
    http_method: Option<Text<'e>>,
    #[serde(borrow, default)]
    body: Option<Text<'e>>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(borrow, default)]
    request_context: Place<'e>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place<'e> {
    /// `CONNECT`, `MESSAGE` or `DISCONNECT`.
    #[serde(borrow, default)]
    event_type: Option<Text<'e>>,
    #[serde(borrow, default)]
    connection_id: Option<Text<'e>>,
    #[serde(borrow, default)]
    authorizer: Option<Known<'e>>,
}

/// What comes of one event.
///
/// # Errors
/// [`Fault`] for what is no such event; `Unauthorized` for whoever has no ticket.
pub(crate) async fn take(
    app: &App,
    sockets: &TableSockets,
    ports: &Arc<Ports>,
    event: &[u8],
) -> Result<Vec<u8>, Fault> {
    let event: Event<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    if let Some(method) = &event.method_arn {
        return authorize(ports, method, &event.query_string_parameters).await;
    }
    if event.http_method.is_some() {
        return Ok(issue(ports, event.request_context.authorizer.as_ref()).await);
    }
    let Place { event_type, connection_id, authorizer } = &event.request_context;
    let (Some(kind), Some(connection)) = (event_type, connection_id) else {
        return Err(Fault::unreadable("it is of no socket"));
    };
    let done = match &**kind {
        "CONNECT" => match authorizer::caller(authorizer.as_ref()) {
            Caller::Known { tenant, principal } => {
                sockets.open(connection, &Holder { tenant, principal }).await
            }
            Caller::Anonymous | Caller::Refused(_) => return Ok(status(401)),
        },
        "MESSAGE" => sockets.hear(app, ports, connection, &said(&event)?).await,
        "DISCONNECT" => sockets.forget(connection).await,
        other => return Err(Fault::unreadable(format_args!("nothing of a socket is called {other}"))),
    };
    Ok(match done {
        Ok(()) => status(200),
        Err(error) => {
            tracing::warn!(%error, kind = &**kind, "a socket wasn't served");
            status(503)
        }
    })
}

/// What a client said.
fn said<'e>(event: &'e Event<'_>) -> Result<Cow<'e, str>, Fault> {
    let body = event.body.as_deref().unwrap_or_default();
    if !event.is_base64_encoded {
        return Ok(body.into());
    }
    let bytes = STANDARD.decode(body).map_err(Fault::unreadable)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned().into())
}

/// Whoever has the ticket may open a socket, once.
async fn authorize(ports: &Arc<Ports>, method: &str, query: &Pairs<'_>) -> Result<Vec<u8>, Fault> {
    let unauthorized = || Fault::new("Unauthorized", "Unauthorized");
    let ticket = query.get("ticket").ok_or_else(unauthorized)?;
    let found = ticket::redeem(ports, ticket).await;
    let found = found.map_err(|error| Fault::new("Ticket.Unavailable", error))?;
    let Holder { tenant, principal } = found.ok_or_else(unauthorized)?;
    Ok(authorizer::allow(method, &tenant, &principal))
}

/// A ticket for whoever the authorizer let in.
async fn issue(ports: &Arc<Ports>, known: Option<&Known<'_>>) -> Vec<u8> {
    let Caller::Known { tenant, principal } = authorizer::caller(known) else {
        return answer(401, &problem(401, "Unauthorized", "A token is needed."));
    };
    match ticket::issue(ports, &Holder { tenant, principal }).await {
        Ok((ticket, expires)) => answer(201, &json!({ "ticket": ticket, "expiresAt": expires.to_string() })),
        Err(error) => unavailable(&error),
    }
}

fn unavailable(error: &StoreError) -> Vec<u8> {
    tracing::warn!(%error, "tickets can't be kept");
    answer(503, &problem(503, "Service Unavailable", "Nobody can tell for the moment."))
}

fn problem(status: u16, title: &str, detail: &str) -> Value {
    json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
}

/// As the REST API takes it.
fn answer(status: u16, document: &Value) -> Vec<u8> {
    let media = if status < 400 { "application/json" } else { "application/problem+json" };
    let headers = json!({ "Cache-Control": ["no-store"], "Content-Type": [media] });
    let answer = json!({
        "statusCode": status,
        "multiValueHeaders": headers,
        "body": document.to_string(),
        "isBase64Encoded": false,
    });
    answer.to_string().into_bytes()
}

/// As a route of sockets takes it: nothing but a status.
fn status(status: u16) -> Vec<u8> {
    json!({ "statusCode": status }).to_string().into_bytes()
}
