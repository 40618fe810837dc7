//! Rust text: formatting, documentation comments, manifests.

mod docs;
mod format;
mod layout;
mod manifest;
mod spacing;
mod text;

pub(crate) use docs::{beside_name, doc_lines, docs, inner_doc, markdown, paragraphs, quoted_words};
pub(crate) use format::{Source, format, ident, tokens};
pub(crate) use manifest::{Crate, Dependency, toml_string};
pub(crate) use text::{Text, function, tight};
