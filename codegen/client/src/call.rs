//! One call, while it is put together.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use stipule_wire::percent::{self, encode};
use stipule_wire::style::{self, FormField, Style};
use stipule_wire::{Blob, Json, Parts, PartsWriter, Plain};

use crate::client::Client;
use crate::operation::Operation;
use crate::payload::Payload;
use crate::random;

/// A call of an operation. What can't be sent is remembered and said by the sending.
#[derive(Clone)]
#[must_use = "nothing is sent until `send()`"]
pub struct Call {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    /// Values of the path's parameters, escaped.
    pub(crate) path: Vec<(&'static str, String)>,
    /// Names of the query's parameters, each with the pairs that it is written as.
    query: Vec<(&'static str, Vec<(String, String)>)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Payload,
    pub(crate) server: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) key: Option<String>,
    pub(crate) invalid: Option<String>,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// After the `?`.
    Query,
    /// After the `?`, with reserved characters as they are.
    ReservedQuery,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
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
            body: Payload::default(),
            server: None,
            timeout,
            key: None,
            invalid: None,
        }
    }

    /// The value of a parameter of the path.
    pub fn path<T: Plain>(mut self, name: &'static str, value: &T) -> Self {
        self.path.push((name, crate::percent_text(&value.to_text())));
        self
    }

    /// The value of a query parameter; replaces the one before.
    pub fn query<T: Plain>(mut self, name: &'static str, value: &T) -> Self {
        let pair = (crate::percent_text(name), crate::percent_text(&value.to_text()));
        self.set_query(name, vec![pair]);
        self
    }

    fn set_query(&mut self, name: &'static str, pairs: Vec<(String, String)>) {
        self.query.retain(|(own, _)| *own != name);
        self.query.push((name, pairs));
    }

    /// The values of a query parameter that is a list; replaces those before.
    pub fn query_list<T: Plain>(mut self, name: &'static str, values: &[T], style: Style) -> Self {
        let items = values.iter().map(|value| Json::from(value.to_text().into_owned())).collect();
        self.set_query(name, style::pairs(style, name, &Json::Array(items), encode));
        self
    }

    /// A parameter of any type, in its style; replaces the one before. Null stands for none.
    pub fn parameter<T: Serialize + ?Sized>(
        mut self,
        place: Place,
        name: &'static str,
        style: Style,
        value: &T,
    ) -> Self {
        let json = match Json::of(value) {
            Ok(json) => json,
            Err(error) => {
                self.refuse(format!("`{name}` can't be written: {error}"));
                return self;
            }
        };
        let as_it_is = |text: &str, out: &mut String| out.push_str(text);
        match place {
            Place::Path => self.path.push((name, style::text(style, name, &json, encode))),
            Place::Query => self.set_query(name, style::pairs(style, name, &json, encode)),
            Place::ReservedQuery => {
                self.set_query(name, style::pairs(style, name, &json, percent::encode_reserved));
            }
            Place::Header if json.is_null() => {}
            Place::Header => {
                let text = style::text(style, name, &json, as_it_is);
                return self.raw_header(name, &text);
            }
            Place::Cookie => {
                for (name, value) in style::pairs(style, name, &json, encode) {
                    self = self.raw_cookie(&format!("{name}={value}"));
                }
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
        self.raw_cookie(&format!("{name}={}", crate::percent_text(&value.to_text())))
    }

    fn raw_cookie(self, text: &str) -> Self {
        let before = self.headers.get(http::header::COOKIE).and_then(|cookies| cookies.to_str().ok());
        let all = before.map_or_else(|| text.to_owned(), |before| format!("{before}; {text}"));
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
            Ok(body) => self.set_body(media_type, Payload::from(Bytes::from(body))),
            Err(error) => self.refuse(format!("the body can't be written: {error}")),
        }
        self
    }

    /// A form as the body (`application/x-www-form-urlencoded`).
    pub fn form<T: Serialize + ?Sized>(
        mut self,
        media_type: &'static str,
        value: &T,
        fields: &[FormField],
    ) -> Self {
        match Json::of(value) {
            Ok(json) => {
                let text = style::write_form(&json, fields);
                self.set_body(media_type, Payload::from(Bytes::from(text)));
            }
            Err(error) => self.refuse(format!("the body can't be written: {error}")),
        }
        self
    }

    /// A body of several parts (`multipart/form-data`).
    pub fn parts<T: Parts>(mut self, media_type: &'static str, value: &T) -> Self {
        let mut writer = PartsWriter::default();
        value.write(&mut writer);
        let kind = media_type.split(';').next().unwrap_or(media_type).trim();
        let boundary =
            random::uuid().map(|id| id.to_string()).unwrap_or_else(|_| "stipule-boundary".to_owned());
        match writer.finish(kind, &boundary) {
            Ok(body) => {
                self.body = Payload::pieces(body.pieces);
                self = self.raw_header("content-type", &body.content_type);
            }
            Err(fault) => self.refuse(fault),
        }
        self
    }

    /// Bytes as the body: at once, or piece by piece. A range of media types (`image/*`) is left for
    /// [`raw_header`](Self::raw_header) to make one of.
    pub fn bytes(mut self, media_type: &'static str, content: impl Into<Blob>) -> Self {
        let media_type = if media_type.contains('*') { "application/octet-stream" } else { media_type };
        self.set_body(media_type, Payload::pieces(vec![content.into()]));
        self
    }

    fn set_body(&mut self, media_type: &'static str, body: Payload) {
        self.body = body;
        self.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    }

    /// Another address than the client's, for this call.
    pub fn server(mut self, base_url: impl Into<String>) -> Self {
        self.server = Some(base_url.into().trim_end_matches('/').to_owned());
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
        for (name, value) in self.query.iter().flat_map(|(_, pairs)| pairs) {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(value);
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
