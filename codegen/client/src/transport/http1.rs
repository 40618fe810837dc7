//! HTTP/1.1 over pooled connections.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::{Transport, TransportError};

#[cfg(feature = "tls")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "tls"))]
type Connector = HttpConnector;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(60);

/// The transport over the network.
#[derive(Debug)]
pub struct Http {
    client: Client<Connector, Full<Bytes>>,
    most_bytes: usize,
}

impl Http {
    /// A transport that takes answers of at most so many bytes.
    ///
    /// # Errors
    /// When the certificates that the system trusts can't be read.
    pub fn new(most_bytes: usize) -> std::io::Result<Self> {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector()?);
        Ok(Self { client, most_bytes })
    }
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unnecessary_wraps, reason = "with `tls` there is something to fail")]
fn connector() -> std::io::Result<Connector> {
    Ok(tcp())
}

#[cfg(feature = "tls")]
fn connector() -> std::io::Result<Connector> {
    let mut tcp = tcp();
    tcp.enforce_http(false);
    let builder = hyper_rustls::HttpsConnectorBuilder::new();
    Ok(builder.with_native_roots()?.https_or_http().enable_http1().wrap_connector(tcp))
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    tcp
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = self.client.request(request.map(Full::new)).await;
            let response = sent.map_err(|error| {
                if error.is_connect() {
                    TransportError::connect(error)
                } else {
                    TransportError::interrupted(error)
                }
            })?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, self.most_bytes).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    TransportError::too_large()
                } else {
                    TransportError::interrupted(error)
                }
            })?;
            Ok(http::Response::from_parts(parts, body.to_bytes()))
        })
    }
}
