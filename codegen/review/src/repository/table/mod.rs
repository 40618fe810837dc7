//! Tables: what is stored under which keys, and how it is read and written.
//!
//! A table outlives every version of its contract: what changes must still find and read what is there.

mod conditions;
mod entities;
mod expiry;
mod indexes;
mod keys;
mod reads;
mod uniqueness;
mod writes;

use std::time::Duration;

use stipule_ir::{Contract, Table, TypeKind};

use super::diff::{About, Diff};
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV730", "table-removed", Severity::Break).loses_data();
const ADDED: Rule = rule("REV731", "table-added", Severity::Safe);
const KEY_ATTRIBUTE: Rule = rule("REV732", "table-key-attribute-changed", Severity::Break).loses_data();
const TYPE_ATTRIBUTE: Rule = rule("REV733", "table-type-attribute-changed", Severity::Break).loses_data();
const TENANT_ATTRIBUTE: Rule = rule("REV734", "table-tenant-attribute-changed", Severity::Break).loses_data();
const TTL_ATTRIBUTE: Rule = rule("REV735", "table-expiry-attribute-changed", Severity::Break);
const OUTBOX_REMOVED: Rule = rule("REV736", "outbox-removed", Severity::Break).loses_data();
const FEWER_SHARDS: Rule = rule("REV737", "outbox-shards-fewer", Severity::Break).loses_data();
const MORE_SHARDS: Rule = rule("REV738", "outbox-shards-more", Severity::Safe);
const OUTBOX_SHORTER: Rule = rule("REV739", "outbox-expiry-shortened", Severity::Risky);

pub(in crate::repository) const RULES: &[Rule] = &[
    REMOVED,
    ADDED,
    KEY_ATTRIBUTE,
    TYPE_ATTRIBUTE,
    TENANT_ATTRIBUTE,
    TTL_ATTRIBUTE,
    OUTBOX_REMOVED,
    FEWER_SHARDS,
    MORE_SHARDS,
    OUTBOX_SHORTER,
];

/// The rules about parts of tables.
pub(in crate::repository) fn parts() -> impl Iterator<Item = &'static [Rule]> {
    let parts = [
        entities::RULES,
        keys::RULES,
        indexes::RULES,
        reads::RULES,
        writes::RULES,
        expiry::RULES,
        uniqueness::RULES,
    ];
    parts.into_iter()
}

/// A table before and after, in the contracts that its types are from.
#[derive(Clone, Copy)]
struct Tables<'t> {
    before: One<'t>,
    after: One<'t>,
}

/// One version of a table.
#[derive(Clone, Copy)]
struct One<'t> {
    contract: &'t Contract,
    table: &'t Table,
}

impl<'t> One<'t> {
    /// The wire name of a field of an entity.
    fn field(self, entity: stipule_ir::table::EntityId, field: stipule_ir::table::FieldRef) -> &'t str {
        self.field_of(self.table.entities[entity.0 as usize].ty, field)
    }

    /// The same by its struct.
    fn field_of(self, ty: stipule_ir::TypeId, field: stipule_ir::table::FieldRef) -> &'t str {
        match &self.contract.types.get(ty).kind {
            TypeKind::Struct(fields) => {
                fields.fields.get(field.0 as usize).map_or("?", |field| field.name.wire.as_str())
            }
            _ => "?",
        }
    }

    /// The name of an entity.
    fn entity(self, entity: stipule_ir::table::EntityId) -> &'t str {
        &self.table.entities[entity.0 as usize].name.wire
    }
}

/// What findings about a table reach.
fn title(table: &Table) -> String {
    format!("table {}", table.name.wire)
}

/// `7 days`, `90 seconds`.
pub(in crate::repository) fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    for (unit, name) in [(86_400, "day"), (3_600, "hour"), (60, "minute")] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            let number = seconds / unit;
            return format!("{number} {name}{}", if number == 1 { "" } else { "s" });
        }
    }
    format!("{seconds} seconds")
}

/// Compares the tables of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let named = |tables: &'_ [Table], name: &str| tables.iter().position(|table| table.name.wire == name);
    for before in &base.tables {
        diff.owned(&title(before), &before.name.wire);
        let about = About::new(title(before), title(before));
        match named(&revision.tables, &before.name.wire) {
            Some(index) => {
                let after = &revision.tables[index];
                let before = One { contract: base, table: before };
                pair(diff, Tables { before, after: One { contract: revision, table: after } });
            }
            None => diff.gone(&about, REMOVED, &before.span, &revision.platform.span),
        }
    }
    for after in &revision.tables {
        if named(&base.tables, &after.name.wire).is_none() {
            diff.owned(&title(after), &after.name.wire);
            let about = About::new(title(after), title(after));
            diff.came(&about, ADDED, &base.platform.span, &after.span);
        }
    }
}

fn pair(diff: &mut Diff<'_>, tables: Tables<'_>) {
    attributes(diff, &tables);
    outbox(diff, &tables);
    entities::check(diff, &tables);
    indexes::check(diff, &tables);
    reads::check(diff, &tables);
    writes::check(diff, &tables);
}

/// The attributes that every item has.
fn attributes(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let places = (&before.span, &after.span);
    let name = title(after);
    for (rule, subject, old, new) in [
        (KEY_ATTRIBUTE, "partition key", Some(&before.pk), Some(&after.pk)),
        (KEY_ATTRIBUTE, "sort key", Some(&before.sk), Some(&after.sk)),
        (TYPE_ATTRIBUTE, "type attribute", Some(&before.type_attribute), Some(&after.type_attribute)),
        (TENANT_ATTRIBUTE, "tenant attribute", Some(&before.tenant), Some(&after.tenant)),
        (TTL_ATTRIBUTE, "expiry attribute", before.ttl_attribute.as_ref(), after.ttl_attribute.as_ref()),
    ] {
        if old != new {
            let about = About::new(&name, format!("{} {subject}", before.name.wire));
            diff.differs(&about, rule, places, (old.map(String::as_str), new.map(String::as_str)));
        }
    }
}

fn outbox(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let about = About::new(title(after), "outbox");
    let places = (&before.span, &after.span);
    let (Some(old), Some(new)) = (&before.outbox, &after.outbox) else {
        if before.outbox.is_some() {
            diff.gone(&about, OUTBOX_REMOVED, places.0, places.1);
        }
        return;
    };
    if old.shards != new.shards {
        let rule = if new.shards < old.shards { FEWER_SHARDS } else { MORE_SHARDS };
        diff.differs(&about, rule, places, (old.shards, new.shards));
    }
    if new.ttl < old.ttl {
        diff.differs(&about, OUTBOX_SHORTER, places, (spoken(old.ttl), spoken(new.ttl)));
    }
}
