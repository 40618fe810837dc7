//! Open sockets as API Gateway holds them: functions hear of what happens on them, and send by their ids.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket};
use http::{HeaderMap, Method, Request};
use serde_json::{Value, json};
use stipule_runtime::http::Problem;
use stipule_runtime::ports::Ids;
use stipule_runtime::{Caller, Trace};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::plan::{ACCOUNT, REGION};
use super::{Remote, proxy};
use crate::functions::Failed;
use crate::live::TICKET;

/// The function that hears of everything.
const HANDLER: &str = "platform.sockets";

/// What a socket has to do.
enum Told {
    Text(String),
    Close,
}

/// Where each open socket takes what it is told.
#[derive(Default)]
pub(crate) struct Sockets(Mutex<HashMap<String, mpsc::UnboundedSender<Told>>>);

impl Sockets {
    /// Sends a text to a socket; `false` when it is gone.
    pub(super) fn tell(&self, id: &str, text: String) -> bool {
        self.all().get(id).is_some_and(|to| to.send(Told::Text(text)).is_ok())
    }

    /// Closes a socket; `false` when it is gone.
    pub(super) fn close(&self, id: &str) -> bool {
        self.all().get(id).is_some_and(|to| to.send(Told::Close).is_ok())
    }

    /// How many are open.
    pub(crate) fn len(&self) -> usize {
        self.all().len()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, mpsc::UnboundedSender<Told>>> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that was let in, before and while it is open.
pub(crate) struct Open {
    id: String,
    known: Value,
    told: mpsc::UnboundedReceiver<Told>,
}

/// Why no socket is opened.
pub(crate) enum NotOpened {
    /// There is no such ticket.
    Unauthorized,
    /// The function couldn't be asked, or couldn't keep it.
    Unavailable,
}

impl Remote {
    /// A ticket for whoever calls: `POST /live/ticket` of the REST API.
    ///
    /// # Errors
    /// When the function has no answer.
    pub(crate) async fn ticket(
        &self,
        headers: HeaderMap,
        caller: &Caller,
        trace: &Trace,
    ) -> Result<http::Response<bytes::Bytes>, Problem> {
        let mut request = Request::new(bytes::Bytes::new());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = http::Uri::from_static(TICKET);
        *request.headers_mut() = headers;
        let event = proxy::event(TICKET, &request, &proxy::context(caller), trace)?.to_string();
        let answered = self.functions.invoke_in_turn(HANDLER, event.into()).await;
        proxy::read(&answered.map_err(|it| proxy::problem(&it))?)
    }

    /// Lets whoever has a ticket in: asks as an authorizer, then calls the route of new connections.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub(crate) async fn open(&self, ticket: &str, ids: &dyn Ids) -> Result<Open, NotOpened> {
        let question = json!({
            "type": "REQUEST",
            "methodArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:sockets/local/$connect"),
            "queryStringParameters": { "ticket": ticket },
        });
        let answer = match self.functions.invoke_in_turn(HANDLER, question.to_string().into()).await {
            Ok(answer) => answer,
            Err(Failed::Fault { message, .. }) if message == "Unauthorized" => {
                return Err(NotOpened::Unauthorized);
            }
            Err(failed) => return Err(unavailable(&failed)),
        };
        let said: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let mut known = said["context"].clone();
        known["principalId"] = said["principalId"].clone();
        let mut id = String::new();
        for byte in ids.random() {
            // Writing to a string never fails.
            let _ = write!(id, "{byte:02x}");
        }
        let (to, told) = mpsc::unbounded_channel();
        self.sockets.all().insert(id.clone(), to);
        let open = Open { id, known, told };
        match self.happened(&open, "CONNECT", None).await {
            Ok(200) => Ok(open),
            Ok(status) => {
                self.sockets.all().remove(&open.id);
                Err(if status == 401 { NotOpened::Unauthorized } else { NotOpened::Unavailable })
            }
            Err(failed) => {
                self.sockets.all().remove(&open.id);
                Err(unavailable(&failed))
            }
        }
    }

    /// Serves a socket until the client goes, or a function or the platform ends it.
    pub(crate) async fn serve_socket(
        &self,
        mut open: Open,
        mut socket: WebSocket,
        stopping: CancellationToken,
    ) {
        loop {
            let goes_on = tokio::select! {
                biased;
                () = stopping.cancelled() => {
                    end(&mut socket, 1001, "the platform stops").await;
                    false
                }
                told = open.told.recv() => match told {
                    Some(Told::Text(text)) => socket.send(Frame::Text(text.into())).await.is_ok(),
                    Some(Told::Close) | None => {
                        end(&mut socket, 1000, "closed").await;
                        false
                    }
                },
                frame = socket.recv() => match frame {
                    Some(Ok(Frame::Text(text))) => {
                        if let Err(failed) = self.happened(&open, "MESSAGE", Some(&text)).await {
                            tracing::warn!(%failed, "a message of a socket wasn't heard");
                        }
                        true
                    }
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => true,
                    _ => false,
                },
            };
            if !goes_on {
                break;
            }
        }
        self.sockets.all().remove(&open.id);
        if let Err(failed) = self.happened(&open, "DISCONNECT", None).await {
            tracing::warn!(%failed, "a socket that was closed isn't forgotten yet");
        }
    }

    /// Calls the route of something that happened on a socket; the status that the function answers.
    async fn happened(&self, open: &Open, kind: &str, body: Option<&str>) -> Result<u64, Failed> {
        let route = match kind {
            "CONNECT" => "$connect",
            "DISCONNECT" => "$disconnect",
            _ => "$default",
        };
        let event = json!({
            "requestContext": {
                "eventType": kind, "routeKey": route, "connectionId": open.id, "stage": "local",
                "authorizer": open.known,
            },
            "body": body,
            "isBase64Encoded": false,
        });
        let answer = self.functions.invoke_in_turn(HANDLER, event.to_string().into()).await?;
        let said: Value = serde_json::from_slice(&answer).unwrap_or_default();
        Ok(said["statusCode"].as_u64().unwrap_or(500))
    }
}

fn unavailable(failed: &Failed) -> NotOpened {
    tracing::warn!(%failed, "a socket can't be opened");
    NotOpened::Unavailable
}

async fn end(socket: &mut WebSocket, code: u16, reason: &'static str) {
    // A client that is gone needs no reason.
    let _ = socket.send(Frame::Close(Some(CloseFrame { code, reason: reason.into() }))).await;
}
