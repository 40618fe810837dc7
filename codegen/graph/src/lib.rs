//! CloudFormation templates as a graph of resources: what must hold between them, and what a release does to callers.
//!
//! No I/O: templates come as text, by the names of their stacks.

mod finding;
mod graph;
mod rules;
pub mod simulate;

pub use finding::Finding;
pub use graph::{BadTemplate, Resource, Stack, Stacks, Target};
pub use rules::{RULES, Rule, check, pages};
