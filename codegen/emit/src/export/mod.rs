//! Descriptions for others: what a contract says, in the languages that other tools read.

mod asyncapi;
mod description;
mod event;
mod extensions;
mod openapi;
mod schema;
mod tree;
mod words;

pub use crate::saga::pictures;
pub use asyncapi::asyncapi;
pub use description::{description, description_text};
pub use event::event_schemas;
pub use openapi::{Reader, openapi, responses};
pub use schema::Dialect;
pub use tree::Tree;
