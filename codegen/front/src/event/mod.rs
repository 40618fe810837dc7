//! `contracts/events`: one JSON Schema per event and version, with a header that says what the event is.
//!
//! The payload's type is lowered like any other schema; here the header is read and joined to it.

mod delivery;
pub(crate) mod duration;
mod pages;
mod pattern;
pub mod subscription;
mod topic;

pub(crate) use pages::PAGES;

use std::time::Duration;

use stipule_ir::types::{Scalar, Struct};
use stipule_ir::{Diagnostic, Diagnostics, Event, Name, Span, Spanned, TypeId, TypeKind, TypeTable};

use crate::reader::Node;
use crate::shape::Shape;
use crate::suggest;

/// The extension with the header.
pub const HEADER: &str = "x-stipule-event";

/// How long the archive keeps an event unless its header says otherwise.
const RETENTION: Duration = Duration::from_secs(90 * 86_400);

/// The header of an event's schema.
#[derive(Clone, Debug)]
pub struct Header {
    name: Spanned<String>,
    version: u32,
    source: String,
    aggregate: Spanned<String>,
    id: Spanned<String>,
    order: Option<Spanned<String>>,
    retention: Duration,
    outside: bool,
    personal: Option<Spanned<String>>,
    span: Span,
}

impl Header {
    /// Reads the header of a document; `EVT001` when there is none.
    pub fn read(document: &Node, diagnostics: &mut Diagnostics) -> Option<Self> {
        let Some(entry) = document.entry(HEADER) else {
            let start = Span { end: document.span.start, ..document.span.clone() };
            let message = format!("an event's schema needs `{HEADER}`");
            let help = format!(
                "`{HEADER}: {{name: Book.Lent, version: 1, source: …, aggregate: Book, id: bookId}}`"
            );
            diagnostics.push(Diagnostic::error("EVT001", &start, message).help(help));
            return None;
        };
        let mut shape = Shape::under(entry, "the header of an event", diagnostics)?;
        let name = shape.required_text("name", diagnostics);
        shape.required("version", diagnostics);
        let version = shape.whole_within("version", 1, 9_999, diagnostics);
        let source = shape.required_text("source", diagnostics);
        let aggregate = shape.required_text("aggregate", diagnostics);
        let id = shape.required_text("id", diagnostics);
        let order = shape.text("order", diagnostics);
        let retention = duration::duration(&mut shape, "retention", diagnostics);
        let outside = shape.boolean("outside", diagnostics);
        let personal = shape.text("personal", diagnostics);
        let span = shape.place().clone();
        shape.finish(diagnostics);
        let name = name.filter(|name| is_event_name(name, diagnostics));
        Some(Self {
            name: name?,
            version: version?.value,
            source: source?.value,
            aggregate: aggregate?,
            id: id?,
            order,
            retention: retention.map_or(RETENTION, |found| found.value),
            outside: outside.is_some_and(|found| found.value),
            personal,
            span,
        })
    }

    /// Joins the header to the payload's type, once that is complete: a struct with the event's name.
    pub fn join(self, payload: TypeId, types: &TypeTable, diagnostics: &mut Diagnostics) -> Option<Event> {
        let ty = types.get(payload);
        let TypeKind::Struct(fields) = &ty.kind else {
            let message = format!("the payload of `{}` must be an object with properties", self.name.value);
            let start = Span { end: ty.span.start, ..ty.span.clone() };
            diagnostics
                .push(Diagnostic::error("EVT003", &start, message).related(&self.span, "of this event"));
            return None;
        };
        let order = self.order.unwrap_or_else(|| self.id.clone());
        names_a_key("id", &self.id, fields, types, diagnostics);
        if order != self.id {
            names_a_key("order", &order, fields, types, diagnostics);
        }
        Some(Event {
            name: Name::new(self.name.value, self.name.span),
            source: self.source,
            version: self.version,
            aggregate: Name::new(self.aggregate.value, self.aggregate.span),
            aggregate_id: self.id,
            ordering_key: order,
            payload,
            retention: self.retention,
            outside: self.outside,
            personal: self.personal,
            docs: ty.declaration.as_ref().map(|declaration| declaration.docs.clone()).unwrap_or_default(),
            span: self.span,
        })
    }
}

/// `Book.Lent`: what it is about and what happened, each with a capital.
fn is_event_name(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_uppercase())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    let good = name.value.contains('.') && name.value.split('.').all(part);
    if !good {
        let message = format!("`{}` is not the name of an event", name.value);
        let fault = Diagnostic::error("EVT002", &name.span, message)
            .help("what it is about and what happened, each with a capital: `Book.Lent`");
        diagnostics.push(fault);
    }
    good
}

/// `EVT004`, `EVT005`: the id and the ordering key are fields that every payload has and that can be written as text.
fn names_a_key(
    role: &str,
    named: &Spanned<String>,
    payload: &Struct,
    types: &TypeTable,
    diagnostics: &mut Diagnostics,
) {
    let Some(field) = payload.fields.iter().find(|field| field.name.wire == named.value) else {
        let message = format!("`{role}` names `{}`, which the payload doesn't have", named.value);
        let fields: Vec<&str> = payload.fields.iter().map(|field| field.name.wire.as_str()).collect();
        let help = suggest::help(&named.value, &fields);
        diagnostics.push(Diagnostic::error("EVT004", &named.span, message).help(help));
        return;
    };
    let fault = if !field.required {
        "is not required"
    } else if field.nullable {
        "may be null"
    } else if diagnostics.has_error_within(&types.get(field.ty).span) {
        return;
    } else if !is_key_like(types, field.ty) {
        "is neither text nor a whole number"
    } else {
        return;
    };
    let message = format!("`{role}` names `{}`, which {fault}", named.value);
    let related = Diagnostic::error("EVT005", &named.span, message)
        .related(&field.span, "declared here")
        .help(format!("every event must say its {role}, as text or a whole number"));
    diagnostics.push(related);
}

fn is_key_like(types: &TypeTable, ty: TypeId) -> bool {
    let scalar = match &types.get(ty).kind {
        TypeKind::Scalar(scalar) => *scalar,
        TypeKind::Newtype(newtype) => newtype.base,
        TypeKind::Enum(_) => return true,
        _ => return false,
    };
    !matches!(scalar, Scalar::Boolean | Scalar::Float64 | Scalar::Any | Scalar::Null)
}

/// `EVT006`: two files declare the same version of the same event.
pub fn find_repeated(events: &[Event], diagnostics: &mut Diagnostics) {
    for (at, event) in events.iter().enumerate() {
        let same = |other: &&Event| other.name.wire == event.name.wire && other.version == event.version;
        if let Some(first) = events[..at].iter().find(same) {
            let message = format!("version {} of `{}` is declared twice", event.version, event.name);
            let fault = Diagnostic::error("EVT006", &event.span, message)
                .related(&first.span, "first declared here")
                .help("give the newer one the next version");
            diagnostics.push(fault);
        }
    }
}
