//! Answers.

use std::fmt::Display;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use stipule_wire::Json;
use stipule_wire::style::Style;

use super::problem::Problem;
use crate::context::Context;
use crate::failure::{Failed, StoreFailure};

/// An answer with its whole body.
pub type Response = http::Response<Bytes>;

/// A successful outcome of an operation; generated for each. By it an answer is both sent and recorded.
pub trait Answer {
    /// The outcome as an answer.
    ///
    /// # Errors
    /// [`Failed::Internal`] when the outcome has no HTTP form: a header value with a line break, for example.
    fn response(&self) -> Result<Response, Failed>;
}

/// Why a route gives no answer of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The platform says why.
    Problem(Box<Problem>),
    /// The platform logs why.
    Failed(Failed),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Failed> for Refused {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

impl From<StoreFailure> for Refused {
    fn from(failure: StoreFailure) -> Self {
        Self::Failed(failure.into())
    }
}

/// An answer with a JSON body.
///
/// # Errors
/// [`Failed::Internal`] when the body doesn't serialise or the status is none.
pub fn json<T: Serialize + ?Sized>(status: u16, body: &T) -> Result<Response, Failed> {
    let body = serde_json::to_vec(body).map_err(Failed::internal)?;
    let mut response = with_status(status, Bytes::from(body))?;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// An answer with a JSON body of another media type.
///
/// # Errors
/// [`Failed::Internal`] when the body doesn't serialise or the status is none.
pub fn json_as<T: Serialize + ?Sized>(
    status: u16,
    media_type: &'static str,
    body: &T,
) -> Result<Response, Failed> {
    let body = serde_json::to_vec(body).map_err(Failed::internal)?;
    bytes(status, media_type, &Bytes::from(body))
}

/// An answer with text.
///
/// # Errors
/// [`Failed::Internal`] when the status is none.
pub fn text(status: u16, media_type: &'static str, body: &str) -> Result<Response, Failed> {
    bytes(status, media_type, &Bytes::copy_from_slice(body.as_bytes()))
}

/// An answer with bytes. Of a range of media types, bytes as such are meant.
///
/// # Errors
/// [`Failed::Internal`] when the status is none.
pub fn bytes(status: u16, media_type: &'static str, body: &Bytes) -> Result<Response, Failed> {
    let mut response = with_status(status, body.clone())?;
    let media_type = if media_type.contains('*') { "application/octet-stream" } else { media_type };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// An answer without a body.
///
/// # Errors
/// [`Failed::Internal`] when the status is none.
pub fn empty(status: u16) -> Result<Response, Failed> {
    with_status(status, Bytes::new())
}

/// Adds a header.
///
/// # Errors
/// [`Failed::Internal`] when the value can't stand in a header.
pub fn header(response: &mut Response, name: &'static str, value: impl Display) -> Result<(), Failed> {
    // The reason names the header only: the value may be personal data.
    let value = HeaderValue::from_str(&value.to_string()).map_err(|_| {
        Failed::internal(format_args!("the value of header `{name}` can't stand in a header"))
    })?;
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(Failed::internal)?;
    response.headers_mut().append(name, value);
    Ok(())
}

/// Adds a header of several parts: a list or an object, parted by commas.
///
/// # Errors
/// [`Failed::Internal`] when the value doesn't serialise or can't stand in a header.
pub fn styled_header<T: Serialize + ?Sized>(
    response: &mut Response,
    name: &'static str,
    value: &T,
) -> Result<(), Failed> {
    let json = Json::of(value).map_err(Failed::internal)?;
    let as_it_is = |text: &str, out: &mut String| out.push_str(text);
    let text = stipule_wire::style::text(Style::Simple { explode: false }, name, &json, as_it_is);
    header(response, name, text)
}

/// A problem that the operation declares, from the value of its schema. Of `instance`, `requestId` and `traceId`,
/// those in `allowed` are filled in where the value doesn't have them: the names that the schema lets pass.
///
/// # Errors
/// [`Failed::Internal`] when the value doesn't serialise or the status is none.
pub fn declared_problem<T: Serialize + ?Sized>(
    cx: &Context,
    status: u16,
    problem: &T,
    allowed: &[&str],
) -> Result<Response, Failed> {
    let mut document = serde_json::to_value(problem).map_err(Failed::internal)?;
    if let Value::Object(members) = &mut document {
        let trace = cx.trace();
        for (name, value) in [("requestId", &trace.request_id), ("traceId", &trace.trace_id)] {
            if allowed.contains(&name) && !members.contains_key(name) {
                members.insert(name.to_owned(), Value::from(value.as_str()));
            }
        }
    }
    let mut response = with_status(status, Bytes::from(document.to_string()))?;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    Ok(response)
}

fn with_status(status: u16, body: Bytes) -> Result<Response, Failed> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).map_err(Failed::internal)?;
    Ok(response)
}
