//! Problem documents: RFC 9457, with the ids to ask by and every violation.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::parameter::In;
use super::response::Response;
use crate::context::Trace;

/// What the platform itself says when a call doesn't get its answer. Nothing internal is ever in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// What kind of problem: `urn:stipule:problem:<kind>`.
    pub kind: &'static str,
    /// The kind in words; always the same for a kind.
    pub title: &'static str,
    /// What is the matter this time.
    pub detail: Option<Cow<'static, str>>,
    /// Everything that is wrong with the request.
    pub violations: Vec<Violation>,
    /// Headers that belong to the status: `Allow`, `WWW-Authenticate`, `Retry-After`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where it is.
    pub place: In,
    /// Name of the parameter; none in a body.
    pub name: Option<String>,
    /// JSON pointer within the body or the parameter's value.
    pub pointer: String,
    /// Which rule, for machines.
    pub code: Cow<'static, str>,
    /// The rule in words, without the value.
    pub message: String,
}

impl Violation {
    /// A violation of a parameter as a whole.
    pub fn parameter(
        place: In,
        name: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            place,
            name: Some(name.into()),
            pointer: String::new(),
            code: code.into(),
            message: message.into(),
        }
    }

    /// What a type found wrong, at its place in the request.
    pub(super) fn found(place: In, name: Option<&str>, violation: stipule_wire::Violation) -> Self {
        Self {
            place,
            name: name.map(str::to_owned),
            pointer: violation.pointer,
            code: violation.code.as_str().into(),
            message: violation.message,
        }
    }
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self { status, kind, title, detail: None, violations: Vec::new(), headers: Vec::new() }
    }

    /// A syntactically wrong request: 400.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request isn't well formed").detail(detail)
    }

    /// What is the matter this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// One more violation.
    #[must_use]
    pub fn violation(mut self, violation: Violation) -> Self {
        self.violations.push(violation);
        self
    }

    /// A header that belongs to the status.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The document as an answer. `instance` is the path of the request.
    pub fn to_response(&self, trace: &Trace, instance: &str) -> Response {
        let document = Document { problem: self, trace, instance };
        let body = serde_json::to_vec(&document).expect("text and numbers always serialise");
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for (name, value) in &self.headers {
            headers.append(name, value.clone());
        }
        response
    }
}

struct Document<'p> {
    problem: &'p Problem,
    trace: &'p Trace,
    instance: &'p str,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { problem, trace, instance } = self;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("type", &format_args!("urn:stipule:problem:{}", problem.kind))?;
        members.serialize_entry("title", problem.title)?;
        members.serialize_entry("status", &problem.status.as_u16())?;
        if let Some(detail) = &problem.detail {
            members.serialize_entry("detail", detail)?;
        }
        members.serialize_entry("instance", instance)?;
        members.serialize_entry("requestId", &trace.request_id)?;
        members.serialize_entry("traceId", &trace.trace_id)?;
        if !problem.violations.is_empty() {
            members.serialize_entry("violations", &problem.violations)?;
        }
        members.end()
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("in", &self.place)?;
        if let Some(name) = &self.name {
            members.serialize_entry("name", name)?;
        }
        members.serialize_entry("pointer", &self.pointer)?;
        members.serialize_entry("code", &self.code)?;
        members.serialize_entry("message", &self.message)?;
        members.end()
    }
}
