//! Calls as proxy events of a REST API, and what functions answer. Sources: "Input format of a Lambda function for proxy
//! integration" and "Output format …" of the API Gateway developer guide.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{HeaderName, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stipule_runtime::app::throttled;
use stipule_runtime::http::{Found, Problem};
use stipule_runtime::ports::Ports;
use stipule_runtime::wire::percent;
use stipule_runtime::{Caller, Trace, seen};

use super::Remote;
use crate::functions::Failed;

/// When somebody should try again for whom no process was free.
const COME_BACK: Duration = Duration::from_secs(1);

/// As a function gives it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

impl Remote {
    /// Has the function of an operation answer a call. What the gateway answers by itself, it answers here too: what no
    /// operation answers, and who isn't known where a token is needed.
    ///
    /// # Errors
    /// When there is no answer: too many calls, or the function failed.
    pub(crate) async fn handle(
        &self,
        found: Found<'_>,
        request: Request<Bytes>,
        caller: Caller,
        ports: &std::sync::Arc<Ports>,
        trace: &Arc<Trace>,
    ) -> Result<http::Response<Bytes>, Problem> {
        let is_known = matches!(caller, Caller::Known { .. });
        let Some(operation) = found.operation().filter(|it| it.public || is_known) else {
            return Ok(self.app.answer(found, request, caller, ports, trace).await);
        };
        self.throttle.take(ports.clock.now()).map_err(throttled)?;
        // A public operation has no authorizer: whoever calls it, it isn't told.
        let known = if operation.public { Value::Null } else { context(&caller) };
        let event = event(operation.template, &request, &known, trace)?.to_string();
        let handler = format!("{}.api", operation.service);
        let answered = self.functions.invoke(&handler, event.into(), Some(&x_ray(trace))).await;
        let response = read(&answered.map_err(|it| problem(&it))?)?;
        seen::answered(operation.id, &response);
        Ok(response)
    }
}

/// What a function behind the gateway is told of the caller: a text each.
pub(super) fn context(caller: &Caller) -> Value {
    let Caller::Known { tenant, principal } = caller else { return Value::Null };
    let scopes: Vec<&str> = principal.scopes.iter().map(String::as_str).collect();
    json!({
        "principalId": principal.subject,
        "tenant": tenant,
        "scopes": scopes.join(" "),
        "expires": principal.expires.map(|it| it.to_string()).unwrap_or_default(),
    })
}

/// The event of a call.
///
/// # Errors
/// A query that can't be read.
pub(super) fn event(
    resource: &str,
    request: &Request<Bytes>,
    known: &Value,
    trace: &Trace,
) -> Result<Value, Problem> {
    let (headers, all_headers) = headers(request.headers());
    let (query, all_query) = query(request.uri().query().unwrap_or_default())?;
    let path = request.uri().path();
    let text = std::str::from_utf8(request.body()).ok();
    let body = match (request.body().is_empty(), text) {
        (true, _) => Value::Null,
        (false, Some(text)) => text.into(),
        (false, None) => STANDARD.encode(request.body()).into(),
    };
    Ok(json!({
        "resource": resource,
        "path": path,
        "httpMethod": request.method().as_str(),
        "headers": headers,
        "multiValueHeaders": all_headers,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": all_query,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "requestId": trace.request_id,
            "stage": "local",
            "httpMethod": request.method().as_str(),
            "path": path,
            "resourcePath": resource,
            "authorizer": known,
        },
        "body": body,
        "isBase64Encoded": text.is_none(),
    }))
}

/// The last value of each header, and all of them. What isn't text has no way through the gateway.
fn headers(headers: &HeaderMap) -> (Map<String, Value>, Map<String, Value>) {
    let (mut one, mut all) = (Map::new(), Map::new());
    for name in headers.keys() {
        let values = headers.get_all(name).iter().filter_map(|it| it.to_str().ok());
        let values: Vec<Value> = values.map(Value::from).collect();
        if let Some(last) = values.last() {
            one.insert(name.as_str().to_owned(), last.clone());
            all.insert(name.as_str().to_owned(), values.into());
        }
    }
    (one, all)
}

/// The last value of each parameter, and all of them, decoded; null where there is none.
fn query(text: &str) -> Result<(Value, Value), Problem> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent::decode_query(name).zip(percent::decode_query(value));
        let (name, value) = decoded.ok_or_else(|| Problem::bad_request("The query can't be read."))?;
        all.entry(name).or_default().push(value);
    }
    if all.is_empty() {
        return Ok((Value::Null, Value::Null));
    }
    let one: Map<String, Value> =
        all.iter().map(|(name, values)| (name.clone(), values.last().cloned().into())).collect();
    Ok((one.into(), json!(all)))
}

/// The trace as X-Ray has it. Source: "Tracing header" of its developer guide.
fn x_ray(trace: &Trace) -> String {
    let (time, random) = trace.trace_id.split_at_checked(8).unwrap_or_default();
    format!("Root=1-{time}-{random};Parent=0000000000000001;Sampled=1")
}

/// The response that a function's answer says.
///
/// # Errors
/// What is no answer; API Gateway says 502 then.
pub(super) fn read(answer: &[u8]) -> Result<http::Response<Bytes>, Problem> {
    let malformed = || failed("what the function answered is no answer of a proxy integration");
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| malformed())?;
    let body = match answer.is_base64_encoded {
        true => STANDARD.decode(&answer.body).map_err(|_| malformed())?,
        false => answer.body.into_bytes(),
    };
    let mut response = http::Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status_code).map_err(|_| malformed())?;
    for (name, values) in answer.multi_value_headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| malformed())?;
        for value in values {
            response.headers_mut().append(&name, HeaderValue::from_str(&value).map_err(|_| malformed())?);
        }
    }
    Ok(response)
}

/// What a caller is told of a call without an answer; the log has the reason.
pub(super) fn problem(reason: &Failed) -> Problem {
    match reason {
        Failed::Throttled => throttled(COME_BACK),
        Failed::TimedOut(_) => {
            tracing::error!(%reason, "a function failed");
            Problem::new(StatusCode::GATEWAY_TIMEOUT, "unavailable", "The answer takes too long")
                .header(RETRY_AFTER, HeaderValue::from_static("1"))
        }
        reason => failed(reason),
    }
}

fn failed(reason: impl std::fmt::Display) -> Problem {
    tracing::error!(%reason, "a function failed");
    Problem::new(StatusCode::BAD_GATEWAY, "unavailable", "Something that is needed can't be reached")
}

#[cfg(test)]
mod tests {
    use stipule_runtime::Principal;

    use super::*;

    fn trace() -> Trace {
        Trace {
            request_id: "r".to_owned(),
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
            correlation_id: "c".to_owned(),
            causation_id: "r".to_owned(),
        }
    }

    #[test]
    fn a_call_is_an_event_with_everything_that_was_said() {
        let request = Request::put("/books/a%2Fb?q=x+y&tag=1&tag=%C3%A4")
            .header("accept", "a/b")
            .header("x-many", "1")
            .header("x-many", "2")
            .body(Bytes::from_static(b"{}"))
            .expect("a request");
        let principal = Principal::new("ada", ["write", "read"]);
        let known = context(&Caller::Known { tenant: "maple".to_owned(), principal });
        let said =
            event("/books/{book}", &request, &known, &trace()).map_err(|it| it.kind).expect("an event");
        assert_eq!((&said["path"], &said["resource"]), (&json!("/books/a%2Fb"), &json!("/books/{book}")));
        assert_eq!(said["multiValueQueryStringParameters"], json!({ "q": ["x y"], "tag": ["1", "ä"] }));
        assert_eq!(said["queryStringParameters"]["tag"], "ä");
        assert_eq!(said["multiValueHeaders"]["x-many"], json!(["1", "2"]));
        assert_eq!((&said["body"], &said["isBase64Encoded"]), (&json!("{}"), &json!(false)));
        let authorizer = &said["requestContext"]["authorizer"];
        assert_eq!(
            authorizer,
            &json!({ "principalId": "ada", "tenant": "maple", "scopes": "read write", "expires": "" })
        );
        assert_eq!(
            x_ray(&trace()),
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=0000000000000001;Sampled=1"
        );
    }

    #[test]
    fn bytes_that_are_no_text_go_both_ways_and_a_query_that_cannot_be_read_is_refused() {
        let request = Request::post("/").body(Bytes::from_static(&[0xff, 0])).expect("a request");
        let said = event("/", &request, &Value::Null, &trace()).map_err(|it| it.kind).expect("an event");
        assert_eq!((&said["body"], &said["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
        let answer = json!({
            "statusCode": 201, "multiValueHeaders": { "x-a": ["1", "2"] }, "body": "/wA=", "isBase64Encoded": true,
        });
        let response = read(answer.to_string().as_bytes()).map_err(|it| it.kind).expect("an answer");
        assert_eq!((response.status(), response.body().as_ref()), (StatusCode::CREATED, &[0xff, 0][..]));
        assert_eq!(response.headers().get_all("x-a").iter().count(), 2);
        let request = Request::get("/?q=%ZZ").body(Bytes::new()).expect("a request");
        assert!(event("/", &request, &Value::Null, &trace()).is_err());
        assert_eq!(read(b"null").map_err(|it| it.status).err(), Some(StatusCode::BAD_GATEWAY));
    }
}
