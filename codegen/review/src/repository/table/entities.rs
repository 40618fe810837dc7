//! What is stored: entities by their names, and what was written of each under the old schema.

use stipule_ir::Spanned;
use stipule_ir::table::{Entity, FieldRef};

use super::{One, Tables, expiry, keys, title, uniqueness};
use crate::finding::{Flow, Severity, Side};
use crate::repository::diff::{About, Diff};
use crate::repository::schemas::{self, Typed};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV740", "entity-removed", Severity::Break).loses_data();
const ADDED: Rule = rule("REV741", "entity-added", Severity::Safe);
const IMMUTABLE: Rule = rule("REV742", "attribute-became-immutable", Severity::Risky).compile();
const MUTABLE: Rule = rule("REV743", "attribute-no-longer-immutable", Severity::Safe);
const COUNTER: Rule = rule("REV744", "attribute-became-counter", Severity::Risky).compile();
const NO_COUNTER: Rule = rule("REV745", "attribute-no-longer-counter", Severity::Risky).compile();
const UNVERSIONED: Rule = rule("REV746", "entity-lock-removed", Severity::Break).compile();
const VERSIONED: Rule = rule("REV747", "entity-lock-added", Severity::Break).compile();
const FEWER: Rule = rule("REV748", "collection-bound-lowered", Severity::Risky);
const MORE: Rule = rule("REV749", "collection-bound-raised", Severity::Safe);

pub(super) const RULES: &[Rule] =
    &[REMOVED, ADDED, IMMUTABLE, MUTABLE, COUNTER, NO_COUNTER, UNVERSIONED, VERSIONED, FEWER, MORE];

/// Compares the entities of both sides.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let about = |entity: &Entity| About::new(title(after), entity.name.wire.clone());
    for old in &before.entities {
        match after.entities.iter().find(|new| new.name.wire == old.name.wire) {
            Some(new) => pair(diff, tables, &about(new), (old, new)),
            None => {
                let same = |new: &&Entity| {
                    keys::written(tables.after, new) == keys::written(tables.before, old)
                        && !before.entities.iter().any(|old| old.name.wire == new.name.wire)
                };
                let note = after.entities.iter().find(same).map(|new| {
                    format!("`{}` has its keys, but what is stored says `{}`", new.name.wire, old.name.wire)
                });
                diff.gone_saying(&about(old), REMOVED, (&old.span, &after.span), note);
            }
        }
    }
    for new in &after.entities {
        if !before.entities.iter().any(|old| old.name.wire == new.name.wire) {
            diff.came(&about(new), ADDED, &before.span, &new.span);
        }
    }
}

fn pair(diff: &mut Diff<'_>, tables: &Tables<'_>, about: &About, (old, new): (&Entity, &Entity)) {
    keys::check(diff, tables, about, (old, new));
    expiry::check(diff, tables, about, (old, new));
    uniqueness::check(diff, tables, about, (old, new));
    for (came, gone, before, after) in [
        (IMMUTABLE, MUTABLE, &old.immutable, &new.immutable),
        (COUNTER, NO_COUNTER, &old.counters, &new.counters),
    ] {
        let before = names(tables.before, old, before);
        let after = names(tables.after, new, after);
        for (name, place) in after.iter().filter(|(name, _)| !before.iter().any(|(old, _)| old == name)) {
            if has(tables.before, old, name) {
                let about = about.part(format!("{}.{name}", old.name.wire));
                diff.came(&about, came, &old.span, place);
            }
        }
        for (name, place) in before.iter().filter(|(name, _)| !after.iter().any(|(new, _)| new == name)) {
            if has(tables.after, new, name) {
                let about = about.part(format!("{}.{name}", old.name.wire));
                diff.gone(&about, gone, place, &new.span);
            }
        }
    }
    let places = (&old.span, &new.span);
    if old.version != new.version {
        let rule = if new.version { VERSIONED } else { UNVERSIONED };
        diff.differs(about, rule, places, (old.version, new.version));
    }
    let bound = |entity: &Entity| entity.max_per_pk.as_ref().map(|bound| bound.value);
    match (bound(old), bound(new)) {
        (before, after) if before == after => {}
        (before, Some(after)) if before.is_none_or(|before| after < before) => {
            diff.differs(about, FEWER, places, (before, after));
        }
        (before, after) => diff.differs(about, MORE, places, (before, after)),
    }
    let reached = about.reached.clone();
    let typed = Typed {
        reached: &reached,
        before: diff.base.pointer(schemas::place(diff.base.contract, old.ty)),
        after: diff.revision.pointer(schemas::place(diff.revision.contract, new.ty)),
    };
    let flows = [(Flow::Kept, Side::Revision, true), (Flow::Kept, Side::Base, false)];
    schemas::check(diff, &typed, &flows);
}

/// Fields by name, with the places where they are listed.
fn names<'t>(
    one: One<'t>,
    entity: &'t Entity,
    fields: &'t [Spanned<FieldRef>],
) -> Vec<(&'t str, &'t stipule_ir::Span)> {
    fields.iter().map(|field| (one.field_of(entity.ty, field.value), &field.span)).collect()
}

fn has(one: One<'_>, entity: &Entity, name: &str) -> bool {
    match &one.contract.types.get(entity.ty).kind {
        stipule_ir::TypeKind::Struct(fields) => fields.fields.iter().any(|field| field.name.wire == name),
        _ => false,
    }
}
