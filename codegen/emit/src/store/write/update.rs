//! What an operation touches beside its item: keys in indexes, locks.

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexKey, Unique, WriteKind};

use crate::store::entity::deciding;
use crate::store::key;

/// The entity that an operation is about.
pub(super) fn entity_of(kind: &WriteKind) -> Option<EntityId> {
    match kind {
        WriteKind::Put { entity, .. }
        | WriteKind::Update { entity, .. }
        | WriteKind::Delete { entity }
        | WriteKind::Check { entity, .. } => Some(*entity),
        WriteKind::Emit { .. } => None,
    }
}

/// The indexes whose keys change when these fields do.
pub(super) fn touched<'e>(entity: &'e Entity, set: &[FieldRef]) -> Vec<&'e IndexKey> {
    entity.index_keys.iter().filter(|key| deciding(key).iter().any(|field| set.contains(field))).collect()
}

/// The locks that an operation takes.
pub(super) fn locks<'e>(entity: &'e Entity, kind: &WriteKind) -> Vec<&'e Unique> {
    entity
        .unique
        .iter()
        .filter(|unique| match kind {
            WriteKind::Put { .. } => true,
            WriteKind::Update { set, .. } => set.contains(&unique.field),
            WriteKind::Delete { .. } | WriteKind::Check { .. } | WriteKind::Emit { .. } => false,
        })
        .collect()
}

/// The entity whose stored value the operation needs: for its version, for the key it leaves in an index, for the
/// lock it gives back.
pub(super) fn needs_stored(entity: &Entity, kind: &WriteKind) -> bool {
    match kind {
        WriteKind::Put { absent, .. } => !absent && entity.version,
        WriteKind::Update { .. } => {
            entity.version || !relied_upon(entity, kind).is_empty() || !locks(entity, kind).is_empty()
        }
        WriteKind::Delete { .. } => entity.version || !entity.unique.is_empty(),
        WriteKind::Check { .. } | WriteKind::Emit { .. } => false,
    }
}

/// Fields of the stored value that an update without a version relies on: it demands that they are as they were.
pub(super) fn relied_upon(entity: &Entity, kind: &WriteKind) -> Vec<FieldRef> {
    let mut fields: Vec<FieldRef> = Vec::new();
    match kind {
        WriteKind::Update { set, .. } => {
            let fixed = key::fields_of(&entity.key);
            let never_changes = |field: &FieldRef| {
                fixed.contains(field) || entity.immutable.iter().any(|it| it.value == *field)
            };
            for index_key in touched(entity, set) {
                let others = deciding(index_key).into_iter();
                fields.extend(others.filter(|field| !set.contains(field) && !never_changes(field)));
            }
            fields.extend(locks(entity, kind).iter().map(|unique| unique.field));
        }
        WriteKind::Delete { .. } => fields.extend(entity.unique.iter().map(|unique| unique.field)),
        _ => {}
    }
    fields.sort();
    fields.dedup();
    fields
}
