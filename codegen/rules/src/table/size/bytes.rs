//! How many bytes values take.

use std::collections::BTreeMap;

use stipule_ir::types::{EnumLiteral, Extra, Limits, List, Map, Newtype, Scalar, Struct, Union};
use stipule_ir::{TypeId, TypeKind};

use super::length;
use crate::table::keys::{Keys, Longest, Set, most_bytes};

/// Bytes of a list or map beside its content.
const NESTED: u64 = 3;

/// Deepest nesting followed; the service stores 32 levels.
const DEEPEST: usize = 32;

/// Bytes of the largest number.
const NUMBER: u64 = 21;

/// Most bytes of the values of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::table) struct Bytes {
    /// Some value takes so many: what nothing bounds, or what is only known from above, counts nothing.
    pub(in crate::table) surely: u64,
    /// No value takes more; `None` when nothing bounds it.
    pub(in crate::table) most: Option<u64>,
    /// Whether there are more values of that size than any item has room for.
    varied: bool,
}

impl Bytes {
    const UNBOUNDED: Self = Self { surely: 0, most: None, varied: false };

    const fn exact(bytes: u64) -> Self {
        Self { surely: bytes, most: Some(bytes), varied: false }
    }

    const fn at_most(bytes: u64) -> Self {
        Self { surely: 0, most: Some(bytes), varied: false }
    }

    /// Both together, with so many bytes more.
    fn and(self, other: Self, more: u64) -> Self {
        Self {
            surely: self.surely.saturating_add(other.surely).saturating_add(more),
            most: self.most.zip(other.most).map(|(one, two)| one.saturating_add(two).saturating_add(more)),
            varied: self.varied || other.varied,
        }
    }

    /// Up to so many of it, each with a byte more; `distinct` ones when no two may be equal.
    fn times(self, most: Option<u64>, distinct: bool) -> Self {
        let each = self.surely.saturating_add(1);
        let count = most.unwrap_or(0);
        let surely = if distinct && !self.varied { count.min(1) } else { count };
        Self {
            surely: surely.saturating_mul(each),
            most: most.zip(self.most).map(|(count, bytes)| count.saturating_mul(bytes.saturating_add(1))),
            varied: self.varied && count > 0,
        }
    }

    /// The larger of two.
    fn or(self, other: Self) -> Self {
        let larger = if self.surely < other.surely { other } else { self };
        Self { most: self.most.zip(other.most).map(|(one, two)| one.max(two)), ..larger }
    }
}

/// Most bytes of a value of a type.
pub(in crate::table) fn bytes_of(ty: TypeId, keys: &Keys<'_>) -> Bytes {
    Walk { keys, open: Vec::new(), known: BTreeMap::new() }.of(ty)
}

/// A walk through a type, each type within it once.
struct Walk<'k, 'c> {
    keys: &'k Keys<'c>,
    /// The types around the one that is looked at.
    open: Vec<TypeId>,
    known: BTreeMap<TypeId, Bytes>,
}

impl Walk<'_, '_> {
    fn of(&mut self, ty: TypeId) -> Bytes {
        if let Some(known) = self.known.get(&ty) {
            return *known;
        }
        // What contains itself has no end.
        if self.open.contains(&ty) || self.open.len() > DEEPEST {
            return Bytes::UNBOUNDED;
        }
        self.open.push(ty);
        let bytes = self.of_kind(ty);
        self.open.pop();
        self.known.insert(ty, bytes);
        bytes
    }

    fn of_kind(&mut self, ty: TypeId) -> Bytes {
        let contract = self.keys.contract;
        let content = match &contract.types.get(ty).kind {
            TypeKind::Scalar(scalar) => return of_scalar(*scalar, &Limits::default(), ty, self.keys),
            TypeKind::Newtype(Newtype { base, limits, .. }) => {
                return of_scalar(*base, limits, ty, self.keys);
            }
            TypeKind::Enum(declared) => {
                let sizes = declared.values.iter().map(|value| of_literal(&value.value));
                return Bytes::exact(sizes.max().unwrap_or(0));
            }
            TypeKind::Union(union) => return self.of_union(union),
            TypeKind::Struct(fields) => self.of_struct(fields),
            TypeKind::List(List { item, max_items, unique, .. }) => self.of(*item).times(*max_items, *unique),
            TypeKind::Map(map) => self.of_map(map),
            // Bodies of parts are never stored.
            TypeKind::Multipart(_) => return Bytes::UNBOUNDED,
            TypeKind::Tuple(items) => {
                items.iter().fold(Bytes::exact(0), |total, item| total.and(self.of(*item), 1))
            }
        };
        content.and(Bytes::exact(0), NESTED)
    }

    fn of_union(&mut self, union: &Union) -> Bytes {
        let tags = || union.variants.iter().flat_map(|variant| &variant.tags).map(|tag| length(tag));
        let largest = union.variants.iter().map(|variant| self.of(variant.ty)).reduce(Bytes::or);
        let tag = match &union.tag {
            Some(name) => Bytes {
                most: Some(length(name) + 1 + tags().max().unwrap_or(0)),
                ..Bytes::exact(length(name) + 1 + tags().min().unwrap_or(0))
            },
            None => Bytes::exact(0),
        };
        largest.unwrap_or(Bytes::UNBOUNDED).and(tag, 0)
    }

    fn of_struct(&mut self, fields: &Struct) -> Bytes {
        let total = fields
            .fields
            .iter()
            .fold(Bytes::exact(0), |total, field| total.and(self.of(field.ty), length(&field.name.wire) + 1));
        match fields.extra {
            Extra::Refused | Extra::Ignored => total,
            Extra::Kept(_) => Bytes { most: None, ..total },
        }
    }

    fn of_map(&mut self, map: &Map) -> Bytes {
        let value = self.of(map.value);
        match map.key.map(|key| self.of(key)) {
            // Keys are never equal.
            Some(key) => {
                let entry = key.and(value, 0);
                Bytes { varied: key.varied, ..entry }.times(map.max_properties, true)
            }
            None => Bytes { most: None, ..value.times(map.max_properties, false) },
        }
    }
}

/// Bytes of a value of an enum.
pub(super) fn of_literal(literal: &EnumLiteral) -> u64 {
    match literal {
        EnumLiteral::String(text) => length(text),
        EnumLiteral::Integer(number) => of_number(*number),
        EnumLiteral::Boolean(_) => 1,
    }
}

/// A byte per two digits, one more, and one for the sign.
pub(super) fn of_number(number: i64) -> u64 {
    let digits = number.unsigned_abs().checked_ilog10().map_or(1, |digits| u64::from(digits) + 1);
    digits.div_ceil(2) + 1 + u64::from(number < 0)
}

fn of_scalar(base: Scalar, limits: &Limits, ty: TypeId, keys: &Keys<'_>) -> Bytes {
    match base {
        Scalar::Boolean | Scalar::Null => Bytes::exact(1),
        Scalar::Int32 | Scalar::Int64 => match &*keys.set_of_type(ty) {
            Set::Integers(integers) => {
                Bytes::at_most(of_number(integers.least).max(of_number(integers.most)))
            }
            _ => Bytes::at_most(NUMBER),
        },
        Scalar::Float64 => Bytes::at_most(NUMBER),
        Scalar::Uuid
        | Scalar::Ulid
        | Scalar::Date
        | Scalar::DateTime
        | Scalar::String
        | Scalar::Email
        | Scalar::Uri => match most_bytes(&keys.set_of_type(ty), false) {
            Longest::Text(bytes, _) => {
                // Any four characters of the largest kind: there are more such texts than an item has bytes.
                let varied = base == Scalar::String && limits.pattern.is_none() && bytes >= 16;
                Bytes { varied, ..Bytes::exact(bytes) }
            }
            Longest::AtMost(bytes) => Bytes::at_most(bytes),
            Longest::Unbounded => Bytes::UNBOUNDED,
        },
        Scalar::Decimal => limits.max_length.map_or(Bytes::UNBOUNDED, Bytes::at_most),
        Scalar::Bytes | Scalar::Any => Bytes::UNBOUNDED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_equal_counts_once_unless_there_are_many_of_its_size() {
        let (same, varied) = (Bytes::exact(9), Bytes { varied: true, ..Bytes::exact(9) });
        assert_eq!(same.times(Some(5), false).surely, 50);
        assert_eq!(same.times(Some(5), true).surely, 10);
        assert_eq!(varied.times(Some(5), true).surely, 50);
        assert_eq!(same.times(Some(5), true).most, Some(50));
    }

    #[test]
    fn what_nothing_bounds_is_unbounded_and_surely_has_what_is_bounded() {
        let both = Bytes::UNBOUNDED.and(Bytes::exact(9), 1);
        assert_eq!((both.surely, both.most), (10, None));
        assert_eq!(Bytes::exact(9).or(Bytes::UNBOUNDED).most, None);
        assert_eq!(Bytes::exact(9).times(None, false), Bytes { most: None, ..Bytes::exact(0) });
    }
}
