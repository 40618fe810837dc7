//! What functions call instead of AWS: one address on the loopback interface, which tells services apart by the header of
//! the action. It takes the credentials of processes that this platform started, and no others.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use stipule_runtime::App;
use stipule_runtime::store::TableSchema;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Sockets;
use crate::chaos::Storm;
use crate::functions::Badges;
use crate::happening::{Happenings, Under};
use crate::publish::Publisher;
use crate::queue::Queues;
use crate::table::LocalTable;
use crate::workflow::Runs;

/// Largest request in bytes. Source: "BatchWriteItem" of the DynamoDB API reference: 16 MB.
const LARGEST: usize = 16 * 1024 * 1024;

/// What stands behind the endpoint.
pub(crate) struct Behind {
    pub(crate) app: Arc<App>,
    pub(crate) platform: &'static str,
    pub(crate) badges: Badges,
    pub(crate) schema: &'static TableSchema,
    pub(crate) table: Arc<LocalTable>,
    pub(crate) written: Arc<Notify>,
    pub(crate) storm: Arc<Storm>,
    pub(crate) happenings: Happenings,
    pub(crate) publisher: Arc<Publisher>,
    pub(crate) queues: Queues,
    pub(crate) runs: Runs,
    pub(crate) sockets: Arc<Sockets>,
}

/// A port, which is served once there is something behind it.
pub(crate) struct Endpoint {
    listener: TcpListener,
    address: SocketAddr,
}

impl Endpoint {
    /// Takes a free port.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// `http://127.0.0.1:9001`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves in the background until it is to stop and everybody who is connected has gone.
    ///
    /// # Errors
    /// Outside of a runtime.
    pub(crate) fn serve(
        self,
        behind: Behind,
        stopping: CancellationToken,
    ) -> std::io::Result<JoinHandle<()>> {
        let listener = tokio::net::TcpListener::from_std(self.listener)?;
        let router = Router::new()
            .route("/", post(answer))
            .route("/sockets/@connections/{id}", post(tell).delete(close))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(Arc::new(behind));
        Ok(tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned());
            if let Err(error) = served.await {
                tracing::error!(%error, "what functions call stopped");
            }
        }))
    }
}

/// What an action comes to: its status, and its JSON.
pub(super) type Said = (StatusCode, Value);

/// A refusal as services of AWS word it.
pub(super) fn refused(status: StatusCode, kind: &str, reason: impl std::fmt::Display) -> Said {
    (status, json!({ "__type": kind, "message": reason.to_string() }))
}

impl Behind {
    /// What a process works for; an answer for whoever isn't one of ours.
    fn admit(&self, headers: &HeaderMap) -> Result<Option<Under>, Said> {
        let known = self.badges.holder(headers);
        known.ok_or_else(|| {
            let stranger = "these aren't the credentials of a function that runs here";
            refused(StatusCode::FORBIDDEN, "UnrecognizedClientException", stranger)
        })
    }
}

async fn answer(State(behind): State<Arc<Behind>>, headers: HeaderMap, body: Bytes) -> Response {
    let under = match behind.admit(&headers) {
        Ok(under) => under,
        Err(refused) => return written(refused),
    };
    let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok()).unwrap_or_default();
    let said = match target.split_once('.') {
        Some(("DynamoDB_20120810", action)) => return behind.table(action, body, under).await,
        Some(("AWSEvents", "PutEvents")) => behind.put_events(&read(&body)).await,
        Some(("AmazonSQS", "SendMessage")) => behind.send_message(&read(&body)).await,
        Some(("AWSStepFunctions", action)) => behind.machine(action, &read(&body)).await,
        _ => refused(
            StatusCode::BAD_REQUEST,
            "UnknownOperationException",
            format_args!("{target} isn't served"),
        ),
    };
    written(said)
}

/// Null where it is no JSON, which nothing takes for something.
fn read(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

pub(super) fn written((status, said): Said) -> Response {
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.1")], said.to_string()).into_response()
}

/// `PostToConnection`. Source: "Use @connections commands in your backend service" of the API Gateway developer guide.
async fn tell(
    State(behind): State<Arc<Behind>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err(refused) = behind.admit(&headers) {
        return written(refused);
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    if behind.sockets.tell(&id, text) { StatusCode::OK.into_response() } else { gone() }
}

/// `DeleteConnection`.
async fn close(State(behind): State<Arc<Behind>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    if let Err(refused) = behind.admit(&headers) {
        return written(refused);
    }
    if behind.sockets.close(&id) { StatusCode::NO_CONTENT.into_response() } else { gone() }
}

fn gone() -> Response {
    (StatusCode::GONE, [("x-amzn-errortype", "GoneException")], "{}").into_response()
}
