//! Who may call: every way of authorisation that worked must still work.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Operation;
use super::{Changes, Pair, Report};
use crate::contain::{Code, Severity, Side};

const REQUIRED: Code = Code {
    id: "API401",
    name: "security-narrowed",
    keyword: "security",
    summary: "A way to be authorised no longer is enough.",
};

pub(super) const CODES: &[Code] = &[REQUIRED];

/// Schemes that must all be satisfied, with their scopes.
type Requirement = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let (Some(base), Some(revision)) = (&pair.base, &pair.revision) else { return };
    let (before, _) = requirements(base);
    let (after, pointer) = requirements(revision);
    let enough = |held: &Requirement| after.iter().any(|asked| is_satisfied(asked, held));
    let lost: Vec<String> = before.iter().filter(|held| !enough(held)).map(named).collect();
    if !lost.is_empty() {
        let note = Some(format!("no longer enough: {}", lost.join("; ")));
        let narrowed =
            Report { code: &REQUIRED, severity: Severity::Break, side: Side::Revision, pointer, note };
        changes.add(&base.title, narrowed);
    }
}

fn is_satisfied(asked: &Requirement, held: &Requirement) -> bool {
    asked.iter().all(|(scheme, scopes)| held.get(scheme).is_some_and(|held| scopes.is_subset(held)))
}

fn named(requirement: &Requirement) -> String {
    if requirement.is_empty() {
        return "nothing".to_owned();
    }
    let scheme = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() { name.clone() } else { format!("{name} ({})", scopes.join(", ")) }
    };
    requirement.iter().map(scheme).collect::<Vec<_>>().join(" and ")
}

/// The alternatives of an operation, its own or the document's, and where they stand.
fn requirements(operation: &Operation<'_>) -> (Vec<Requirement>, String) {
    let own = operation.part.value.get("security");
    let (listed, pointer) = match own {
        Some(own) => (Some(own), format!("{}/security", operation.part.pointer)),
        None => (operation.part.document.root().get("security"), "/security".to_owned()),
    };
    let scopes = |value: &Value| -> BTreeSet<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut found: Vec<Requirement> = listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|schemes| schemes.iter().map(|(name, listed)| (name.clone(), scopes(listed))).collect())
        .collect();
    if found.is_empty() {
        // Nothing is asked for.
        found.push(Requirement::new());
    }
    (found, pointer)
}
