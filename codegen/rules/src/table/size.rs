//! How large items get, as DynamoDB counts: names of attributes and values.
//!
//! Source: "DynamoDB item sizes and formats" of the developer guide.

use stipule_ir::table::{Entity, FieldRef, Key, Segment, SegmentKind, Table};
use stipule_ir::types::{EnumLiteral, Extra, Field, Limits, Newtype, Scalar};
use stipule_ir::{Contract, TypeId, TypeKind};

use super::keys::{Keys, Longest, Set, most_bytes};

/// Bytes of a list or map beside its content.
const NESTED: u64 = 3;

/// Deepest nesting followed; the service stores 32 levels.
const DEEPEST: usize = 32;

/// Bytes of the largest number.
const NUMBER: u64 = 21;

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
        value_bytes(ty, &self.keys)
    }

    /// Most bytes of what an item has beside its fields: its keys everywhere, their names, its entity and version.
    pub fn beside_fields(&self, table: &Table, entity: &Entity) -> u64 {
        all_keys(entity, &self.keys).saturating_add(names(table, entity))
    }
}

/// The largest item of an entity.
pub(super) struct Largest<'c> {
    /// Bytes of everything that is bounded.
    pub(super) bytes: u64,
    /// Fields with the most bytes of their value.
    pub(super) fields: Vec<(u64, &'c Field)>,
    /// Fields that nothing bounds.
    pub(super) unbounded: Vec<&'c Field>,
    /// Of those bytes, the ones of keys: no one item need have all its keys at their longest.
    pub(super) of_keys: u64,
}

impl<'c> Largest<'c> {
    /// Of the whole item, with its keys in every index.
    pub(super) fn of(table: &Table, entity: &Entity, keys: &Keys<'c>) -> Self {
        let fields = match &keys.contract.types.get(entity.ty).kind {
            TypeKind::Struct(fields) => fields.fields.as_slice(),
            _ => &[],
        };
        let of_keys = all_keys(entity, keys);
        let bytes = of_keys.saturating_add(names(table, entity));
        let mut largest = Self { bytes, fields: Vec::new(), unbounded: Vec::new(), of_keys };
        for field in fields {
            match value_bytes(field.ty, keys) {
                Some(bytes) => {
                    largest.bytes =
                        largest.bytes.saturating_add(length(&field.name.wire)).saturating_add(bytes);
                    largest.fields.push((bytes, field));
                }
                None => largest.unbounded.push(field),
            }
        }
        largest
    }
}

/// Names of the key attributes, the entity's name and the version.
fn names(table: &Table, entity: &Entity) -> u64 {
    let mut bytes = length(&table.pk) + length(&table.sk);
    bytes += length(&table.type_attribute) + length(&entity.name.wire);
    for key in &entity.index_keys {
        bytes += 2 * (length(&table.indexes[key.index.0 as usize].name.wire) + 2);
    }
    bytes + if entity.version { VERSION } else { 0 }
}

fn all_keys(entity: &Entity, keys: &Keys<'_>) -> u64 {
    let in_indexes = entity.index_keys.iter().map(|key| &key.key);
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
        SegmentKind::Field { field, codec } => bounded(&most_bytes(&keys.set(entity, *field, *codec), true))?,
    };
    Some(bytes.saturating_add(1).min(2048))
}

fn bounded(longest: &Longest) -> Option<u64> {
    match longest {
        Longest::Text(bytes, _) | Longest::AtMost(bytes) => Some(*bytes),
        Longest::Unbounded => None,
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

/// The largest value of each field that is a scalar.
pub(super) fn longest_values(entity: &Entity, keys: &Keys<'_>) -> Vec<(FieldRef, EnumLiteral)> {
    let TypeKind::Struct(fields) = &keys.contract.types.get(entity.ty).kind else { return Vec::new() };
    let all = (0u32..).map(FieldRef).zip(&fields.fields);
    all.filter_map(|(at, field)| Some((at, longest_value(field.ty, keys)?))).collect()
}

fn longest_value(ty: TypeId, keys: &Keys<'_>) -> Option<EnumLiteral> {
    match &keys.contract.types.get(ty).kind {
        TypeKind::Enum(declared) => {
            declared.values.iter().map(|value| &value.value).max_by_key(|value| literal_bytes(value)).cloned()
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
                ends.into_iter().max_by_key(|number| number_bytes(*number)).map(EnumLiteral::Integer)
            }
            set => match most_bytes(set, false) {
                Longest::Text(_, text) => Some(EnumLiteral::String(text)),
                Longest::AtMost(_) | Longest::Unbounded => None,
            },
        },
        _ => None,
    }
}

/// Most bytes of a value of a type; `None` when nothing bounds it.
fn value_bytes(ty: TypeId, keys: &Keys<'_>) -> Option<u64> {
    most_of(ty, keys, 0)
}

fn most_of(ty: TypeId, keys: &Keys<'_>, depth: usize) -> Option<u64> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |ty: TypeId| most_of(ty, keys, depth + 1);
    let times = |number: Option<u64>, each: u64| Some(number?.saturating_mul(each.saturating_add(1)));
    let all = |types: &mut dyn Iterator<Item = TypeId>| -> Option<Vec<u64>> { types.map(inner).collect() };
    let content = match &keys.contract.types.get(ty).kind {
        TypeKind::Scalar(scalar) => return scalar_bytes(*scalar, &Limits::default(), ty, keys),
        TypeKind::Newtype(Newtype { base, limits, .. }) => return scalar_bytes(*base, limits, ty, keys),
        TypeKind::Enum(declared) => {
            return declared.values.iter().map(|value| literal_bytes(&value.value)).max();
        }
        TypeKind::Union(union) => {
            let tags = union.variants.iter().flat_map(|variant| &variant.tags).map(|tag| length(tag));
            let tag = union.tag.as_ref().map_or(0, |name| length(name) + 1 + tags.max().unwrap_or(0));
            let largest = all(&mut union.variants.iter().map(|variant| variant.ty))?.into_iter().max()?;
            return Some(largest.saturating_add(tag));
        }
        TypeKind::Struct(fields) => {
            let mut total: u64 = 0;
            for field in &fields.fields {
                let name = length(&field.name.wire).saturating_add(1);
                total = total.saturating_add(name).saturating_add(inner(field.ty)?);
            }
            match fields.extra {
                Extra::Refused | Extra::Ignored => total,
                Extra::Kept(_) => return None,
            }
        }
        TypeKind::List(list) => times(list.max_items, inner(list.item)?)?,
        TypeKind::Map(map) => {
            let entry = map.key.map(inner)??.saturating_add(inner(map.value)?);
            times(map.max_properties, entry)?
        }
        // Bodies of parts are never stored.
        TypeKind::Multipart(_) => return None,
        TypeKind::Tuple(items) => {
            let sizes = all(&mut items.iter().copied())?;
            sizes.into_iter().fold(0_u64, |total, size| total.saturating_add(size).saturating_add(1))
        }
    };
    Some(content.saturating_add(NESTED))
}

fn literal_bytes(literal: &EnumLiteral) -> u64 {
    match literal {
        EnumLiteral::String(text) => length(text),
        EnumLiteral::Integer(number) => number_bytes(*number),
        EnumLiteral::Boolean(_) => 1,
    }
}

/// A byte per two digits, one more, and one for the sign.
fn number_bytes(number: i64) -> u64 {
    let digits = number.unsigned_abs().checked_ilog10().map_or(1, |digits| u64::from(digits) + 1);
    digits.div_ceil(2) + 1 + u64::from(number < 0)
}

fn scalar_bytes(base: Scalar, limits: &Limits, ty: TypeId, keys: &Keys<'_>) -> Option<u64> {
    match base {
        Scalar::Boolean | Scalar::Null => Some(1),
        Scalar::Int32 | Scalar::Int64 => match &*keys.set_of_type(ty) {
            Set::Integers(integers) => Some(number_bytes(integers.least).max(number_bytes(integers.most))),
            _ => Some(NUMBER),
        },
        Scalar::Float64 => Some(NUMBER),
        Scalar::Uuid
        | Scalar::Ulid
        | Scalar::Date
        | Scalar::DateTime
        | Scalar::String
        | Scalar::Email
        | Scalar::Uri => bounded(&most_bytes(&keys.set_of_type(ty), false)),
        Scalar::Decimal => limits.max_length,
        Scalar::Bytes | Scalar::Any => None,
    }
}
