//! Containment of schemas: is every document that one accepts accepted by the other?

mod codes;
mod search;
mod verdict;

pub use codes::{CODES, Code};
pub use verdict::{Confidence, Direction, Finding, Proof, Severity, Side, Verdict};

use crate::schema::{Formats, Schema};
use search::Findings;
pub(crate) use search::{Memory, Search};

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
    let run = |search: Search<'_>| {
        deep(|| search.run(&mut Memory::new(settings))).unwrap_or_else(|| search.interrupted())
    };
    let backward = || run(Search { left: base, right: revision, side: Side::Revision, settings });
    let forward = || run(Search { left: revision, right: base, side: Side::Base, settings });
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

/// Works on a stack that is deep enough; `None` if there is no thread for it or the work had an error of ours.
pub(crate) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?.join().ok()
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
