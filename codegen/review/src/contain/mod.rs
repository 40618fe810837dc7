//! Containment of schemas: is every document that one accepts accepted by the other?

mod codes;
mod search;
mod verdict;

pub use codes::{CODES, Code};
pub use verdict::{Confidence, Direction, Finding, Proof, Severity, Side, Verdict};

use crate::schema::{Formats, Schema};
use search::{Findings, Search};

/// How two schemas are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which formats are checked.
    pub formats: Formats,
    /// Most steps of work per direction; what isn't decided by then is unknown.
    pub steps: u64,
    /// Most findings per direction.
    pub findings: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { formats: Formats::AsDialect, steps: 100_000, findings: 50 }
    }
}

/// Compares two schemas in a direction, with the default settings.
///
/// ```
/// use serde_json::json;
/// use stipule_review::{Dialect, Direction, Schema, compare};
///
/// let base = json!({"type": "object", "properties": {"pages": {"type": "integer"}}});
/// let revision = json!({"type": "object", "properties": {"pages": {"type": "integer", "minimum": 1}}});
/// let [base, revision] = [base, revision].map(|schema| Schema::read(&schema, Dialect::Draft2020));
///
/// let verdict = compare(&base, &revision, Direction::Backward);
/// assert!(verdict.is_breaking());
/// let finding = &verdict.findings()[0];
/// assert_eq!((finding.code.name, finding.pointer.as_str()), ("minimum-raised", "/properties/pages/minimum"));
/// assert_eq!(finding.witness, Some(json!({"pages": 0})));
///
/// assert_eq!(compare(&base, &revision, Direction::Forward).as_str(), "compatible");
/// ```
pub fn compare(base: &Schema, revision: &Schema, direction: Direction) -> Verdict {
    compare_with(base, revision, direction, &Settings::default())
}

/// Compares two schemas in a direction.
pub fn compare_with(base: &Schema, revision: &Schema, direction: Direction, settings: &Settings) -> Verdict {
    let backward = || deep(&Search { left: base, right: revision, side: Side::Revision, settings });
    let forward = || deep(&Search { left: revision, right: base, side: Side::Base, settings });
    match direction {
        Direction::Backward => verdict(backward()),
        Direction::Forward => verdict(forward()),
        Direction::Full => {
            let (mut both, other) = (backward(), forward());
            both.list.extend(other.list);
            both.proof.goals += other.proof.goals;
            both.proof.branches += other.proof.branches;
            both.proof.recursions += other.proof.recursions;
            verdict(both)
        }
    }
}

/// Bytes of stack for a search: a goal nests as deep as schemas do.
const STACK: usize = 64 << 20;

/// Searches on a stack of its own.
fn deep(search: &Search<'_>) -> Findings {
    std::thread::scope(|scope| {
        let searching = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || search.run());
        // Without a thread, or if the search had an error of ours, nothing is known.
        searching.ok().and_then(|searching| searching.join().ok()).unwrap_or_else(|| search.interrupted())
    })
}

fn verdict(findings: Findings) -> Verdict {
    let proved = |finding: &Finding| finding.confidence == Confidence::Proved;
    if findings.list.is_empty() {
        Verdict::Compatible(findings.proof)
    } else if findings.list.iter().any(proved) {
        Verdict::Incompatible(findings.list)
    } else {
        Verdict::Unknown(findings.list)
    }
}
