//! Writes: what happens together, under which conditions, and who hears of it.

use stipule_ir::table::{Batch, BatchKind, Changes, Write, WriteKind, WriteOperation};

use super::conditions::demanded;
use super::{One, Tables, title};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::repository::events;
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV800", "write-removed", Severity::Break).compile();
const ADDED: Rule = rule("REV801", "write-added", Severity::Safe);
const CONDITION_REMOVED: Rule = rule("REV802", "write-condition-removed", Severity::Break);
const CONDITION_ADDED: Rule = rule("REV803", "write-condition-added", Severity::Risky);
const CONDITION_CHANGED: Rule = rule("REV804", "write-condition-changed", Severity::Risky);
const PART_REMOVED: Rule = rule("REV805", "write-part-removed", Severity::Break).compile();
const PART_ADDED: Rule = rule("REV806", "write-part-added", Severity::Risky).compile();
const CHANGES: Rule = rule("REV807", "write-fields-changed", Severity::Risky).compile();
const LIMIT_LOWERED: Rule = rule("REV808", "write-limit-lowered", Severity::Risky);
const LIMIT_RAISED: Rule = rule("REV809", "write-limit-raised", Severity::Safe);
const SILENT: Rule = rule("REV810", "write-event-removed", Severity::Break).compile();
const HEARD: Rule = rule("REV811", "write-event-added", Severity::Safe).compile();
const ERROR: Rule = rule("REV812", "write-error-renamed", Severity::Risky).compile();
const VERSION: Rule = rule("REV813", "write-event-version-changed", Severity::Break).compile();

pub(super) const RULES: &[Rule] = &[
    REMOVED,
    ADDED,
    CONDITION_REMOVED,
    CONDITION_ADDED,
    CONDITION_CHANGED,
    PART_REMOVED,
    PART_ADDED,
    CHANGES,
    LIMIT_LOWERED,
    LIMIT_RAISED,
    SILENT,
    HEARD,
    ERROR,
    VERSION,
];

/// Compares the writes of both sides.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let about = |name: &stipule_ir::Name| About::new(title(after), name.wire.clone());
    for old in &before.writes {
        match after.writes.iter().find(|new| new.name.wire == old.name.wire) {
            Some(new) => pair(diff, tables, &about(&new.name), (old, new)),
            None => diff.gone(&about(&old.name), REMOVED, &old.span, &after.span),
        }
    }
    for new in &after.writes {
        if !before.writes.iter().any(|old| old.name.wire == new.name.wire) {
            diff.came(&about(&new.name), ADDED, &before.span, &new.span);
        }
    }
    for old in &before.batches {
        match after.batches.iter().find(|new| new.name.wire == old.name.wire) {
            Some(new) => batch(diff, tables, &about(&new.name), (old, new)),
            None => diff.gone(&about(&old.name), REMOVED, &old.span, &after.span),
        }
    }
    for new in &after.batches {
        if !before.batches.iter().any(|old| old.name.wire == new.name.wire) {
            diff.came(&about(&new.name), ADDED, &before.span, &new.span);
        }
    }
}

fn batch(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Batch, &Batch)) {
    let places = (&old.span, &new.span);
    let what = |one: One<'_>, batch: &Batch| {
        let verb = match batch.kind {
            BatchKind::Put => "put",
            BatchKind::Delete => "delete",
        };
        format!("{verb} {}", one.entity(batch.entity))
    };
    let (before, after) = (what(tables.before, old), what(tables.after, new));
    if before != after {
        diff.differs(about, PART_REMOVED, places, (before, after));
    } else if old.max.value != new.max.value {
        let rule = if new.max.value < old.max.value { LIMIT_LOWERED } else { LIMIT_RAISED };
        diff.differs(about, rule, (&old.max.span, &new.max.span), (old.max.value, new.max.value));
    }
}

/// `put Order`, `emit Order.Placed v1`: what a part does, which is how parts are paired.
fn what(one: One<'_>, operation: &WriteOperation) -> String {
    let verb = match &operation.kind {
        WriteKind::Put { .. } => "put",
        WriteKind::Update { .. } => "update",
        WriteKind::Upsert { .. } => "upsert",
        WriteKind::Delete { .. } => "delete",
        WriteKind::Check { .. } => "check",
        WriteKind::Emit { event } => return format!("emit {}", events::title(one.contract.event(*event))),
    };
    format!("{verb} {}", operation.kind.entity().map(|entity| one.entity(entity)).unwrap_or_default())
}

fn pair(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Write, &Write)) {
    let mut left: Vec<(String, &WriteOperation)> =
        new.operations.iter().map(|operation| (what(tables.after, operation), operation)).collect();
    for before in &old.operations {
        let name = what(tables.before, before);
        match left.iter().position(|(other, _)| *other == name) {
            Some(index) => {
                let (_, after) = left.remove(index);
                let about = about.part(format!("{}: {name}", about.subject));
                operation(diff, tables, &about, (before, after));
            }
            None if version_changed(diff, tables, about, before, &mut left) => {}
            None => {
                let event = name.strip_prefix("emit ");
                let rule = if event.is_some() { SILENT } else { PART_REMOVED };
                let mut about = about.part(format!("{}: {name}", about.subject));
                // Whoever waits for the event is concerned.
                about.reached = event.map_or(about.reached, str::to_owned);
                diff.gone(&about, rule, &before.span, &new.span);
            }
        }
    }
    for (name, after) in left {
        let rule = if name.starts_with("emit ") { HEARD } else { PART_ADDED };
        let about = about.part(format!("{}: {name}", about.subject));
        diff.came(&about, rule, &old.span, &after.span);
    }
}

/// Whether a write says the same in another version of the event; nobody minds if all who subscribe accept it.
fn version_changed(
    diff: &mut Diff<'_>,
    tables: &Tables<'_>,
    about: &About,
    before: &WriteOperation,
    left: &mut Vec<(String, &WriteOperation)>,
) -> bool {
    let event = |one: One<'_>, operation: &WriteOperation| match &operation.kind {
        WriteKind::Emit { event } => Some(one.contract.event(*event).clone()),
        _ => None,
    };
    let Some(old) = event(tables.before, before) else { return false };
    let same = |(_, operation): &(String, &WriteOperation)| {
        event(tables.after, operation).is_some_and(|new| new.name.wire == old.name.wire)
    };
    let Some(index) = left.iter().position(same) else { return false };
    let (_, after) = left.remove(index);
    let Some(new) = event(tables.after, after) else { return false };
    let contract = tables.after.contract;
    let refused = contract.subscriptions.iter().find(|subscription| {
        contract.event(subscription.event).name.wire == new.name.wire
            && !subscription.versions.contains(&new.version)
    });
    let about = About::new(events::title(&old), format!("{}: emit {}", about.subject, old.name.wire));
    let written = (format!("v{}", old.version), format!("v{}", new.version));
    let places = (&before.span, &after.span);
    match refused {
        Some(subscription) => {
            let note = format!("`{}` doesn't accept v{}", subscription.service.value, new.version);
            diff.differs_saying(&about, VERSION, places, written, Some(note));
        }
        None => diff.differs_safely(&about, VERSION, places, written),
    }
    true
}

fn operation(
    diff: &mut Diff<'_>,
    tables: &Tables<'_>,
    about: &About,
    (old, new): (&WriteOperation, &WriteOperation),
) {
    let places = (&old.span, &new.span);
    let (before, after) = (demanded(tables.before, old), demanded(tables.after, new));
    if before != after {
        let within = |some: &[String], all: &[String]| some.iter().all(|one| all.contains(one));
        let rule = match (within(&after, &before), within(&before, &after)) {
            (true, _) => CONDITION_REMOVED,
            (_, true) => CONDITION_ADDED,
            _ => CONDITION_CHANGED,
        };
        let said = |all: &[String]| if all.is_empty() { "any".to_owned() } else { all.join(" and ") };
        diff.differs(about, rule, places, (said(&before), said(&after)));
    }
    let most = |operation: &WriteOperation| operation.each.as_ref().map(|each| each.max.value);
    if most(old) != most(new) {
        let rule = match (most(old), most(new)) {
            (Some(before), Some(after)) if after > before => LIMIT_RAISED,
            (Some(_), Some(_)) => LIMIT_LOWERED,
            // One is now many, or many are one.
            _ => CHANGES,
        };
        diff.differs(about, rule, places, (most(old), most(new)));
    }
    let changed = (changes(tables.before, old), changes(tables.after, new));
    if changed.0 != changed.1 {
        diff.differs(about, CHANGES, places, changed);
    }
    let error = |operation: &WriteOperation| operation.otherwise.as_ref().map(|name| name.wire.clone());
    if error(old) != error(new) {
        diff.differs(about, ERROR, places, (error(old), error(new)));
    }
}

/// `set status; add reserved`
fn changes(one: One<'_>, operation: &WriteOperation) -> String {
    let (Some(changes), Some(entity)) = (operation.kind.changes(), operation.kind.entity()) else {
        return String::new();
    };
    let Changes { set, set_if_absent, add, remove } = changes;
    let mut parts = Vec::new();
    for (verb, fields) in [("set", set), ("set if absent", set_if_absent), ("remove", remove)] {
        let mut names: Vec<&str> = fields.iter().map(|field| one.field(entity, *field)).collect();
        names.sort_unstable();
        if !names.is_empty() {
            parts.push(format!("{verb} {}", names.join(", ")));
        }
    }
    let mut added: Vec<String> = add
        .iter()
        .map(|add| format!("{}{}", if add.negative { "-" } else { "+" }, one.field(entity, add.field)))
        .collect();
    added.sort_unstable();
    if !added.is_empty() {
        parts.push(format!("add {}", added.join(", ")));
    }
    parts.join("; ")
}
