//! OpenAPI 3.0 and 3.1 documents into services.
//!
//! Lowering needs no complete types, so that every language can add to them first; what can only be judged with
//! them is left to [`Draft::complete`].

mod body;
mod complete;
mod content;
mod document;
mod extension;
mod inbound;
mod media;
mod multipart;
mod object;
mod operation;
pub(crate) mod pages;
mod parameter;
mod path;
mod response;
mod security;
mod server;
mod status;
mod style;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use stipule_ir::service::SchemeId;
use stipule_ir::{Diagnostics, Name, Operation, Platform, Scheme, Service, Span, Spanned, TypeId};

use crate::documents::Documents;
use crate::json_schema::Lowering;
use crate::posture::Posture;
use crate::reader::Node;

/// A service before its types are complete.
#[derive(Clone, Debug)]
pub struct Draft {
    service: Service,
    /// By operation.
    loose: Vec<Loose>,
}

impl Draft {
    /// A service without operations.
    pub(crate) fn new(service: Service) -> Self {
        Self { service, loose: Vec::new() }
    }

    /// Adds an operation.
    pub(crate) fn push(&mut self, operation: Operation, loose: Loose) {
        self.service.operations.push(operation);
        self.loose.push(loose);
    }

    /// What the service is called.
    pub(crate) fn name_mut(&mut self) -> &mut Name {
        &mut self.service.name
    }

    /// The service, and the loose ends of each of its operations.
    pub(crate) fn into_parts(self) -> (Service, Vec<Loose>) {
        (self.service, self.loose)
    }
}

/// Loose ends of an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loose {
    /// The first of its tags.
    pub(crate) tag: Option<Spanned<String>>,
    /// Names of events that it may emit.
    emits: Vec<Spanned<String>>,
    /// Names of events after which no answer is kept.
    until: Vec<Spanned<String>>,
    /// Where it says how it is paged.
    paginate: Option<PagingPlaces>,
    /// Whether others call it on us.
    pub(crate) inbound: bool,
    /// Whether its id was derived.
    pub(crate) derived: bool,
    /// Types that must be written as text, with what they are.
    texts: Vec<(TypeId, Span, &'static str)>,
}

/// Where the parts of `x-stipule-paginate` are written.
#[derive(Clone, Debug)]
struct PagingPlaces {
    key: Span,
    items: Span,
    cursor: Span,
    next: Span,
    limit: Option<Span>,
}

/// What lowering one document needs.
struct Api<'a, 'd> {
    documents: &'d Documents<'d>,
    root: &'d Node,
    module: Name,
    platform: Option<&'a Platform>,
    lowering: &'a mut Lowering<'d>,
    /// Security schemes of all documents so far; those of this one by their name, `None` for one that can't be used.
    schemes: &'a mut Vec<Scheme>,
    scheme_ids: BTreeMap<String, Option<SchemeId>>,
    /// Webhooks and callbacks met so far.
    inbound: Vec<(Operation, Loose)>,
    diagnostics: &'a mut Diagnostics,
}

impl Api<'_, '_> {
    fn posture(&self) -> Posture {
        self.documents.posture()
    }
}

/// Lowers the document `root`. `None` when it isn't one that can be read at all.
pub fn lower<'d>(
    documents: &'d Documents<'d>,
    root: &'d Node,
    platform: Option<&Platform>,
    lowering: &mut Lowering<'d>,
    schemes: &mut Vec<Scheme>,
    diagnostics: &mut Diagnostics,
) -> Option<Draft> {
    let module = documents.module(root.span.file);
    let (scheme_ids, inbound) = Default::default();
    let mut api =
        Api { documents, root, module, platform, lowering, schemes, scheme_ids, inbound, diagnostics };
    api.document()
}

pub use complete::find_repeated;
pub(crate) use complete::set_apart;
