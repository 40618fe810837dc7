//! JSON Schema into types: 2020-12, draft-07 and the dialect of OpenAPI 3.0.
//!
//! A schema is lowered once, whoever refers to it, and is known by file and pointer. Lowering works through a
//! queue, so that neither recursive types nor long chains of references need a stack.

mod decimal;
mod defaults;
mod dialect;
mod enumeration;
mod keywords;
mod limits;
mod list;
mod lookahead;
mod lowering;
mod meant;
mod merge;
mod naming;
mod null;
mod object;
mod others;
pub(crate) mod pages;
mod pattern;
mod peek;
mod resolve;
mod scalar;
mod schema;
#[cfg(test)]
mod tests;
mod transitions;
mod union;
mod unions;
mod unique;
pub mod unsaid;
mod vocabulary;

pub use lowering::Lowering;
pub(crate) use naming::{is_schema, stem};
pub(crate) use peek::Peek;
pub(crate) use schema::Site;
