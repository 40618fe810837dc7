//! How many partitions a template of keys has.

use stipule_ir::table::{Codec, Entity, FieldRef, IndexId, Key, Segment, SegmentKind, Table, When};
use stipule_ir::types::{Bound, Newtype, Scalar, TypeKind};
use stipule_ir::{Contract, TypeId};

/// What items of one partition have in common. Two templates that are equal make the same partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) index: Option<IndexId>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Field(TypeId, Codec),
    Shard(TypeId, u32),
}

impl Template {
    pub(super) fn of(contract: &Contract, entity: &Entity, key: &Key, index: Option<IndexId>) -> Self {
        let part = |segment: &Segment| match &segment.kind {
            SegmentKind::Literal(text) => Some(Part::Literal(text.clone())),
            SegmentKind::Field { field, codec } => {
                Some(Part::Field(type_of(contract, entity, *field)?, *codec))
            }
            SegmentKind::Shard { field, shards } => {
                Some(Part::Shard(type_of(contract, entity, *field)?, *shards))
            }
        };
        Self { index, parts: key.pk.iter().filter_map(part).collect() }
    }
}

/// The key of an entity in an index or in the table, and what lets an item into the index.
pub(super) fn key_in(entity: &Entity, index: Option<IndexId>) -> Option<(&Key, &[When])> {
    match index {
        None => Some((&entity.key, &[])),
        Some(index) => {
            let found = entity.index_keys.iter().find(|key| key.index == index)?;
            Some((&found.key, &found.when))
        }
    }
}

/// How many partitions items are spread over: the product of how many values the segments have, each field counted once;
/// `None` for those of which there are any number.
pub(super) fn count(contract: &Contract, entity: &Entity, key: &Key, when: &[When]) -> Option<u64> {
    let field_of = |segment: &Segment| match segment.kind {
        SegmentKind::Field { field, .. } => Some(field),
        SegmentKind::Literal(_) | SegmentKind::Shard { .. } => None,
    };
    let whole: Vec<FieldRef> = key.pk.iter().filter_map(field_of).collect();
    let mut counted: Vec<FieldRef> = Vec::new();
    let mut total = 1_u64;
    for segment in &key.pk {
        let (field, shards) = match segment.kind {
            SegmentKind::Literal(_) => continue,
            SegmentKind::Field { field, .. } => (field, None),
            // Who knows the field knows its shard.
            SegmentKind::Shard { field, .. } if whole.contains(&field) => continue,
            SegmentKind::Shard { field, shards } => (field, Some(u64::from(shards))),
        };
        if counted.contains(&field) {
            continue;
        }
        counted.push(field);
        let values = match when.iter().find(|when| when.field == field) {
            Some(when) => u64::try_from(when.values.len()).ok(),
            None => values(contract, type_of(contract, entity, field)?),
        };
        total = total.saturating_mul(match (values, shards) {
            (Some(values), Some(shards)) => values.min(shards),
            (values, shards) => values.or(shards)?,
        });
    }
    Some(total.max(1))
}

fn type_of(contract: &Contract, entity: &Entity, field: FieldRef) -> Option<TypeId> {
    match &contract.types.get(entity.ty).kind {
        TypeKind::Struct(declared) => declared.fields.get(field.0 as usize).map(|field| field.ty),
        _ => None,
    }
}

/// How many values a type has, if they can be counted at a glance.
fn values(contract: &Contract, ty: TypeId) -> Option<u64> {
    match &contract.types.get(ty).kind {
        TypeKind::Enum(declared) => u64::try_from(declared.values.len()).ok(),
        TypeKind::Scalar(Scalar::Boolean) | TypeKind::Newtype(Newtype { base: Scalar::Boolean, .. }) => {
            Some(2)
        }
        TypeKind::Newtype(Newtype { base: Scalar::Int32 | Scalar::Int64, limits, .. }) => {
            let end = |bound: &Option<Bound>| bound.as_ref()?.value.parse::<i64>().ok();
            end(&limits.maximum)?.abs_diff(end(&limits.minimum)?).checked_add(1)
        }
        _ => None,
    }
}

/// The number of shards of a key, and of which field.
pub(super) fn shards(key: &Key) -> Option<u32> {
    key.pk.iter().find_map(|segment| match segment.kind {
        SegmentKind::Shard { shards, .. } => Some(shards),
        _ => None,
    })
}

/// `gsi2`, or the table.
pub(super) fn place(table: &Table, index: Option<IndexId>) -> String {
    match index {
        None => "the table".to_owned(),
        Some(index) => format!("`{}`", table.indexes[index.0 as usize].name),
    }
}
