//! Requests: from a proxy event of API Gateway to a call, and back. Source: "Input format of a Lambda function for proxy
//! integration" of its developer guide.

use std::fmt::Write;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Request};
use serde::{Deserialize, Serialize};
use stipule_runtime::App;
use stipule_runtime::http::Response;
use stipule_runtime::ports::Ports;

use crate::authorizer::{self, Known};
use crate::function::Fault;
use crate::text::{Pairs, Text};

/// As much of the event as a call is made of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proxy<'e> {
    #[serde(borrow)]
    http_method: Text<'e>,
    #[serde(borrow)]
    path: Text<'e>,
    #[serde(borrow, default)]
    headers: Pairs<'e>,
    #[serde(borrow, default)]
    multi_value_headers: Pairs<'e>,
    #[serde(borrow, default)]
    query_string_parameters: Pairs<'e>,
    #[serde(borrow, default)]
    multi_value_query_string_parameters: Pairs<'e>,
    #[serde(borrow, default)]
    body: Option<Text<'e>>,
    #[serde(default)]
    is_base64_encoded: bool,
    #[serde(borrow, default)]
    request_context: Place<'e>,
}

#[derive(Default, Deserialize)]
struct Place<'e> {
    #[serde(borrow, default)]
    authorizer: Option<Known<'e>>,
}

/// Answers a request. Whatever it is, there is an answer; only what is no request at all fails.
pub(crate) async fn answer(
    app: &App,
    ports: &Arc<Ports>,
    event: &[u8],
    trace: Option<&str>,
) -> Result<Vec<u8>, Fault> {
    let proxy: Proxy<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let caller = authorizer::caller(proxy.request_context.authorizer.as_ref());
    let request = request(&proxy, trace)?;
    let response = app.handle(request, caller, ports).await;
    serde_json::to_vec(&Answer::of(&response)).map_err(|error| Fault::new("Answer.Unwritable", error))
}

fn request(proxy: &Proxy<'_>, trace: Option<&str>) -> Result<Request<Bytes>, Fault> {
    let body = match &proxy.body {
        None => Bytes::new(),
        Some(body) if proxy.is_base64_encoded => {
            STANDARD.decode(body.as_bytes()).map_err(Fault::unreadable)?.into()
        }
        Some(body) => Bytes::copy_from_slice(body.as_bytes()),
    };
    let mut request = Request::new(body);
    *request.method_mut() = proxy.http_method.parse().map_err(Fault::unreadable)?;
    let many = &proxy.multi_value_query_string_parameters;
    let query = if many.is_empty() { &proxy.query_string_parameters } else { many };
    *request.uri_mut() = target(&proxy.path, query).parse().map_err(Fault::unreadable)?;
    let many = &proxy.multi_value_headers;
    let headers = if many.is_empty() { &proxy.headers } else { many };
    for (name, value) in headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(Fault::unreadable)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(Fault::unreadable)?;
        request.headers_mut().append(name, value);
    }
    go_on(trace, request.headers_mut());
    Ok(request)
}

/// The gateway has decoded the query; a part of it may be anything. Commas stay what they most likely were, marks between
/// the items of a list: the gateway doesn't tell which of them were escaped.
fn target(path: &str, query: &Pairs<'_>) -> String {
    let mut target = path.to_owned();
    for (at, (name, value)) in query.iter().enumerate() {
        target.push(if at == 0 { '?' } else { '&' });
        escape(name, &mut target);
        target.push('=');
        escape(value, &mut target);
    }
    target
}

fn escape(text: &str, to: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                to.push(char::from(byte));
            }
            // Writing to a string never fails.
            _ => drop(write!(to, "%{byte:02X}")),
        }
    }
}

/// X-Ray's trace goes on where the caller brought none of his own. Source: "Tracing header" of its developer guide.
fn go_on(trace: Option<&str>, headers: &mut HeaderMap) {
    if headers.contains_key("traceparent") {
        return;
    }
    let part = |name: &str| trace?.split(';').find_map(|part| part.trim().strip_prefix(name));
    let root = part("Root=1-").and_then(|root| root.split_once('-'));
    let parent = part("Parent=").unwrap_or("0000000000000001");
    if let Some((time, random)) = root
        && let Ok(value) = HeaderValue::from_str(&format!("00-{time}{random}-{parent}-01"))
    {
        headers.insert("traceparent", value);
    }
}

/// As API Gateway takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'r> {
    status_code: u16,
    #[serde(serialize_with = "as_lists")]
    multi_value_headers: &'r HeaderMap,
    body: std::borrow::Cow<'r, str>,
    is_base64_encoded: bool,
}

impl<'r> Answer<'r> {
    fn of(response: &'r Response) -> Self {
        let media = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let written = std::str::from_utf8(response.body()).ok();
        let binary = media.starts_with("image/") || media.starts_with("application/octet-stream");
        let text = written.filter(|_| !binary);
        Self {
            status_code: response.status().as_u16(),
            multi_value_headers: response.headers(),
            body: text.map_or_else(|| STANDARD.encode(response.body()).into(), Into::into),
            is_base64_encoded: text.is_none(),
        }
    }
}

/// Values that aren't text have no way through the gateway; none of ours are.
fn as_lists<S: serde::Serializer>(headers: &HeaderMap, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(headers.keys().map(|name| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        (name.as_str(), values.collect::<Vec<_>>())
    }))
}

#[cfg(test)]
mod tests;
