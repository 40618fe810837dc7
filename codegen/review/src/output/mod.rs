//! Reports as people and programs read them. The same report is the same bytes.

mod changelog;
mod github;
mod html;
mod json;
mod junit;
mod markdown;
mod proofs;
mod sarif;
mod text;
mod words;

pub use changelog::changelog;
pub use github::github;
pub use html::html;
pub use json::{document, json};
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::text;
