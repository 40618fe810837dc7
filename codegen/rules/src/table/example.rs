//! Items as proofs show them.

use stipule_ir::table::{Entity, FieldRef, IndexId};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Example;

use super::keys::Keys;

/// An item of an entity with these values.
pub(super) fn example(entity: &Entity, values: &[(FieldRef, EnumLiteral)], keys: &Keys<'_>) -> Example {
    let fields = values.iter().map(|(field, value)| (keys.name(entity, *field), value.clone())).collect();
    Example { entity: entity.name.wire.clone(), fields, without: Vec::new() }
}

/// As [`example`], of an item that is in an index: the fields that decide about it have one of the values that let it
/// in.
pub(super) fn example_in(
    entity: &Entity,
    index: Option<IndexId>,
    values: &[(FieldRef, EnumLiteral)],
    keys: &Keys<'_>,
) -> Example {
    let mut values = values.to_vec();
    let found = entity.index_keys.iter().find(|found| Some(found.index) == index);
    for when in found.iter().flat_map(|found| &found.when) {
        let known = values.iter().any(|(field, _)| *field == when.field);
        if let (false, Some(value)) = (known, when.values.first()) {
            values.push((when.field, value.clone()));
        }
    }
    example(entity, &values, keys)
}
