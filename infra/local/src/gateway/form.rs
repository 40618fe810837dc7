//! What a request must be like to be read at all. Where we could read one otherwise than a proxy before us, nobody reads it,
//! and nothing that follows it on its connection. Source: RFC 9112, sections 3.2 and 6.1.
//!
//! What contradicts itself about the length of a body is the parser's: it refuses it, or takes it by its chunks. After chunks
//! the connection ends: should somebody else read their end elsewhere, nothing is there.

use bytes::Bytes;
use http::header::{CONNECTION, HOST, TRANSFER_ENCODING};
use http::{HeaderValue, Version};
use stipule_runtime::http::Problem;
use stipule_runtime::ports::Ports;

use super::trace_of;

/// Whether a body comes in chunks: its connection ends with the answer.
pub(super) fn comes_in_chunks<B>(request: &http::Request<B>) -> bool {
    request.headers().contains_key(TRANSFER_ENCODING)
}

/// Has the connection of an answer end with it.
pub(super) fn close<B>(answer: &mut http::Response<B>) {
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}

/// The answer to what nobody reads.
pub(super) fn refuse<B>(
    request: http::Request<B>,
    why: &'static str,
    ports: &Ports,
) -> http::Response<Bytes> {
    let (mut parts, _) = request.into_parts();
    let trace = trace_of(&mut parts.headers, ports);
    tracing::info!(why, request_id = trace.request_id, "request refused");
    let mut refused = Problem::bad_request(why).to_response(&trace, parts.uri.path());
    close(&mut refused);
    refused
}

/// # Errors
/// What is wrong with it.
pub(super) fn judge<B>(request: &http::Request<B>) -> Result<(), &'static str> {
    let (uri, headers) = (request.uri(), request.headers());
    if uri.scheme().is_none() && uri.authority().is_some() {
        return Err("This is no proxy.");
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let first = codings.next();
    if first.is_some_and(|it| !it.as_bytes().eq_ignore_ascii_case(b"chunked")) || codings.next().is_some() {
        return Err("A body comes as it is, or in chunks.");
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), uri.authority()) {
        (None, _) if request.version() == Version::HTTP_11 => return Err("`Host` is missing."),
        (Some(host), Some(target)) if !host.as_bytes().eq_ignore_ascii_case(target.as_str().as_bytes()) => {
            return Err("`Host` and the target name different hosts.");
        }
        _ => {}
    }
    if hosts.next().is_some() {
        return Err("`Host` stands there twice.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(target: &str, headers: &[(&str, &str)]) -> bool {
        let request = http::Request::get(target);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        judge(&request.body(()).expect("a request")).is_ok()
    }

    #[test]
    fn a_request_names_one_host_and_comes_in_one_way() {
        let host = ("host", "shop.example:8080");
        assert!(judged("/products", &[host]));
        assert!(judged("http://shop.example:8080/products", &[host]), "as it would be said to a proxy");
        assert!(judged("/products", &[host, ("transfer-encoding", "Chunked")]));
        assert!(!judged("/products", &[]), "no host");
        assert!(!judged("/products", &[host, host]));
        assert!(!judged("http://other.example/products", &[host]));
        assert!(!judged("shop.example:8080", &[host]), "a tunnel");
        for coding in ["gzip, chunked", "chunked, chunked", "identity", ""] {
            assert!(!judged("/products", &[host, ("transfer-encoding", coding)]), "{coding}");
        }
        let twice = [host, ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")];
        assert!(!judged("/products", &twice));
    }
}
