//! What an operation touches beside its item: keys in indexes, locks.

use stipule_ir::table::{Changes, Demand, Entity, FieldRef, IndexKey, Unique, WriteKind};

use crate::store::index_key::deciding;
use crate::store::key;

/// The indexes whose keys change when these fields do.
pub(super) fn touched<'e>(entity: &'e Entity, changes: &Changes) -> Vec<&'e IndexKey> {
    let changed: Vec<FieldRef> = changes.fields().collect();
    entity.composed().filter(|key| deciding(key).iter().any(|field| changed.contains(field))).collect()
}

/// The locks that an operation takes: an update that removes a part of a unique value takes none.
pub(super) fn taken<'e>(entity: &'e Entity, kind: &WriteKind) -> Vec<&'e Unique> {
    let removed = |unique: &&Unique| {
        kind.changes().is_some_and(|changes| changes.remove.iter().any(|field| unique.has(*field)))
    };
    locks(entity, kind).into_iter().filter(|unique| !removed(unique)).collect()
}

/// The locks that an operation takes or gives back.
pub(super) fn locks<'e>(entity: &'e Entity, kind: &WriteKind) -> Vec<&'e Unique> {
    entity
        .unique
        .iter()
        .filter(|unique| match kind {
            WriteKind::Put { .. } => true,
            WriteKind::Update { changes, .. } => changes.fields().any(|field| unique.has(field)),
            _ => false,
        })
        .collect()
}

/// The entity whose stored value the operation needs: for its version, for the key it leaves in an index, for the
/// lock it gives back.
pub(super) fn needs_stored(entity: &Entity, kind: &WriteKind) -> bool {
    match kind {
        WriteKind::Put { demand: Demand::Present(_), .. } | WriteKind::Delete { .. } => {
            entity.version || !entity.unique.is_empty()
        }
        WriteKind::Update { .. } => {
            entity.version || !relied_upon(entity, kind).is_empty() || !locks(entity, kind).is_empty()
        }
        WriteKind::Check { current, .. } => *current,
        WriteKind::Put { .. } | WriteKind::Upsert { .. } | WriteKind::Emit { .. } => false,
    }
}

/// Fields of the stored value that a write without a version relies on: it demands that they are as they were.
pub(super) fn relied_upon(entity: &Entity, kind: &WriteKind) -> Vec<FieldRef> {
    let parts = |unique: &Unique| unique.parts.iter().map(|part| part.field).collect::<Vec<_>>();
    let mut fields: Vec<FieldRef> = Vec::new();
    match kind {
        WriteKind::Update { changes, .. } => {
            let fixed = key::fields_of(&entity.key);
            let never_changes = |field: &FieldRef| {
                fixed.contains(field) || entity.immutable.iter().any(|it| it.value == *field)
            };
            let decided = |field: &FieldRef| changes.set.contains(field) || changes.remove.contains(field);
            for index_key in touched(entity, changes) {
                let others = deciding(index_key).into_iter();
                fields.extend(others.filter(|field| !decided(field) && !never_changes(field)));
            }
            fields.extend(locks(entity, kind).into_iter().flat_map(parts));
        }
        WriteKind::Put { demand: Demand::Present(_), .. } => {
            fields.extend(entity.unique.iter().flat_map(parts));
            fields.extend(entity.immutable.iter().map(|immutable| immutable.value));
        }
        WriteKind::Delete { .. } => fields.extend(entity.unique.iter().flat_map(parts)),
        _ => {}
    }
    fields.sort();
    fields.dedup();
    fields
}
