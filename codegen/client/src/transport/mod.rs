//! How requests travel.

#[cfg(target_arch = "wasm32")]
mod fetch;
#[cfg(not(target_arch = "wasm32"))]
mod http1;
#[cfg(not(target_arch = "wasm32"))]
mod sent;

use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use stipule_wire::{Blob, ByteStream};

use crate::payload::Payload;
use crate::token::BoxError;

#[cfg(target_arch = "wasm32")]
pub use fetch::Http;
#[cfg(not(target_arch = "wasm32"))]
pub use http1::Http;

/// Sends one request and gives its whole answer. Tries nothing again, follows nothing.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request.
    ///
    /// # Errors
    /// [`TransportError`] when there is no whole answer.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;

    /// Sends a request whose body may come piece by piece, and gives an answer that does. Unless a transport knows
    /// better, both are collected.
    ///
    /// # Errors
    /// [`TransportError`] when there is no answer.
    fn stream(
        &self,
        request: http::Request<Payload>,
    ) -> BoxFuture<'_, Result<http::Response<ByteStream>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(TransportError::unreadable)?;
            let response = self.send(http::Request::from_parts(parts, body)).await?;
            Ok(response.map(|body| Blob::from(body).open()))
        })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    source: Option<BoxError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The server was never reached.
    Connect,
    /// The connection broke; the server may have done the work.
    Interrupted,
    /// The answer is larger than the client takes.
    TooLarge,
    /// No answer in time; the server may have done the work.
    TimedOut,
    /// What was to be sent couldn't be read.
    Unreadable,
    /// Somebody on this side didn't let it be sent.
    Refused,
}

impl TransportError {
    /// The server was never reached: trying again is always safe.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Connect, source: Some(source.into()) }
    }

    /// The connection broke; whether the server did the work is unknown.
    pub fn interrupted(source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Interrupted, source: Some(source.into()) }
    }

    /// The answer is larger than the client takes.
    pub fn too_large() -> Self {
        Self { kind: Kind::TooLarge, source: None }
    }

    /// What was to be sent couldn't be read.
    pub fn unreadable(source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Unreadable, source: Some(source.into()) }
    }

    /// A hook, or a transport, doesn't send this: trying again changes nothing.
    pub fn refused(source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Refused, source: Some(source.into()) }
    }

    /// No answer in time; whether the server did the work is unknown.
    pub fn timed_out() -> Self {
        Self { kind: Kind::TimedOut, source: None }
    }

    /// Whether the server was never reached.
    pub fn is_connect(&self) -> bool {
        self.kind == Kind::Connect
    }

    /// Whether there was no answer in time.
    pub fn is_timeout(&self) -> bool {
        self.kind == Kind::TimedOut
    }

    /// Whether it may turn out better next time.
    pub(crate) fn is_passing(&self) -> bool {
        !matches!(self.kind, Kind::TooLarge | Kind::Unreadable | Kind::Refused)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Connect => "the server can't be reached",
            Kind::Interrupted => "the connection broke before the answer was complete",
            Kind::TooLarge => "the answer is larger than the client takes",
            Kind::TimedOut => "there was no answer in time",
            Kind::Unreadable => "what was to be sent can't be read",
            Kind::Refused => "the call was held back before it was sent",
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}
