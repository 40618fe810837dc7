//! Services and their HTTP operations.

pub use crate::security::{Requirement, Scheme, SchemeId, SchemeKind, Security};

use crate::event::EventId;
use crate::name::Name;
use crate::span::{Span, Spanned};
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
    /// Whether others call it on us: webhooks and callbacks. No client has it.
    pub inbound: bool,
    /// Where it runs: `servers`, the first being the default. Empty where that is decided elsewhere.
    pub servers: Vec<Server>,
    /// The document.
    pub span: Span,
}

/// An address of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// With `{variables}` in it; may be relative to where the document was found.
    pub url: String,
    /// For the reader.
    pub description: Option<String>,
    /// What stands for the variables.
    pub variables: Vec<ServerVariable>,
}

impl Server {
    /// The address with the default of each variable.
    pub fn default_url(&self) -> String {
        let fill = |url: String, variable: &ServerVariable| {
            url.replace(&format!("{{{}}}", variable.name.wire), &variable.default)
        };
        self.variables.iter().fold(self.url.clone(), fill)
    }
}

/// A part of an address that varies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: Name,
    /// What it is unless somebody says otherwise.
    pub default: String,
    /// What it may be; empty for anything.
    pub values: Vec<String>,
    /// For the reader.
    pub description: Option<String>,
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
    /// Addresses of this operation alone, instead of those of the service.
    pub servers: Vec<Server>,
    /// What a repeated call does.
    pub idempotency: Idempotency,
    /// `x-stipule-paginate`.
    pub paginate: Option<Paginate>,
    /// `x-stipule-rate-limit`: fewer calls, or more, than the gateway takes of every other operation.
    pub limit: Option<RateLimit>,
    /// `x-stipule-cache`: how long the gateway keeps an answer.
    pub cache: Option<Cache>,
    /// `x-stipule-rate`: calls a second that are expected, on average.
    pub rate: Option<Spanned<f64>>,
    /// Whether a server can have it beside the others: of two that answer the same calls, the second can't.
    pub served: bool,
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
    /// Fixed text and values side by side: `{base}...{head}`, `{name}.json`. Literals and parameters only.
    Mixed(Vec<PathSegment>),
}

impl PathSegment {
    /// The wire names of the parameters in it.
    pub fn parameters(&self) -> Vec<&str> {
        match self {
            PathSegment::Literal(_) => Vec::new(),
            PathSegment::Parameter(name) => vec![name],
            PathSegment::Mixed(parts) => parts.iter().flat_map(PathSegment::parameters).collect(),
        }
    }
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
    /// How a value of several parts travels.
    pub style: Style,
    /// Whether reserved characters stand in the query as they are (`allowReserved`).
    pub allow_reserved: bool,
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

/// How a parameter is written. `explode` gives each item or property a place of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// `a,b,c`; objects `k,v,l,w`, or `k=v,l=w`.
    Simple {
        /// Whether properties are pairs.
        explode: bool,
    },
    /// `.a.b`; objects `.k.v`, or `.k=v`.
    Label {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `;name=a,b`, or `;name=a;name=b`.
    Matrix {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `name=a,b`, or `name=a&name=b`; objects `name=k,v`, or `k=v&l=w`.
    Form {
        /// Whether items and properties stand apart.
        explode: bool,
    },
    /// `name=a b`: a list in one value, parted by blanks.
    SpaceDelimited,
    /// `name=a|b`: a list in one value, parted by bars.
    PipeDelimited,
    /// `name[k]=v&name[l][m]=w`.
    DeepObject,
    /// One JSON document as text (`content: {application/json: …}`).
    Json,
}

/// A request body.
#[derive(Clone, Debug)]
pub struct Body {
    /// Whether it must be there.
    pub required: bool,
    /// The media types accepted, in the order of the document.
    pub media: Vec<Media>,
    /// `x-stipule-raw`: the handler gets the bytes and the headers too, to check a signature over them. Then there is
    /// one media type, JSON, and the body is required.
    pub raw: bool,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// A media type and what it carries.
#[derive(Clone, Debug)]
pub struct Media {
    /// `application/json`; may be a range (`image/*`).
    pub media_type: String,
    /// What sets it apart from the others of a body: `Json`, `Csv`.
    pub name: Name,
    /// Further media types of the same type, written alike.
    pub also: Vec<String>,
    /// The type of the content: text for [`Coding::Text`] and [`Coding::Bytes`].
    pub ty: TypeId,
    /// How it is written.
    pub coding: Coding,
    /// Where it was written.
    pub span: Span,
}

/// How content is written.
#[derive(Clone, Debug)]
pub enum Coding {
    /// One JSON document.
    Json,
    /// `application/x-www-form-urlencoded`: a property per pair, those listed in a style of their own.
    Form(Vec<(String, Style)>),
    /// `multipart/…`: the type is a [`TypeKind::Multipart`](crate::TypeKind::Multipart).
    Multipart,
    /// Text as it is.
    Text,
    /// Bytes as they are: files, images, formats that aren't read here.
    Bytes,
    /// JSON documents, one a line or one an event (`application/x-ndjson`, `text/event-stream`).
    Stream(StreamCoding),
}

/// How JSON documents follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamCoding {
    /// One a line.
    Lines,
    /// One per server-sent event.
    Events,
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

/// What a repeated call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// GET, HEAD, PUT, DELETE: repeating is harmless by the method's meaning.
    ByMethod,
    /// `x-stipule-idempotent: optional`, the default for POST and PATCH: an `Idempotency-Key` is honoured.
    KeyOptional,
    /// `x-stipule-idempotent: required`: without the key the call is refused.
    KeyRequired,
    /// Repeating may do the work twice, and nobody promises to look at a key: POST and PATCH of others.
    None,
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

/// How many calls of an operation are taken, of all callers together: `x-stipule-rate-limit: {rate: 100/s, burst: 200}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Calls a second, on and on.
    pub rate: u32,
    /// Calls at one moment, after a rest.
    pub burst: u32,
}

/// How long a gateway keeps an answer for the caller who got it: `x-stipule-cache: {ttl: 60s, keys: [q], invalidated-by:
/// [Book.Lent]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Seconds that it is kept, 1 to 3600.
    pub seconds: u32,
    /// Wire names of the parameters that tell one answer from another: every one in the path, in the query and in headers.
    pub keys: Vec<String>,
    /// Events after which nothing that was kept before is given any more.
    pub until: Vec<EventId>,
}
