//! OpenAPI 3.0 and 3.1 documents into services.
//!
//! Lowering needs no complete types, so that every language can add to them first; what can only be judged with
//! them is left to [`Draft::complete`].

mod body;
mod complete;
mod document;
mod extension;
mod object;
mod operation;
pub(crate) mod pages;
mod parameter;
mod path;
mod response;
mod security;
#[cfg(test)]
mod tests;

use stipule_ir::{Diagnostics, Name, Platform, Service, Span, Spanned, TypeId};

use crate::documents::Documents;
use crate::json_schema::Lowering;
use crate::reader::Node;

/// A service before its types are complete.
#[derive(Clone, Debug)]
pub struct Draft {
    service: Service,
    /// By operation.
    loose: Vec<Loose>,
}

/// Loose ends of an operation.
#[derive(Clone, Debug, Default)]
struct Loose {
    /// Names of events that it may emit.
    emits: Vec<Spanned<String>>,
    /// Where it says how it is paged.
    paginate: Option<PagingPlaces>,
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
    diagnostics: &'a mut Diagnostics,
}

/// Lowers the document `root`. `None` when it isn't one that can be read at all.
pub fn lower<'d>(
    documents: &'d Documents<'d>,
    root: &'d Node,
    platform: Option<&Platform>,
    lowering: &mut Lowering<'d>,
    diagnostics: &mut Diagnostics,
) -> Option<Draft> {
    let file = root.span.file;
    let module = crate::json_schema::module(documents.path(file), file);
    let mut api = Api { documents, root, module, platform, lowering, diagnostics };
    api.document()
}

pub use complete::find_repeated;
