//! HTTP, one call at a time.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::Answer;
use super::fault::Fault;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Longest wait for an answer: archives of 250 MB go up over slow lines.
const WHOLE: Duration = Duration::from_secs(900);

/// The largest answer. Templates, the largest of them, have 1 MB at most, and their quotes are escaped.
const MOST: usize = 64 << 20;

pub(crate) struct Transport {
    runtime: tokio::runtime::Runtime,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Transport {
    pub(crate) fn new() -> Result<Self, Fault> {
        let failed = |what: &str, error: std::io::Error| Fault::Said(format!("can't {what}: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| failed("start calling", error))?;
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let builder = hyper_rustls::HttpsConnectorBuilder::new().with_native_roots();
        let builder =
            builder.map_err(|error| failed("read the certificates that this system trusts", error))?;
        let connector = builder.https_or_http().enable_http1().wrap_connector(tcp);
        // Between two looks at a stack a connection may be closed by the other side.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { runtime, client })
    }

    /// Sends a request; any status is an answer.
    pub(crate) fn send(&self, request: Request<Bytes>, action: &str) -> Result<Answer, Fault> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let gone = |why: String| Fault::Unreachable(format!("{host} doesn't answer {action}: {why}"));
        let whole = async {
            let answer = self.client.request(request.map(Full::new)).await.map_err(|error| {
                let mut why = error.to_string();
                let mut cause = std::error::Error::source(&error);
                while let Some(next) = cause {
                    why = next.to_string();
                    cause = next.source();
                }
                gone(why)
            })?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(|error| gone(error.to_string()))?;
            Ok(Answer { status: parts.status, headers: parts.headers, body: body.to_bytes() })
        };
        let limited = async { tokio::time::timeout(WHOLE, whole).await };
        self.runtime.block_on(limited).unwrap_or_else(|_| Err(gone("it takes too long".to_owned())))
    }
}
