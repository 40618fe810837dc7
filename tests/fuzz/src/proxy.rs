//! Requests as API Gateway hands them to functions. Sources: "Input format of a Lambda function for proxy integration" and
//! "Input to an API Gateway Lambda authorizer" of its developer guide.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::exchange::Request;

/// What is called, as an authorizer is told.
const METHOD: &str = "arn:aws:execute-api:us-east-1:123456789012:api/live/GET/members";

/// Decodes a part of a query, as strictly as UTF-8 is.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
                let [high, low, more @ ..] = more else { return None };
                rest = more;
                digit(*high)? * 16 + digit(*low)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// Names with all of their values; the last of each.
fn both(pairs: impl Iterator<Item = (String, String)>) -> (Value, Value) {
    let (mut one, mut all) = (Map::new(), Map::new());
    for (name, value) in pairs {
        one.insert(name.clone(), value.clone().into());
        let values = all.entry(name).or_insert_with(|| json!([]));
        values.as_array_mut().expect("a list").push(value.into());
    }
    if all.is_empty() { (Value::Null, Value::Null) } else { (one.into(), all.into()) }
}

/// Headers under names in small letters. None where a value has no way through the gateway.
fn headers(request: &Request) -> Option<(Value, Value)> {
    let text = |value: &[u8]| {
        let plain = value.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e));
        plain.then(|| String::from_utf8_lossy(value).into_owned())
    };
    let pairs: Option<Vec<(String, String)>> =
        request.headers.iter().map(|(name, value)| Some((name.to_lowercase(), text(value)?))).collect();
    Some(both(pairs?.into_iter()))
}

/// The event of a request whose caller an authorizer knows. None where API Gateway wouldn't hand it on as it is.
pub(crate) fn event(request: &Request, known: &Value) -> Option<Value> {
    let (path, query) = request.parts();
    // Whether a comma was escaped isn't told: one within an item becomes one between items.
    if query.is_some_and(|query| query.to_lowercase().contains("%2c")) {
        return None;
    }
    let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((decoded(name)?, decoded(value)?))
    });
    let (one, all) = both(pairs.collect::<Option<Vec<_>>>()?.into_iter());
    let (header, headers) = headers(request)?;
    let text = std::str::from_utf8(&request.body).ok();
    let body = match text {
        Some("") => Value::Null,
        Some(text) => text.into(),
        None => STANDARD.encode(&request.body).into(),
    };
    Some(json!({
        "resource": "/{proxy+}", "path": path, "httpMethod": request.method,
        "headers": header, "multiValueHeaders": headers,
        "queryStringParameters": one, "multiValueQueryStringParameters": all,
        "pathParameters": null, "stageVariables": null,
        "requestContext": {"requestId": "r", "stage": "live", "httpMethod": request.method, "path": path, "authorizer": known},
        "body": body, "isBase64Encoded": text.is_none(),
    }))
}

/// What the authorizer is asked of a request.
pub(crate) fn question(request: &Request) -> Option<Value> {
    let (header, headers) = headers(request)?;
    Some(json!({
        "type": "REQUEST", "methodArn": METHOD, "headers": header, "multiValueHeaders": headers,
        "queryStringParameters": {}, "requestContext": {"requestId": "r"},
    }))
}

/// What functions are told of the caller that an authorizer lets in.
pub(crate) fn known(answer: &Value) -> Value {
    let mut known = answer["context"].clone();
    known["principalId"] = answer["principalId"].clone();
    known
}
