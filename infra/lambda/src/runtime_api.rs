//! The Runtime API: the next event, and what came of it. One connection, kept open, opened again when it was closed.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::net::TcpStream;

use crate::function::Fault;

/// The version of the protocol.
const BASE: &str = "/2018-06-01/runtime";

/// Why the Runtime API can't be asked: the sandbox is gone.
#[derive(Debug, Error)]
pub(crate) enum Gone {
    #[error("no connection to the Runtime API: {0}")]
    Connect(#[from] std::io::Error),
    #[error("the Runtime API broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the Runtime API answered {0}")]
    Refused(StatusCode),
    #[error("the Runtime API names no request")]
    Nameless,
}

/// An event for the function.
pub(crate) struct Invocation {
    /// Names it in the answer.
    pub(crate) id: String,
    /// X-Ray's header, as it came.
    pub(crate) trace: Option<String>,
    pub(crate) event: Bytes,
}

pub(crate) struct RuntimeApi {
    /// `127.0.0.1:9001`
    address: String,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl RuntimeApi {
    pub(crate) fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), connection: None }
    }

    /// Waits for an event.
    pub(crate) async fn next(&mut self) -> Result<Invocation, Gone> {
        let (headers, event) =
            self.ask(Method::GET, "/invocation/next", HeaderMap::new(), Bytes::new()).await?;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let id = text("lambda-runtime-aws-request-id").ok_or(Gone::Nameless)?;
        Ok(Invocation { id, trace: text("lambda-runtime-trace-id"), event })
    }

    /// What the function gives.
    pub(crate) async fn answer(&mut self, id: &str, answer: Vec<u8>) -> Result<(), Gone> {
        let path = format!("/invocation/{id}/response");
        self.ask(Method::POST, &path, HeaderMap::new(), answer.into()).await.map(drop)
    }

    /// How it failed.
    pub(crate) async fn fail(&mut self, id: &str, fault: &Fault) -> Result<(), Gone> {
        self.report(&format!("/invocation/{id}/error"), fault).await
    }

    /// Why it can't be called at all.
    pub(crate) async fn fail_to_start(&mut self, reason: &str) -> Result<(), Gone> {
        self.report("/init/error", &Fault::new("Runtime.Init", reason)).await
    }

    async fn report(&mut self, path: &str, fault: &Fault) -> Result<(), Gone> {
        let body = serde_json::json!({
            "errorType": fault.kind,
            "errorMessage": fault.message,
            "stackTrace": [],
        });
        let mut headers = HeaderMap::new();
        if let Ok(kind) = fault.kind.parse() {
            headers.insert("lambda-runtime-function-error-type", kind);
        }
        self.ask(Method::POST, path, headers, body.to_string().into()).await.map(drop)
    }

    async fn ask(
        &mut self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(HeaderMap, Bytes), Gone> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        // A path of letters, digits, hyphens and slashes: ids of requests are UUIDs.
        *request.uri_mut() = format!("{BASE}{path}").parse().map_err(|_| Gone::Nameless)?;
        *request.headers_mut() = headers;
        request.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        if let Ok(host) = self.address.parse() {
            request.headers_mut().insert(HOST, host);
        }
        let answer = self.connection().await?.send_request(request).await?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        if !parts.status.is_success() {
            return Err(Gone::Refused(parts.status));
        }
        Ok((parts.headers, body))
    }

    async fn connection(&mut self) -> Result<&mut SendRequest<Full<Bytes>>, Gone> {
        let usable = match self.connection.take() {
            Some(mut open) => open.ready().await.is_ok().then_some(open),
            None => None,
        };
        let open = match usable {
            Some(open) => open,
            None => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = handshake(TokioIo::new(stream)).await?;
                // Ends with the connection; whoever sends next hears of it.
                tokio::spawn(connection);
                sender
            }
        };
        Ok(self.connection.insert(open))
    }
}
