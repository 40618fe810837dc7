//! Sets of texts: those that a type may hold, those that a pattern takes, and what several have in common.

pub(crate) mod automaton;
pub(crate) mod texts;
