//! How large items get, as DynamoDB counts: names of attributes and values.
//!
//! Source: "DynamoDB item sizes and formats" of the developer guide.

mod bytes;

use stipule_ir::table::{Entity, FieldRef, Key, Segment, SegmentKind, Table};
use stipule_ir::types::{EnumLiteral, Field, Newtype, Scalar};
use stipule_ir::{Contract, TypeId, TypeKind};

pub(super) use self::bytes::{Bytes, bytes_of};
use super::keys::{Keys, Longest, Set, most_bytes};

/// Bytes of a version: 20 digits.
const VERSION: u64 = 2 + 11;

/// Most bytes of the tenant and its `#`.
const TENANT: u64 = super::key_size::TENANT + 1;

/// How large things get, for others than the rules.
pub struct Sizes<'c> {
    keys: Keys<'c>,
}

impl<'c> Sizes<'c> {
    /// Of a contract.
    pub fn new(contract: &'c Contract) -> Self {
        Self { keys: Keys::new(contract) }
    }

    /// Most bytes of a value of a type; `None` when nothing bounds it.
    pub fn value(&self, ty: TypeId) -> Option<u64> {
        bytes_of(ty, &self.keys).most
    }

    /// Most bytes of what an item has beside its fields: its keys everywhere, their names, its entity and version.
    pub fn beside_fields(&self, table: &Table, entity: &Entity) -> u64 {
        all_keys(entity, &self.keys).saturating_add(names(table, entity))
    }
}

/// The largest item of an entity.
pub(super) struct Largest<'c> {
    /// Bytes of everything that is bounded: no item has more, but for what nothing bounds.
    pub(super) bytes: u64,
    /// Bytes that some item has: all that isn't part of a key, at its largest. No one item need have all its keys at their
    /// longest, and its keys may have to be short to be keys at all.
    pub(super) surely: u64,
    /// Fields with the most bytes of their value, and those that some value surely has.
    pub(super) fields: Vec<(Bytes, &'c Field)>,
    /// Fields that nothing bounds.
    pub(super) unbounded: Vec<&'c Field>,
}

impl<'c> Largest<'c> {
    /// Of the whole item, with its keys in every index.
    pub(super) fn of(table: &Table, entity: &Entity, keys: &Keys<'c>) -> Self {
        let fields = match &keys.contract.types.get(entity.ty).kind {
            TypeKind::Struct(fields) => fields.fields.as_slice(),
            _ => &[],
        };
        let bytes = all_keys(entity, keys).saturating_add(names(table, entity));
        let mut largest = Self { bytes, surely: 0, fields: Vec::new(), unbounded: Vec::new() };
        for (at, field) in (0u32..).map(FieldRef).zip(fields) {
            let value = bytes_of(field.ty, keys);
            let name = length(&field.name.wire);
            if !in_a_key(entity, at) {
                largest.surely = largest.surely.saturating_add(name).saturating_add(value.surely);
            }
            match value.most {
                Some(most) => largest.bytes = largest.bytes.saturating_add(name).saturating_add(most),
                None => largest.unbounded.push(field),
            }
            largest.fields.push((value, field));
        }
        largest
    }
}

/// Whether a field is a part of any key of the entity.
pub(super) fn in_a_key(entity: &Entity, wanted: FieldRef) -> bool {
    let keys = std::iter::once(&entity.key).chain(entity.index_keys.iter().map(|index| &index.key));
    keys.flat_map(|key| key.pk.iter().chain(&key.sk)).any(|part| match part.kind {
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => field == wanted,
        SegmentKind::Literal(_) => false,
    })
}

/// Names of the key attributes, the entity's name and the version.
fn names(table: &Table, entity: &Entity) -> u64 {
    let mut bytes = length(&table.pk) + length(&table.sk);
    bytes += length(&table.type_attribute) + length(&entity.name.wire);
    for key in entity.composed() {
        bytes += 2 * (length(&table.indexes[key.index.0 as usize].name.wire) + 2);
    }
    if entity.names_tenant() {
        bytes += length(&table.tenant) + TENANT;
    }
    bytes + if entity.version { VERSION } else { 0 }
}

fn all_keys(entity: &Entity, keys: &Keys<'_>) -> u64 {
    let in_indexes = entity.composed().map(|key| &key.key);
    std::iter::once(&entity.key).chain(in_indexes).map(|key| key_bytes(entity, key, keys)).sum()
}

/// Most bytes of both parts of a key; what nothing bounds counts as what fits (TBL108 demands a bound).
fn key_bytes(entity: &Entity, key: &Key, keys: &Keys<'_>) -> u64 {
    let part = |segments: &[Segment], start: u64, most: u64| {
        let sizes = segments.iter().map(|segment| segment_bytes(entity, segment, keys));
        sizes.sum::<Option<u64>>().map_or(most, |bytes| (bytes + start).min(most))
    };
    part(&key.pk, TENANT, 2048) + part(&key.sk, 0, 1024)
}

fn segment_bytes(entity: &Entity, segment: &Segment, keys: &Keys<'_>) -> Option<u64> {
    let bytes = match &segment.kind {
        SegmentKind::Literal(text) => length(text),
        SegmentKind::Shard { shards, .. } => length(&shards.saturating_sub(1).to_string()),
        SegmentKind::Field { field, codec } => match most_bytes(&keys.set(entity, *field, *codec), true) {
            Longest::Text(bytes, _) | Longest::AtMost(bytes) => bytes,
            Longest::Unbounded => return None,
        },
    };
    Some(bytes.saturating_add(1).min(2048))
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// The largest value of each field that is a scalar; of those in keys one that leaves the keys short.
pub(super) fn large_values(entity: &Entity, keys: &Keys<'_>) -> Vec<(FieldRef, EnumLiteral)> {
    let TypeKind::Struct(fields) = &keys.contract.types.get(entity.ty).kind else { return Vec::new() };
    let all = (0u32..).map(FieldRef).zip(&fields.fields);
    let value = |(at, field): (FieldRef, &Field)| {
        let value = match in_a_key(entity, at) {
            true => keys.values(entity, at, 1).pop(),
            false => longest_value(field.ty, keys),
        };
        Some((at, value?))
    };
    all.filter_map(value).collect()
}

fn longest_value(ty: TypeId, keys: &Keys<'_>) -> Option<EnumLiteral> {
    match &keys.contract.types.get(ty).kind {
        TypeKind::Enum(declared) => {
            let values = declared.values.iter().map(|value| &value.value);
            values.max_by_key(|value| bytes::of_literal(value)).cloned()
        }
        TypeKind::Scalar(Scalar::Boolean) => Some(EnumLiteral::Boolean(true)),
        TypeKind::Scalar(Scalar::Any | Scalar::Null | Scalar::Float64 | Scalar::Decimal) => None,
        TypeKind::Newtype(Newtype { base: Scalar::Decimal, limits, .. }) => {
            let digits = limits.max_length.filter(|_| limits.pattern.is_none())?;
            Some(EnumLiteral::String("1".repeat(usize::try_from(digits).ok()?)))
        }
        TypeKind::Scalar(_) | TypeKind::Newtype(_) => match &*keys.set_of_type(ty) {
            Set::Integers(integers) => {
                let ends = [integers.least, integers.most];
                ends.into_iter().max_by_key(|number| bytes::of_number(*number)).map(EnumLiteral::Integer)
            }
            set => match most_bytes(set, false) {
                Longest::Text(_, text) => Some(EnumLiteral::String(text)),
                Longest::AtMost(_) | Longest::Unbounded => None,
            },
        },
        _ => None,
    }
}
