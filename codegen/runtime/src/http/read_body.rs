//! Bodies: JSON, forms, parts, text, bytes.

use bytes::Bytes;
use stipule_wire::style::{FormField, read_form};
use stipule_wire::{Decode, Decoder, Json, Limits, Malformed, Parts, Posture, parse_parts};

use super::parameter::In;
use super::problem::Violation;
use super::raw::Raw;
use super::read::Reader;

impl Reader<'_> {
    /// Whether there is a body.
    pub fn has_body(&self) -> bool {
        !self.call.body.is_empty()
    }

    /// Whether the body has this media type, or one of this range (`image/*`): for operations that take several.
    pub fn is_media(&self, media_type: &str) -> bool {
        self.call.media_type().is_some_and(|media| super::is_of(media_type, &media))
    }

    /// The JSON body, which must be there.
    pub fn body<T: Decode>(&mut self) -> Option<T> {
        let body = self.required_body()?;
        match Json::parse(&body, Limits::default()) {
            Ok(json) => match stipule_wire::decode(&json, Posture::Closed) {
                Ok(value) => Some(value),
                Err(violations) => self.found(In::Body, None, violations),
            },
            Err(malformed) => self.malformed_body(malformed),
        }
    }

    /// The JSON body, which must be there, with the bytes that it was read from and the headers: for signatures.
    pub fn raw_body<T: Decode>(&mut self) -> Option<Raw<T>> {
        let value = self.body()?;
        Some(Raw { bytes: self.call.body.clone(), headers: self.call.headers.clone(), value })
    }

    /// The JSON body, which may be there.
    pub fn optional_body<T: Decode>(&mut self) -> Option<Option<T>> {
        if self.has_body() { self.body().map(Some) } else { Some(None) }
    }

    /// A form (`application/x-www-form-urlencoded`).
    pub fn form<T: Decode>(&mut self, fields: &[FormField]) -> Option<T> {
        let body = self.required_body()?;
        let form =
            std::str::from_utf8(&body).map_err(|_| "isn't text").and_then(|text| read_form(text, fields));
        match form {
            Ok(form) => match Decoder::of_text(&form, Posture::Closed) {
                Ok(value) => Some(value),
                Err(violations) => self.found(In::Body, None, violations),
            },
            Err(fault) => self.unreadable(fault),
        }
    }

    /// A body of several parts (`multipart/form-data`).
    pub fn parts<T: Parts>(&mut self) -> Option<T> {
        let body = self.required_body()?;
        let Some(boundary) = self.boundary() else {
            return self.unreadable("has a `Content-Type` without a boundary");
        };
        match parse_parts(&body, &boundary) {
            Ok(value) => Some(value),
            Err(violations) => self.found(In::Body, None, violations),
        }
    }

    /// The body as text.
    pub fn text(&mut self) -> Option<String> {
        let body = self.required_body()?;
        match String::from_utf8(body.to_vec()) {
            Ok(text) => Some(text),
            Err(_) => self.unreadable("isn't text in UTF-8"),
        }
    }

    /// The body as it is. None at all is no bytes.
    pub fn bytes(&mut self) -> Option<Bytes> {
        Some(self.call.body.clone())
    }

    /// Records that the body has none of the media types of the operation.
    pub fn other_media<T>(&mut self) -> Option<T> {
        self.unreadable("has another media type")
    }

    /// The body, or `None` after recording that there is none.
    fn required_body(&mut self) -> Option<Bytes> {
        if self.has_body() { Some(self.call.body.clone()) } else { self.no_body() }
    }

    /// Records that there is no body, where one is required.
    pub fn no_body<T>(&mut self) -> Option<T> {
        self.malformed = true;
        self.record(Violation {
            place: In::Body,
            name: None,
            pointer: String::new(),
            code: "missing".into(),
            message: "a body is required".to_owned(),
        })
    }

    fn boundary(&self) -> Option<String> {
        let value = self.call.headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?;
        value.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_boundary = name.trim().eq_ignore_ascii_case("boundary");
            is_boundary.then(|| value.trim().trim_matches('"').to_owned())
        })
    }

    fn unreadable<T>(&mut self, message: &str) -> Option<T> {
        self.malformed = true;
        self.record(Violation {
            place: In::Body,
            name: None,
            pointer: String::new(),
            code: "malformed".into(),
            message: message.to_owned(),
        })
    }

    fn malformed_body<T>(&mut self, malformed: Malformed) -> Option<T> {
        self.malformed = true;
        self.record(Violation {
            place: In::Body,
            name: None,
            message: format!("{} (line {}, column {})", malformed.message, malformed.line, malformed.column),
            pointer: malformed.pointer,
            code: "malformed".into(),
        })
    }
}
