//! HTTP/1.1 over pooled connections.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use stipule_wire::ByteStream;

use super::sent::Sent;
use super::{Transport, TransportError};
use crate::payload::Payload;

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
    client: Client<Connector, Sent>,
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
            let (parts, body) = self.request(request.map(Payload::from)).await?.into_parts();
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

    fn stream(
        &self,
        request: http::Request<Payload>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(async move {
            let response = self.request(request).await?;
            Ok(response.map(|body| Box::pin(body.into_data_stream().map_err(io::Error::other)) as ByteStream))
        })
    }
}

impl Http {
    async fn request(
        &self,
        request: http::Request<Payload>,
    ) -> Result<http::Response<Incoming>, TransportError> {
        let sent = self.client.request(request.map(|body| Sent::from(&body))).await;
        sent.map_err(|error| {
            if error.is_connect() {
                TransportError::connect(error)
            } else {
                TransportError::interrupted(error)
            }
        })
    }
}
