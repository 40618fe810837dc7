//! Event patterns with exactly the semantics of Amazon EventBridge: a compiler that refuses what EventBridge refuses,
//! a matcher that says why, and an index that finds the matching rules among thousands.
//!
//! ```
//! use stipule_pattern::{Event, Index, Pattern};
//!
//! let pattern = Pattern::compile(r#"{"kind": ["loan"], "days": [{"numeric": [">", 30]}]}"#).unwrap();
//! let event = Event::parse(r#"{"kind": "loan", "days": 12}"#).unwrap();
//! assert_eq!(
//!     pattern.explain(&event).to_string(),
//!     r#"no match: 1:20: /days: "days" expects a number above 30; the event has 12"#
//! );
//!
//! let mut rules = Index::new();
//! rules.add("late", pattern);
//! assert!(rules.matching(&event).is_empty());
//! ```
//!
//! # Where the semantics come from
//!
//! From the EventBridge user guide ("Comparison operators for use in event patterns") and from the behaviour of AWS's
//! own open engine, event-ruler, whose reading this crate follows where the guide is silent:
//!
//! - Keys join with dots: `{"a": {"b": [1]}}` and `{"a.b": [1]}` are one pattern, and match either spelling in an event.
//! - A field holds if any leaf at its path passes any entry of its list. Leaves are strings, numbers, booleans and
//!   null; objects and empty arrays are none, so `{"exists": false}` holds for them.
//! - Leaves of different fields must lie in the same element of every array they share.
//! - `$or` multiplies out; a field written twice in one combination keeps its last list.
//! - Numbers compare as doubles, whatever their spelling; a number that a double would change equals only its own
//!   spelling. The guide promises less (−5.0e9 to 5.0e9, 15 digits): beyond that a pattern gets a caution.
//! - An exact string that spells an address matches every spelling of it.
//! - Without case means: each character in its lower- or upper-case form, whatever their length.
//!
//! Two slips of the engine are left out on purpose: it takes a bare number for the digits of an address, so that
//! `{"cidr": "0.0.0.0/0"}` matches 5; and it can lose an exact value that stands beside a numeric range.
//!
//! # Limits
//!
//! A pattern has at most [`MAX_PATTERN_CHARS`] characters, [`MAX_COMBINATIONS`] rule combinations, [`MAX_FIELDS`] fields
//! in one combination, and wildcards of bounded complexity. Matching takes time in proportion to the leaves involved.

mod address;
mod case;
mod compile;
mod consistency;
mod event;
mod explain;
mod fault;
mod flatten;
mod fold;
mod glob;
mod index;
mod json;
mod number;
mod pattern;
mod position;
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
