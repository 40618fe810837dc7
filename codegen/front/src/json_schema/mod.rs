//! JSON Schema into types: 2020-12, draft-07 and the dialect of OpenAPI 3.0.
//!
//! A schema is lowered once, whoever refers to it, and is known by file and pointer. Lowering works through a
//! queue, so that neither recursive types nor long chains of references need a stack.

mod decimal;
mod defaults;
mod dialect;
mod enumeration;
mod keywords;
mod list;
mod lowering;
mod merge;
mod naming;
mod object;
pub(crate) mod pages;
mod pattern;
mod resolve;
mod scalar;
mod schema;
#[cfg(test)]
mod tests;
mod union;
mod unique;
mod vocabulary;

pub use lowering::Lowering;
pub(crate) use naming::{is_schema, module, stem};
