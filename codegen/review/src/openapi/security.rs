//! Who may call: every way of authorisation that worked must still work.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Pair;
use super::changes::Changes;
use super::document::Operation;
use super::schemes;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

const REQUIRED: Rule = rule("REV260", "authentication-required", Severity::Break);
const REMOVED: Rule = rule("REV261", "security-alternative-removed", Severity::Break);
const SCOPE_ADDED: Rule = rule("REV262", "scope-required", Severity::Break);
const COMBINED: Rule = rule("REV263", "second-scheme-required", Severity::Break);
const ADDED: Rule = rule("REV264", "security-alternative-added", Severity::Safe);
const SCOPE_REMOVED: Rule = rule("REV265", "scope-no-longer-required", Severity::Safe);
const PUBLIC: Rule = rule("REV266", "operation-became-public", Severity::Risky);

pub(super) const RULES: &[Rule] = &[REQUIRED, REMOVED, SCOPE_ADDED, COMBINED, ADDED, SCOPE_REMOVED, PUBLIC];

/// Schemes that must all be satisfied, with their scopes.
type Requirement = BTreeMap<String, BTreeSet<String>>;

pub(super) fn check(pair: &Pair<'_>, changes: &mut Changes<'_>) {
    let renamed = schemes::renamed(&pair.base.root, &pair.revision.root);
    let (before, place_before) = requirements(&pair.base, &renamed);
    let (after, place_after) = requirements(&pair.revision, &BTreeMap::new());
    let mut report = |rule: Rule, note: String| {
        let mut finding = Finding::new(rule, Side::Revision);
        finding.base = Some(place_before.clone());
        finding.revision = Some(place_after.clone());
        finding.note = Some(note);
        changes.add(&pair.base.title, finding);
    };
    let accepts =
        |asked: &[Requirement], held: &Requirement| asked.iter().any(|asked| is_satisfied(asked, held));
    for held in before.iter().filter(|held| !accepts(&after, held)) {
        report(lost(held, &after), format!("{} is no longer enough", named(held)));
    }
    for asked in after.iter().filter(|asked| !accepts(&before, asked)) {
        let rule = if asked.is_empty() {
            PUBLIC
        } else if before.iter().any(|held| same_schemes(held, asked)) {
            // Another scope in its place was reported as one that is required.
            if before.iter().any(|held| is_satisfied(asked, held)) { SCOPE_REMOVED } else { continue }
        } else if before.iter().any(|held| !accepts(&after, held)) {
            continue;
        } else {
            ADDED
        };
        report(rule, format!("{} is enough", named(asked)));
    }
}

/// Why something that was enough isn't any more.
fn lost(held: &Requirement, after: &[Requirement]) -> Rule {
    if held.is_empty() {
        REQUIRED
    } else if after.iter().any(|asked| same_schemes(asked, held)) {
        SCOPE_ADDED
    } else if after.iter().any(|asked| held.keys().all(|scheme| asked.contains_key(scheme))) {
        COMBINED
    } else {
        REMOVED
    }
}

fn same_schemes(one: &Requirement, two: &Requirement) -> bool {
    one.keys().eq(two.keys())
}

fn is_satisfied(asked: &Requirement, held: &Requirement) -> bool {
    asked.iter().all(|(scheme, scopes)| held.get(scheme).is_some_and(|held| scopes.is_subset(held)))
}

fn named(requirement: &Requirement) -> String {
    if requirement.is_empty() {
        return "calling without authorisation".to_owned();
    }
    let scheme = |(name, scopes): (&String, &BTreeSet<String>)| {
        let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
        if scopes.is_empty() {
            format!("`{name}`")
        } else {
            format!("`{name}` with {}", scopes.join(" and "))
        }
    };
    requirement.iter().map(scheme).collect::<Vec<_>>().join(" and ")
}

/// The alternatives of an operation, its own or the document's, and where they stand.
fn requirements(operation: &Operation<'_>, renamed: &BTreeMap<String, String>) -> (Vec<Requirement>, String) {
    let own = operation.part.value.get("security");
    let (listed, pointer) = match own {
        Some(own) => (Some(own), operation.part.place("security")),
        None => (operation.root.value.get("security"), operation.root.place("security")),
    };
    let scopes = |value: &Value| -> BTreeSet<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let name = |name: &String| renamed.get(name).unwrap_or(name).clone();
    let mut found: Vec<Requirement> = listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|schemes| schemes.iter().map(|(scheme, listed)| (name(scheme), scopes(listed))).collect())
        .collect();
    if found.is_empty() {
        // Nothing is asked for.
        found.push(Requirement::new());
    }
    found.sort();
    found.dedup();
    (found, pointer)
}
