//! Rust text: formatting, documentation comments, manifests.

mod docs;
mod format;
mod manifest;
mod spacing;

pub(crate) use docs::{docs, inner_doc, paragraphs};
pub(crate) use format::{format, ident, path, type_tokens};
pub(crate) use manifest::{Crate, Dependency};
