//! The only place that renders: text for people, JSON for programs.

pub(crate) mod json;
pub(crate) mod prose;
pub(crate) mod quantity;
pub(crate) mod snippet;
pub(crate) mod text;
mod witness;
