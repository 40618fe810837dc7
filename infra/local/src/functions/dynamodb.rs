//! The endpoint that functions find their table at: DynamoDB's API over the embedded table, on the loopback interface.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::table::LocalTable;

/// What the header of an action begins with.
const VERSION: &str = "DynamoDB_20120810.";

/// Largest request in bytes. Source: "BatchWriteItem" of the DynamoDB API reference: 16 MB.
const LARGEST: usize = 16 * 1024 * 1024;

/// The endpoint; gone when dropped. It takes any credentials: only processes of this machine reach it.
#[derive(Debug)]
pub struct DynamoDb {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl DynamoDb {
    /// Serves a table on a free port.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn open(table: Arc<LocalTable>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let layer = DefaultBodyLimit::max(LARGEST);
        let router = Router::new().route("/", post(answer)).layer(layer).with_state(table);
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the endpoint of the table stopped");
            }
        });
        Ok(Self { address, serving })
    }

    /// As `AWS_ENDPOINT_URL_DYNAMODB` has it: `http://127.0.0.1:9001`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for DynamoDb {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(table): State<Arc<LocalTable>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target").and_then(|it| it.to_str().ok()).unwrap_or_default();
    // Other versions have no actions here: the table refuses a name that is none.
    let spoken = table.call(target.strip_prefix(VERSION).unwrap_or_default(), body).await;
    let status = StatusCode::from_u16(spoken.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], spoken.body).into_response()
}
