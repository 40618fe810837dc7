//! Pages of which sites may call from a browser: `gateway.cors` of the platform. Source: the Fetch standard, "CORS protocol".

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use stipule_runtime::App;

use crate::live::TICKET;

/// Headers that pages may send, beside those that need no leave.
const SENT: &str = "authorization, content-type, idempotency-key, if-match, traceparent, x-api-key, x-correlation-id, x-request-id";

/// Headers that pages may read.
const READ: &str = "age, allow, etag, location, retry-after, www-authenticate, x-request-id";

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// What a gateway says of it.
pub(super) struct Cors<'a> {
    app: &'a App,
    /// The value of the caller's `Origin`, if its pages may call.
    origin: Option<HeaderValue>,
}

impl<'a> Cors<'a> {
    /// Of a request with these headers.
    pub(super) fn of(app: &'a App, headers: &HeaderMap) -> Self {
        let origins = app.gateway().origins;
        let origin = headers.get(ORIGIN).filter(|origin| {
            let one = |known: &&str| *known == "*" || known.as_bytes() == origin.as_bytes();
            origins.iter().any(one)
        });
        Self { app, origin: origin.cloned() }
    }

    /// The answer to a browser that asks before it asks; none to anybody else.
    pub(super) fn preflight(&self, request: &Parts) -> Option<Response<Bytes>> {
        let asks = request.method == Method::OPTIONS
            && request.headers.contains_key(ORIGIN)
            && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if !asks || self.app.gateway().origins.is_empty() {
            return None;
        }
        let mut answer = Response::new(Bytes::new());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        if self.origin.is_some() {
            let path = request.uri.path();
            let is_there = |method: &&Method| match path {
                TICKET => **method == Method::POST,
                _ => self.app.operation_at(method, path).is_some(),
            };
            let there = METHODS.iter().filter(is_there);
            let methods = there.map(Method::as_str).collect::<Vec<_>>().join(", ");
            let headers = answer.headers_mut();
            if let Ok(methods) = HeaderValue::from_str(&methods) {
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            }
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
            let seconds = self.app.gateway().origin_seconds;
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(seconds));
        }
        Some(answer)
    }

    /// Says in an answer whose pages may read it.
    pub(super) fn dress(self, answer: &mut Response<Bytes>) {
        if self.app.gateway().origins.is_empty() {
            return;
        }
        let headers = answer.headers_mut();
        headers.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.origin {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
        }
    }
}
