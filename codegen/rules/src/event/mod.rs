//! Rules about events.
//!
//! There is none about events that nobody consumes: an event is a fact for whoever cares, the archive and the
//! consumers outside this repository included, and the first consumer of a new event comes after it.

pub(crate) mod emitted;
pub(crate) mod filter;
