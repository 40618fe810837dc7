//! How large a request may be, and what is said of one that is larger. An answer that is large enough is compressed.

use std::time::Duration;

use axum::BoxError;
use axum::body::HttpBody;
use bytes::Bytes;
use http::header::CONNECTION;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use stipule_runtime::http::Problem;
use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, NotForContentType, Predicate};
use tower_http::compression::{Compression, CompressionLayer};

/// Largest body that is read at all, in bytes. Operations may take less.
/// Source: "Amazon API Gateway quotas", payload size.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// Bytes of the request line and all headers together. Source: "Amazon API Gateway quotas", total combined size of request
/// line and header values.
const LARGEST_HEAD: usize = 10_240;

/// Checks the size of everything before the body.
///
/// # Errors
/// 431 when it is too much; the connection ends.
pub(super) fn measure(request: &Parts) -> Result<(), Problem> {
    let target = request.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method.as_str().len() + target + " HTTP/1.1 ".len();
    let headers: usize = request.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if line + headers <= LARGEST_HEAD {
        return Ok(());
    }
    let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    Err(Problem::new(status, "head-too-large", "The request line and headers are too large")
        .detail(format!("At most {LARGEST_HEAD} bytes are taken."))
        .header(CONNECTION, HeaderValue::from_static("close")))
}

/// Reads a body.
///
/// # Errors
/// 413 when there is too much of it, 408 when it takes too long, 400 when it breaks off.
pub(super) async fn read<B>(body: B, patience: Duration) -> Result<Bytes, Problem>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>>,
{
    let read = tokio::time::timeout(patience, Limited::new(body, LARGEST_BODY).collect()).await;
    match read.map_err(|_| too_slow())? {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large")
                .detail(format!("At most {LARGEST_BODY} bytes are taken.")))
        }
        Err(_) => Err(Problem::bad_request("The body broke off.")),
    }
}

/// What is left of it is not waited for: the connection ends.
fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "The body took too long")
        .header(CONNECTION, HeaderValue::from_static("close"))
}

/// What says which answers are compressed.
type Chosen = And<From, NotForContentType>;

/// A service whose answers are compressed.
pub(super) type Compressed<S> = Compression<S, Chosen>;

/// Compresses answers from a size on, but pictures, for who takes that. Quickly: the network is seldom the slower one.
pub(super) fn compression(least: u32) -> CompressionLayer<Chosen> {
    let level = CompressionLevel::Fastest;
    CompressionLayer::new().quality(level).compress_when(From(least.into()).and(NotForContentType::IMAGES))
}

/// Answers whose size is known and is at least this.
#[derive(Clone, Copy, Debug)]
pub(super) struct From(u64);

impl Predicate for From {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        response.body().size_hint().exact().is_some_and(|size| size > 0 && size >= self.0)
    }
}
