//! Answers, and what is read from them.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::HeaderMap;
use stipule_wire::style::{self, Shape, Style};
use stipule_wire::{ByteStream, Decode, Decoder, Posture};

use crate::download::{Documents, Download, Framing};
use crate::error::Error;

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

/// The media type without parameters, lower case; empty when nobody says.
fn essence(headers: &HeaderMap) -> String {
    let media = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// JSON, by a reader who may be older than the server.
impl<T: Decode> Content for T {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Misfit> {
        let essence = essence(headers);
        if essence != "application/json" && !essence.ends_with("+json") {
            return Err(Misfit::new(format_args!("the body should be JSON and is `{essence}`")));
        }
        match stipule_wire::from_slice(body, Posture::Open) {
            Ok(value) => Ok(value),
            Err(invalid) => Err(Misfit::new(invalid)),
        }
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

/// Text, whatever its format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainText(pub String);

impl Deref for PlainText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Content for PlainText {
    fn read(_: &HeaderMap, body: &Bytes) -> Result<Self, Misfit> {
        let text = std::str::from_utf8(body).map_err(|_| Misfit::new("the body should be text in UTF-8"))?;
        Ok(Self(text.to_owned()))
    }
}

/// Bytes that aren't read here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawBody(pub Bytes);

impl Deref for RawBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Content for RawBody {
    fn read(_: &HeaderMap, body: &Bytes) -> Result<Self, Misfit> {
        Ok(Self(body.clone()))
    }
}

/// JSON under a media type that doesn't say so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnyJson<T>(pub T);

impl<T> Deref for AnyJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Decode> Content for AnyJson<T> {
    fn read(_: &HeaderMap, body: &Bytes) -> Result<Self, Misfit> {
        stipule_wire::from_slice(body, Posture::Open).map(Self).map_err(Misfit::new)
    }
}

/// An answer, not yet read.
pub struct Answer {
    pub(crate) meta: Meta,
    pub(crate) body: Received,
}

/// What came with an answer.
pub(crate) enum Received {
    Whole(Bytes),
    Pieces(ByteStream),
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("meta", &self.meta).finish_non_exhaustive()
    }
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

    /// Whether the body has this media type; `image/*` is any image. A server that
    /// names none is not taken at any word.
    pub fn is(&self, media_type: &str) -> bool {
        let essence = essence(&self.meta.headers);
        let wanted = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match wanted.split_once('*') {
            Some((before, after)) => essence.starts_with(before) && essence.ends_with(after),
            None => essence == wanted,
        }
    }

    /// The body that is there at once; empty for one that comes in pieces.
    fn body(&self) -> &Bytes {
        static NONE: Bytes = Bytes::new();
        match &self.body {
            Received::Whole(bytes) => bytes,
            Received::Pieces(_) => &NONE,
        }
    }

    /// The body of a success.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn content<T: Content, E>(&self) -> Result<T, Error<E>> {
        match self.read() {
            Ok(content) => Ok(content),
            Err(misfit) => Err(Error::Misfit(misfit)),
        }
    }

    // Compiled for every type that is read, while `Error` differs with every operation.
    fn read<T: Content>(&self) -> Result<T, Reply<Misfit>> {
        match T::read(&self.meta.headers, self.body()) {
            Ok(content) => Ok(content),
            Err(misfit) => Err(Reply::new(self.meta.clone(), misfit)),
        }
    }

    /// The body of a success, as JSON whatever its media type says.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn any_json<T: Decode, E>(&self) -> Result<T, Error<E>> {
        stipule_wire::from_slice(self.body(), Posture::Open)
            .map_err(|invalid| self.misfit(Misfit::new(invalid)))
    }

    /// The body of a success, as text.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn text<E>(&self) -> Result<String, Error<E>> {
        self.content::<PlainText, E>().map(|text| text.0)
    }

    /// The body of a success, piece by piece.
    pub fn download(self) -> Download {
        let pieces = match self.body {
            Received::Whole(bytes) => stipule_wire::Blob::from(bytes).open(),
            Received::Pieces(pieces) => pieces,
        };
        Download::new(self.meta, pieces)
    }

    /// The JSON documents of a success, each as it comes.
    pub fn documents<T: Decode>(self, framing: Framing) -> Documents<T> {
        Documents::new(self.download(), framing)
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

    /// A header of several parts, or of a type that text alone doesn't tell.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn styled_header<T: Decode, E>(&self, name: &str, shape: Shape) -> Result<T, Error<E>> {
        let value = self.optional_styled_header(name, shape)?;
        value.ok_or_else(|| self.misfit(Misfit::new(format_args!("the header `{name}` is missing"))))
    }

    /// As [`styled_header`](Self::styled_header), for one that may be there.
    ///
    /// # Errors
    /// [`Error::Misfit`].
    pub fn optional_styled_header<T: Decode, E>(
        &self,
        name: &str,
        shape: Shape,
    ) -> Result<Option<T>, Error<E>> {
        let Some(value) = self.meta.headers.get(name) else { return Ok(None) };
        let unescape = |text: &str| Some(text.trim().to_owned());
        let style = Style::Simple { explode: false };
        let read = value.to_str().map_err(|_| Misfit::new(format_args!("the header `{name}` isn't text")));
        let read = read.and_then(|text| {
            let tree = style::read_one(style, shape, name, text, unescape)
                .map_err(|fault| Misfit::new(format_args!("the header `{name}` {fault}")))?;
            Decoder::of_text(&tree, Posture::Open)
                .map_err(|found| Misfit::new(format_args!("the header `{name}` {found}")))
        });
        read.map(Some).map_err(|misfit| self.misfit(misfit))
    }

    /// The body of a declared failure.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn failure<T: Content>(self) -> Result<Reply<T>, Reply<Misfit>> {
        match self.read() {
            Ok(body) => Ok(Reply::new(self.meta, body)),
            Err(misfit) => Err(misfit),
        }
    }

    /// An answer that the operation doesn't declare, with whatever came.
    pub fn undeclared(self) -> Reply<Bytes> {
        let body = self.body().clone();
        Reply::new(self.meta, body)
    }

    fn misfit<E>(&self, misfit: Misfit) -> Error<E> {
        Error::Misfit(Reply::new(self.meta.clone(), misfit))
    }
}
