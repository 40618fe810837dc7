//! Schemas as formulas: nodes that are shared, signed, and free of dialects and references.
//!
//! Equal schemas are one node, wherever and in whichever order they were written. A literal is a node or its
//! negation, so that "valid before and invalid after" is a conjunction of two literals.

mod arena;
mod classes;
mod holds;
mod lower;
mod unevaluated;

pub(crate) use arena::{Arena, Literal, Node, ValueId};
pub(crate) use classes::{Classes, classes};
pub(crate) use lower::{Lowering, States, Taken};
