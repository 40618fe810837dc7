//! How large a request may be, and what is said of one that is larger. An answer that is large enough is compressed.

use std::convert::Infallible;
use std::future::ready;
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONNECTION};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use stipule_runtime::http::Problem;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::NotForContentType;

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
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
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

/// A body as it was made at once, or as it comes.
pub(super) type Whole = Either<Full<Bytes>, Body>;

/// A body that was made at once.
pub(super) fn whole(body: Bytes) -> Whole {
    Whole::Left(Full::new(body))
}

/// Compresses answers from a size on, but pictures, for who takes that. Quickly: the network is seldom the slower one.
pub(super) struct Packing {
    least: usize,
    layer: CompressionLayer<NotForContentType>,
}

impl Packing {
    /// From so many bytes on.
    pub(super) fn from(least: u32) -> Self {
        let layer = CompressionLayer::new().quality(CompressionLevel::Fastest);
        Self {
            least: usize::try_from(least).unwrap_or(usize::MAX).max(1),
            layer: layer.compress_when(NotForContentType::IMAGES),
        }
    }

    /// Whether an answer is large enough. Most aren't, and needn't be looked at any further.
    pub(super) fn is_for(&self, answer: &http::Response<Bytes>) -> bool {
        answer.body().len() >= self.least
    }

    /// Compresses an answer for a caller with this `Accept-Encoding`.
    pub(super) async fn pack(
        &self,
        takes: Option<HeaderValue>,
        answer: http::Response<Bytes>,
    ) -> http::Response<Body> {
        let mut asked = http::Request::new(());
        if let Some(takes) = takes {
            asked.headers_mut().insert(ACCEPT_ENCODING, takes);
        }
        let mut answer = Some(answer.map(Full::new));
        let given = service_fn(move |_| ready(Ok::<_, Infallible>(answer.take().unwrap_or_default())));
        let Ok(packed) = self.layer.layer(given).oneshot(asked).await;
        packed.map(Body::new)
    }
}
