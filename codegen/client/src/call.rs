//! One call, while it is put together.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use stipule_wire::Plain;

use crate::client::Client;
use crate::operation::Operation;
use crate::percent;

/// A call of an operation. What can't be sent is remembered and said by the sending.
#[derive(Clone)]
#[must_use = "nothing is sent until `send()`"]
pub struct Call {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    pub(crate) path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) timeout: Duration,
    pub(crate) key: Option<String>,
    pub(crate) invalid: Option<String>,
}

/// How a list travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As `a,b,c` in one value.
    Commas,
    /// As one value per item.
    Repeated,
}

impl Call {
    pub(crate) fn new(client: Client, operation: &'static Operation) -> Self {
        let timeout = client.0.timeout;
        Self {
            client,
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            timeout,
            key: None,
            invalid: None,
        }
    }

    /// The value of a parameter of the path.
    pub fn path<T: Plain>(mut self, name: &'static str, value: &T) -> Self {
        self.path.push((name, value.to_text().into_owned()));
        self
    }

    /// The value of a query parameter; replaces the one before.
    pub fn query<T: Plain>(mut self, name: &'static str, value: &T) -> Self {
        self.query.retain(|(own, _)| *own != name);
        self.query.push((name, value.to_text().into_owned()));
        self
    }

    /// The values of a query parameter that is a list; replaces those before.
    pub fn query_list<T: Plain>(mut self, name: &'static str, values: &[T], style: Style) -> Self {
        self.query.retain(|(own, _)| *own != name);
        match style {
            Style::Repeated => self.query.extend(values.iter().map(|it| (name, it.to_text().into_owned()))),
            Style::Commas => {
                let text = self.joined(name, values);
                self.query.push((name, text));
            }
        }
        self
    }

    /// The value of a header; replaces the one before.
    pub fn header<T: Plain>(self, name: &'static str, value: &T) -> Self {
        let text = value.to_text().into_owned();
        self.raw_header(name, &text)
    }

    /// The values of a header that is a list.
    pub fn header_list<T: Plain>(mut self, name: &'static str, values: &[T]) -> Self {
        let text = self.joined(name, values);
        self.raw_header(name, &text)
    }

    /// The value of a cookie.
    pub fn cookie<T: Plain>(self, name: &'static str, value: &T) -> Self {
        let mut text = format!("{name}=");
        percent::encode(&value.to_text(), &mut text);
        let before = self.headers.get(http::header::COOKIE).and_then(|cookies| cookies.to_str().ok());
        let all = before.map_or_else(|| text.clone(), |before| format!("{before}; {text}"));
        self.raw_header("cookie", &all)
    }

    /// A header beside those of the contract.
    pub fn raw_header(mut self, name: &str, value: &str) -> Self {
        let parsed = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
        match parsed {
            Some((name, value)) => {
                self.headers.insert(name, value);
            }
            None => self.refuse(format!("the value of header `{name}` can't stand in a header")),
        }
        self
    }

    /// The JSON body.
    pub fn body<T: Serialize + ?Sized>(mut self, media_type: &'static str, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.body = Bytes::from(body);
                self.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            }
            Err(error) => self.refuse(format!("the body can't be written: {error}")),
        }
        self
    }

    /// Longest time for the call with all its tries.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The `Idempotency-Key`, instead of one that the client makes up.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    fn joined<T: Plain>(&mut self, name: &str, values: &[T]) -> String {
        let texts: Vec<String> = values.iter().map(|value| value.to_text().into_owned()).collect();
        if texts.iter().any(|text| text.contains(',')) {
            self.refuse(format!("a value of `{name}` has a comma, which parts the values"));
        }
        texts.join(",")
    }

    fn refuse(&mut self, reason: String) {
        self.invalid.get_or_insert(reason);
    }

    /// The query with its `?`; empty without parameters.
    pub(crate) fn query_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.query {
            text.push(if text.is_empty() { '?' } else { '&' });
            percent::encode(name, &mut text);
            text.push('=');
            percent::encode(value, &mut text);
        }
        text
    }
}

/// What is called, not what is sent.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
