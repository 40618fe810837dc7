//! Event patterns with exactly the semantics of Amazon EventBridge: a compiler, a matcher and an index of many rules.
mod address;
mod case;
mod compile;
mod consistency;
mod event;
mod explain;
mod fault;
mod fold;
mod glob;
mod index;
mod json;
mod number;
mod pattern;
mod test;

pub use address::{Address, BlockFault};
pub use case::{CaseAnswer, match_texts, run_case, run_cases};
pub use event::{Event, EventError, LeafView, MAX_EVENT_BYTES};
pub use explain::{Failure, Outcome};
pub use fault::{CompileError, Fault, MAX_COMBINATIONS, MAX_FIELDS, MAX_PATTERN_CHARS, QUOTA_PATTERN_CHARS};
pub use fold::Fold;
pub use glob::Glob;
pub use index::Index;
pub use json::SyntaxFault;
pub use pattern::{Field, Pattern};
pub use test::{Except, Range, Test};
