//! Services and their HTTP operations.

use crate::event::EventId;
use crate::name::Name;
use crate::span::Span;
use crate::types::{Docs, TypeId};

/// A service: one OpenAPI document of `contracts/http`, one generated trait.
#[derive(Clone, Debug)]
pub struct Service {
    /// From the file's name: `orders` of `contracts/http/orders.yaml`.
    pub name: Name,
    /// `info.title` and `info.description`.
    pub docs: Docs,
    /// `info.version`.
    pub version: String,
    /// In the order of the document.
    pub operations: Vec<Operation>,
    /// The document.
    pub span: Span,
}

/// One operation: a method on a path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`, or derived from method and path; unique over all services.
    pub id: Name,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: Path,
    /// `summary`, `description`, `deprecated`.
    pub docs: Docs,
    /// Parameters in the order of the document: those of the path item first.
    pub parameters: Vec<Parameter>,
    /// Request body.
    pub body: Option<Body>,
    /// Declared responses, by status.
    pub outcomes: Vec<Outcome>,
    /// Who may call.
    pub security: Security,
    /// What a repeated call does.
    pub idempotency: Idempotency,
    /// `x-stipule-paginate`.
    pub paginate: Option<Paginate>,
    /// `x-stipule-events`: what the operation may emit.
    pub emits: Vec<EventId>,
    /// Where it was written.
    pub span: Span,
}

/// HTTP methods of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// GET
    Get,
    /// PUT
    Put,
    /// POST
    Post,
    /// DELETE
    Delete,
    /// OPTIONS
    Options,
    /// HEAD
    Head,
    /// PATCH
    Patch,
    /// TRACE
    Trace,
}

impl Method {
    /// Upper case, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
            Method::Trace => "TRACE",
        }
    }
}

/// A path template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// As written: `/orders/{orderId}/cancel`.
    pub template: String,
    /// Its parts between slashes.
    pub segments: Vec<PathSegment>,
}

/// A part of a path between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathSegment {
    /// Fixed text.
    Literal(String),
    /// The value of the path parameter with this wire name.
    Parameter(String),
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Where it travels.
    pub location: Location,
    /// Whether it must be there; always so in a path.
    pub required: bool,
    /// Its type.
    pub ty: TypeId,
    /// How a list travels. Objects in parameters are refused for now.
    pub style: Style,
    /// Default as compact JSON.
    pub default: Option<String>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// In the path.
    Path,
    /// After the `?`.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One value, or a list as `a,b,c` (`simple`; `form` without explode).
    Commas,
    /// A list as repeated `name=a&name=b` (`form` with explode).
    Repeated,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// Whether it must be there.
    pub required: bool,
    /// The media types accepted, in the order of the document.
    pub media: Vec<Media>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// A media type and what it carries.
#[derive(Clone, Debug)]
pub struct Media {
    /// `application/json`.
    pub media_type: String,
    /// The type of the content.
    pub ty: TypeId,
    /// Where it was written.
    pub span: Span,
}

/// One declared response.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The status or class of statuses.
    pub status: Status,
    /// Name of the variant: `Created`, `NotFound`, `Conflict`.
    pub name: Name,
    /// What it carries; empty for no content.
    pub media: Vec<Media>,
    /// Response headers.
    pub headers: Vec<ResponseHeader>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// A header of a response.
#[derive(Clone, Debug)]
pub struct ResponseHeader {
    /// Its name.
    pub name: Name,
    /// Whether it is always there.
    pub required: bool,
    /// Its type.
    pub ty: TypeId,
    /// For the reader.
    pub docs: Docs,
}

/// The status of a declared response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// `404`
    Code(u16),
    /// `4XX`: the first digit.
    Class(u8),
    /// `default`
    Default,
}

impl Status {
    /// Whether it says that the call did what was asked.
    pub fn is_success(self) -> bool {
        matches!(self, Status::Code(100..=399) | Status::Class(1..=3))
    }
}

/// Who may call an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Anybody (`security: []`): webhooks, health.
    Public,
    /// A bearer token with all of these scopes.
    Bearer {
        /// Sorted, without repetition.
        scopes: Vec<String>,
    },
}

/// What a repeated call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// GET, HEAD, PUT, DELETE: repeating is harmless by the method's meaning.
    ByMethod,
    /// `x-stipule-idempotent: optional`, the default for POST and PATCH: an `Idempotency-Key` is honoured.
    KeyOptional,
    /// `x-stipule-idempotent: required`: without the key the call is refused.
    KeyRequired,
}

/// How a list is paged: `x-stipule-paginate: {items: items, cursor: cursor, next: nextCursor, limit: limit}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paginate {
    /// Response field with the items.
    pub items: String,
    /// Query parameter that takes the cursor.
    pub cursor: String,
    /// Response field with the next cursor.
    pub next: String,
    /// Query parameter for the page size.
    pub limit: Option<String>,
}
