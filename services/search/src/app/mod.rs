//! The logic of search: pure, without clock, table or network.

pub(crate) mod document;
pub(crate) mod facet;
pub(crate) mod offer;
pub(crate) mod query;
pub(crate) mod term;

#[cfg(test)]
mod samples;
