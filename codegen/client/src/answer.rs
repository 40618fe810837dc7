//! Answers, and what is read from them.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::HeaderMap;
use stipule_wire::{Decode, Posture};

use crate::error::Error;
use crate::percent;

/// Status, headers and id of an answer.
#[derive(Clone, PartialEq)]
pub struct Meta {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: String,
}

impl Meta {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id to ask by: the server's, or else the one that the client sent.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

/// Status and id; headers may hold secrets.
impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meta").field("status", &self.status).field("request_id", &self.request_id).finish()
    }
}

/// A body with the status, headers and id of its answer. Small to move; reads like the body.
#[derive(Clone, PartialEq)]
pub struct Reply<T>(Box<(Meta, T)>);

impl<T> Reply<T> {
    pub(crate) fn new(meta: Meta, body: T) -> Self {
        Self(Box::new((meta, body)))
    }

    /// Status, headers and id.
    pub fn meta(&self) -> &Meta {
        &self.0.0
    }

    /// The body, alone.
    pub fn into_body(self) -> T {
        self.0.1
    }
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.1
    }
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("meta", self.meta()).field("body", &**self).finish()
    }
}

/// Why an answer isn't what the contract says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit(String);

impl Misfit {
    /// A reason, without values of the answer.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

/// What a body is read as.
pub trait Content: Sized {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Misfit`] when it is something else.
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Misfit>;
}

/// JSON, by a reader who may be older than the server.
impl<T: Decode> Content for T {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Misfit> {
        let media =
            headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence != "application/json" && !essence.ends_with("+json") {
            return Err(Misfit::new(format_args!("the body should be JSON and is `{essence}`")));
        }
        stipule_wire::from_slice(body, Posture::Open).map_err(Misfit::new)
    }
}

/// No body, or one that nobody declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Empty;

impl Content for Empty {
    fn read(_: &HeaderMap, _: &Bytes) -> Result<Self, Misfit> {
        Ok(Self)
    }
}

/// A whole answer, not yet read.
#[derive(Clone, Debug)]
pub struct Answer {
    pub(crate) meta: Meta,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The status.
    pub fn status(&self) -> u16 {
        self.meta.status
    }

    /// Status, headers and id.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The body of a success.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn content<T: Content, E>(&self) -> Result<T, Error<E>> {
        T::read(&self.meta.headers, &self.body).map_err(|misfit| self.misfit(misfit))
    }

    /// A header that must be there.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn header<T: stipule_wire::Plain, E>(&self, name: &str) -> Result<T, Error<E>> {
        let value = self.optional_header(name)?;
        value.ok_or_else(|| self.misfit(Misfit::new(format_args!("the header `{name}` is missing"))))
    }

    /// A header that may be there.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn optional_header<T: stipule_wire::Plain, E>(&self, name: &str) -> Result<Option<T>, Error<E>> {
        let Some(value) = self.meta.headers.get(name) else { return Ok(None) };
        let text = value.to_str().map_err(|_| Misfit::new(format_args!("the header `{name}` isn't text")));
        let value = text.and_then(|text| {
            T::from_text(text).map_err(|fault| Misfit::new(format_args!("the header `{name}` {fault}")))
        });
        value.map(Some).map_err(|misfit| self.misfit(misfit))
    }

    /// A declared failure with its body.
    pub fn failure<T: Content, E>(self, wrap: impl FnOnce(Reply<T>) -> E) -> Error<E> {
        match T::read(&self.meta.headers, &self.body) {
            Ok(body) => Error::Api(wrap(Reply::new(self.meta, body))),
            Err(misfit) => self.misfit(misfit),
        }
    }

    /// An answer that the operation doesn't declare.
    pub fn undeclared<E>(self) -> Error<E> {
        Error::Undeclared(Reply::new(self.meta, self.body))
    }

    fn misfit<E>(&self, misfit: Misfit) -> Error<E> {
        Error::Misfit(Reply::new(self.meta.clone(), misfit))
    }
}

/// A path from its template and the values of its parameters; `Err` with the parameter that has none, or one that no
/// path can hold.
pub(crate) fn path(template: &str, values: &[(&'static str, String)]) -> Result<String, String> {
    let mut path = String::new();
    for segment in template.strip_prefix('/').unwrap_or(template).split('/') {
        path.push('/');
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let Some(name) = name else {
            path.push_str(segment);
            continue;
        };
        let value = values.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
        // Without a value the segment would vanish or mean another one.
        let Some(value) = value.filter(|value| !value.is_empty() && !percent::is_dots(value)) else {
            return Err(name.to_owned());
        };
        percent::encode(value, &mut path);
    }
    Ok(path)
}
