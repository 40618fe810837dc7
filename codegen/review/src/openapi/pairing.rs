//! Which operation of the base is which of the revision.

use std::collections::BTreeMap;

use super::Pair;
use super::changes::Changes;
use super::document::{Operation, Part, numbered, operations};
use super::servers::Moved;
use crate::finding::{Finding, Severity, Side};
use crate::rule::{Rule, rule};

const PATH_REMOVED: Rule = rule("REV020", "path-removed", Severity::Break).compile();
const OPERATION_REMOVED: Rule = rule("REV021", "operation-removed", Severity::Break).compile();
const PATH_ADDED: Rule = rule("REV022", "path-added", Severity::Safe);
const OPERATION_ADDED: Rule = rule("REV023", "operation-added", Severity::Safe);
const TRAILING_SLASH: Rule = rule("REV024", "trailing-slash-changed", Severity::Break);
const BEFORE_SUNSET: Rule = rule("REV025", "operation-removed-before-sunset", Severity::Break).compile();
const AFTER_SUNSET: Rule = rule("REV026", "operation-removed-after-sunset", Severity::Risky).compile();

pub(super) const RULES: &[Rule] = &[
    PATH_REMOVED,
    OPERATION_REMOVED,
    PATH_ADDED,
    OPERATION_ADDED,
    TRAILING_SLASH,
    BEFORE_SUNSET,
    AFTER_SUNSET,
];

/// The operations that both have; what only one has is reported.
pub(super) fn pairs<'d>(
    base: &Part<'d>,
    revision: &Part<'d>,
    moved: &Moved,
    changes: &mut Changes<'_>,
) -> Vec<Pair<'d>> {
    let listed = |root: &Part<'d>| operations(root, root.below("paths"));
    let (mut pairs, mut unpaired) = (Vec::new(), Vec::new());
    // As it is written first: some documents have paths that differ in nothing but the names of their variables.
    let mut written: BTreeMap<(String, String), Operation<'d>> = listed(revision)
        .into_iter()
        .map(|operation| ((operation.path.clone(), operation.method.clone()), operation))
        .collect();
    for operation in listed(base) {
        match written.remove(&(operation.path.clone(), operation.method.clone())) {
            Some(revision) => pairs.push(Pair { base: operation, revision }),
            None => unpaired.push(operation),
        }
    }
    let mut after: BTreeMap<String, Vec<Operation<'d>>> = BTreeMap::new();
    for operation in written.into_values().rev() {
        after.entry(operation.key()).or_default().push(operation);
    }
    let mut take = |key: &str| after.get_mut(key).and_then(Vec::pop);
    let mut open = Vec::new();
    for operation in unpaired {
        match take(&operation.key()) {
            Some(revision) => pairs.push(Pair { base: operation, revision }),
            None => open.push(operation),
        }
    }
    let mut gone = Vec::new();
    for operation in open {
        let (method, path) = (&operation.method, numbered(&operation.path));
        let key = |path: &str| format!("{path} {method}");
        let slashed = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
        if let Some(revision) = moved.path(&path).and_then(|path| take(&key(&path))) {
            pairs.push(Pair { base: operation, revision });
        } else if let Some(revision) = take(&key(&slashed)) {
            let mut finding = Finding::new(TRAILING_SLASH, Side::Revision);
            finding.base = Some(operation.path_item.pointer.clone());
            finding.revision = Some(revision.path_item.pointer.clone());
            finding.note = Some(format!("`{}` is now `{}`", operation.path, revision.path));
            changes.add(&operation.title, finding);
            pairs.push(Pair { base: operation, revision });
        } else {
            gone.push(operation);
        }
    }
    let paths = |root: &Part<'d>| -> Vec<String> {
        root.below("paths").iter().map(|(path, _)| numbered(path)).collect()
    };
    let (paths_before, paths_after) = (paths(base), paths(revision));
    for operation in gone {
        let whole = !paths_after.contains(&numbered(&operation.path));
        removed(&operation, whole, revision, changes);
    }
    for operation in after.into_values().flat_map(|operations| operations.into_iter().rev()) {
        let whole = !paths_before.contains(&numbered(&operation.path));
        let (rule, part) =
            if whole { (PATH_ADDED, &operation.path_item) } else { (OPERATION_ADDED, &operation.part) };
        changes.came(&operation.title, rule, part, &base.place("paths"));
    }
    pairs.sort_by(|one, two| one.base.part.pointer.cmp(&two.base.part.pointer));
    pairs
}

/// An operation is gone: how bad that is depends on what was announced.
fn removed(operation: &Operation<'_>, whole: bool, revision: &Part<'_>, changes: &mut Changes<'_>) {
    let announced = operation.part.flag("deprecated").then(|| super::deprecation::sunset(&operation.part));
    let today = changes.settings.today;
    let around = revision.place("paths");
    let (rule, note) = match announced {
        Some(Some(Ok(sunset))) if today.is_some_and(|today| today >= sunset) => {
            (AFTER_SUNSET, Some(format!("it was announced to go on {sunset}")))
        }
        Some(Some(Ok(sunset))) => (BEFORE_SUNSET, Some(format!("it was announced to stay until {sunset}"))),
        Some(_) => (OPERATION_REMOVED, Some("it was deprecated, with no date".to_owned())),
        None => (OPERATION_REMOVED, None),
    };
    let whole = whole && rule == OPERATION_REMOVED && note.is_none();
    let (rule, part) = if whole { (PATH_REMOVED, &operation.path_item) } else { (rule, &operation.part) };
    let mut finding = Finding::new(rule, Side::Base);
    (finding.base, finding.revision) = (Some(part.pointer.clone()), Some(around));
    finding.absent = Some(Side::Revision);
    finding.note = note;
    changes.add(&operation.title, finding);
}
