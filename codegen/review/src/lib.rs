//! What a change of contracts means for those who rely on them.
//!
//! The heart is [`compare`]: is every document that was valid still valid? It answers with a proof, with documents
//! that show the opposite, or that it doesn't know.
//!
//! ```text
//! document ──schema──▶ Schema ──formula──▶ literals ──solve──▶ nothing | a document | unknown
//!                        │                                          │
//!                        └──────────────evaluate (the judge)◀───────┘
//! ```
//!
//! `valid before and invalid after` is a formula like any other; [`compare`] looks for a value that satisfies it. A
//! value that is found is judged by an evaluator that knows nothing of formulas before it is shown to anybody. If there
//! is none, that is the proof.
//!
//! Promises: no input makes anything here panic or run without bound; the same input gives the same answer.

mod contain;
mod decimal;
mod documents;
mod evaluate;
mod finding;
mod format;
mod formula;
mod generate;
mod members;
mod merged;
mod openapi;
pub mod output;
pub mod pairs;
mod pattern;
mod places;
pub mod report;
pub mod repository;
pub mod rule;
mod same;
mod schema;
mod shown;
mod solve;
mod together;
mod value;

pub use contain::{Direction, OpenContent, Proof, Settings, Verdict, compare, compare_schemas, compare_with};
pub use documents::Documents;
pub use finding::{Confidence, Finding, Flow, Severity, Side};
pub use generate::Generator;
pub use openapi::{Api, Kind, compare_apis, recognise};
pub use rule::Rule;
pub use schema::{Dialect, Formats, Schema};

/// Judges documents by a schema: whether each is valid, `None` where something that isn't understood decides.
pub fn validator(schema: &Schema, formats: Formats) -> impl Fn(&serde_json::Value) -> Option<bool> + '_ {
    static NOTHING: evaluate::Waived = evaluate::Waived::new();
    let evaluator = evaluate::Evaluator::new(schema, &NOTHING, schema.checks(formats));
    move |document| evaluator.valid(document)
}
