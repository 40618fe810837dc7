//! Two versions of an OpenAPI document: operations are paired by method and path, what callers send is compared
//! backward (old requests must still be accepted), what they get forward (old readers must still understand it).

mod document;
mod operations;
mod parameters;
mod request_bodies;
mod responses;
mod schemas;
mod security;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contain::{Code, Confidence, Finding, Settings, Severity, Side};
use document::{Document, Operation};
use schemas::Jobs;

/// A family of rules: what it looks at, the rules it may report, and how it finds them.
struct Family {
    codes: &'static [Code],
    check: fn(&Pair<'_>, &mut Changes<'_>),
}

const FAMILIES: &[Family] = &[
    Family { codes: operations::CODES, check: operations::check },
    Family { codes: parameters::CODES, check: parameters::check },
    Family { codes: request_bodies::CODES, check: request_bodies::check },
    Family { codes: responses::CODES, check: responses::check },
    Family { codes: security::CODES, check: security::check },
];

/// All rules about HTTP, by family.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    FAMILIES.iter().flat_map(|family| family.codes)
}

/// One root, with every operation it reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiFinding {
    /// What happened, and where.
    pub finding: Finding,
    /// `get /books/{id}`, as the base writes them.
    pub operations: BTreeSet<String>,
}

/// One operation before and after; `None` where it isn't there.
struct Pair<'d> {
    base: Option<Operation<'d>>,
    revision: Option<Operation<'d>>,
}

/// What has been found so far.
struct Changes<'s> {
    settings: &'s Settings,
    jobs: Jobs,
    found: BTreeMap<(Side, String, &'static str), ApiFinding>,
}

/// What is reported about one place.
struct Report<'a> {
    code: &'a Code,
    severity: Severity,
    side: Side,
    pointer: String,
    note: Option<String>,
}

impl Changes<'_> {
    fn add(&mut self, operation: &str, report: Report<'_>) {
        let finding = Finding {
            code: *report.code,
            side: report.side,
            pointer: report.pointer,
            severity: report.severity,
            confidence: Confidence::Rule,
            witness: None,
            instance: String::new(),
            note: report.note,
        };
        self.add_finding(operation, finding);
    }

    fn add_finding(&mut self, operation: &str, finding: Finding) {
        let key = (finding.side, finding.pointer.clone(), finding.code.id);
        let known = self.found.entry(key);
        let root = known.or_insert_with(|| ApiFinding { finding, operations: BTreeSet::new() });
        root.operations.insert(operation.to_owned());
    }
}

/// Compares two OpenAPI documents (3.0 or 3.1); one finding per root, ordered by place.
pub fn compare_apis(base: &Value, revision: &Value, settings: &Settings) -> Vec<ApiFinding> {
    let (base, revision) = (Document::of(base), Document::of(revision));
    let mut pairs: BTreeMap<String, Pair<'_>> = BTreeMap::new();
    for operation in base.operations() {
        pairs.insert(operation.key.clone(), Pair { base: Some(operation), revision: None });
    }
    for operation in revision.operations() {
        let pair = pairs.entry(operation.key.clone()).or_insert(Pair { base: None, revision: None });
        pair.revision = Some(operation);
    }
    let mut changes = Changes { settings, jobs: Jobs::new(), found: BTreeMap::new() };
    for pair in pairs.values() {
        for family in FAMILIES {
            (family.check)(pair, &mut changes);
        }
    }
    changes.settle(base, revision);
    changes.found.into_values().collect()
}

#[cfg(test)]
mod tests;
