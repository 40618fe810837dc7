//! Requests made of the examples that the contracts give.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request};
use serde_json::Value;
use stipule_emit::export::{Dialect, Reader, openapi};
use stipule_ir::Contract;
use stipule_runtime::webhook::{ID, SIGNATURE, Secret, TIMESTAMP};
use stipule_wire::DateTime;

/// A request.
#[derive(Clone)]
pub struct Ask {
    method: Method,
    template: String,
    in_path: BTreeMap<String, String>,
    query: Vec<String>,
    headers: HeaderMap,
    body: Option<Bytes>,
    signs: bool,
}

impl Ask {
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    pub fn with_body(self, body: Vec<u8>) -> Self {
        Self { body: Some(Bytes::from(body)), ..self }
    }

    pub fn with_query(mut self, query: &str) -> Self {
        self.query.push(query.to_owned());
        self
    }

    /// With another value in its path.
    pub fn with_place(mut self, name: &str, value: &str) -> Self {
        self.in_path.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a parameter in its query, in place of one of the same name.
    pub fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.query.retain(|it| !it.starts_with(&format!("{name}=")));
        self.query.push(format!("{name}={}", encoded(value)));
        self
    }

    /// With another body, made of the one it has; as it is without one of JSON.
    pub fn with_json(self, change: impl FnOnce(&mut Value)) -> Self {
        let Some(mut body) = self.body.as_ref().and_then(|it| serde_json::from_slice(it).ok()) else {
            return self;
        };
        change(&mut body);
        self.with_body(body.to_string().into_bytes())
    }

    /// With another body, made of the bytes that it has; as it is without one.
    pub fn with_changed_body(self, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Self {
        let Some(body) = self.body.clone() else { return self };
        self.with_body(change(&body))
    }

    /// Under a key of its own, if its operation asks for one.
    pub fn under_key(mut self, key: &str) -> Self {
        if let Some(value) = self.headers.get_mut("idempotency-key") {
            *value = HeaderValue::from_str(key).expect("a key is a header");
        }
        self
    }

    /// Whether it only reads.
    pub fn is_read(&self) -> bool {
        self.method.is_safe()
    }

    /// Everything that whoever is asked hears.
    pub fn words(&self) -> String {
        format!("{} {} {} {:?}", self.method, self.path(), self.query.join("&"), self.body)
    }

    fn path(&self) -> String {
        self.in_path.iter().fold(self.template.clone(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), &encoded(value))
        })
    }

    pub fn with_media_type(mut self, media_type: &'static str) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        self
    }

    pub fn unsigned(self) -> Self {
        Self { signs: false, ..self }
    }

    /// With the signature of whoever tells something, if the operation takes one.
    pub fn signed(mut self, secret: &Secret, now: DateTime) -> Self {
        if !self.signs || !self.headers.contains_key(SIGNATURE) {
            return self;
        }
        let body = self.body.clone().unwrap_or_default();
        for (name, value) in secret.sign("msg_declared", now, &body) {
            self.headers.insert(name, HeaderValue::from_str(&value).expect("a signature is a header"));
        }
        self
    }

    pub fn request(self) -> Request<Bytes> {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query.join("&")) };
        let uri = format!("{}{query}", self.path());
        let request = Request::builder().method(self.method).uri(uri);
        let mut request = request.body(self.body.unwrap_or_default()).expect("a request");
        *request.headers_mut() = self.headers;
        request
    }
}

/// A request that its operation understands, by its id.
///
/// # Panics
/// When the contract can't be exported as OpenAPI, or asks for something that an example can't give.
pub fn asks_of(contract: &Contract) -> BTreeMap<String, Ask> {
    let document = openapi(contract, Dialect::OpenApi31, Reader::Others).to_json();
    let document: Value = serde_json::from_str(&document).expect("an OpenAPI document is JSON");
    let mut asks = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            asks.insert(id.to_owned(), ask(&document, method, path, operation));
        }
    }
    asks
}

fn ask(document: &Value, method: &str, path: &str, operation: &Value) -> Ask {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
    let mut ask = Ask {
        method,
        template: path.to_owned(),
        in_path: BTreeMap::new(),
        query: Vec::new(),
        headers: HeaderMap::new(),
        body: None,
        signs: true,
    };
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(document, parameter);
        if parameter["required"] != true {
            continue;
        }
        let (name, place) = (parameter["name"].as_str().expect("a name"), parameter["in"].as_str());
        let value = match example(document, parameter) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => "declared".to_owned(),
        };
        match place {
            Some("path") => ask = ask.with_place(name, &value),
            Some("query") => ask.query.push(format!("{name}={}", encoded(&value))),
            Some("header") => {
                let name = HeaderName::from_bytes(name.to_lowercase().as_bytes()).expect("a header");
                ask.headers.insert(name, HeaderValue::from_str(&value).expect("a value"));
            }
            other => panic!("{other:?} is no place of a parameter here"),
        }
    }
    if ask.headers.contains_key(SIGNATURE) {
        for name in [ID, TIMESTAMP] {
            ask.headers.insert(name, HeaderValue::from_static("0"));
        }
    }
    let content = resolved(document, &operation["requestBody"])["content"].as_object();
    if let Some((media_type, content)) = content.and_then(|content| content.iter().next()) {
        let body = content.get("schema").map(|_| content).and_then(|content| example(document, content));
        ask.headers.insert(CONTENT_TYPE, HeaderValue::from_str(media_type).expect("a media type"));
        ask.body = Some(Bytes::from(body.map_or_else(|| "{}".to_owned(), ToString::to_string)));
    }
    ask
}

/// The first example of a parameter or a body, or of its schema; of a choice, one of its first.
fn example<'d>(document: &'d Value, of: &'d Value) -> Option<&'d Value> {
    let schema = resolved(document, &of["schema"]);
    let given = [of.get("example"), schema["examples"].get(0), schema.get("example")];
    let first = ["oneOf", "anyOf"].into_iter().find_map(|choice| schema[choice].get(0));
    let first = first.map(|first| resolved(document, first)).and_then(|it| it["examples"].get(0));
    given.into_iter().flatten().next().or(first)
}

fn resolved<'d>(document: &'d Value, it: &'d Value) -> &'d Value {
    match it["$ref"].as_str().and_then(|place| document.pointer(place.trim_start_matches('#'))) {
        Some(found) => resolved(document, found),
        None => it,
    }
}

fn encoded(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
    text.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}
