//! Whether a value of one type can stand where another type is wanted.

use crate::types::{Extra, Scalar, TypeId, TypeKind, TypeTable};

/// How deep two types are compared: types may contain themselves.
const DEEPEST: u32 = 16;

impl TypeTable {
    /// Whether each value of `from` is a value of `to`, as far as the model tells: yes is certain, no may be doubt.
    pub fn fits(&self, from: TypeId, to: TypeId) -> bool {
        fits_within(self, from, to, DEEPEST)
    }
}

fn fits_within(types: &TypeTable, from: TypeId, to: TypeId, depth: u32) -> bool {
    if from == to {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    match (&types.get(from).kind, &types.get(to).kind) {
        (_, TypeKind::Scalar(Scalar::Any)) => true,
        (TypeKind::Scalar(one), TypeKind::Scalar(other)) => scalar_fits(*one, *other),
        (TypeKind::Newtype(one), TypeKind::Scalar(other)) => scalar_fits(one.base, *other),
        (TypeKind::Newtype(one), TypeKind::Newtype(other)) => {
            one.base == other.base && one.limits == other.limits
        }
        (TypeKind::Enum(_), TypeKind::Scalar(Scalar::String)) => true,
        (TypeKind::Enum(one), TypeKind::Enum(other)) => {
            one.values.iter().all(|value| other.values.iter().any(|it| it.value == value.value))
        }
        (TypeKind::List(one), TypeKind::List(other)) => {
            let shorter = other.max_items.is_none_or(|most| one.max_items.is_some_and(|max| max <= most));
            let longer = other.min_items.unwrap_or(0) <= one.min_items.unwrap_or(0);
            let unique = one.unique || !other.unique;
            let null = other.nullable_items || !one.nullable_items;
            shorter && longer && unique && null && fits_within(types, one.item, other.item, depth)
        }
        (TypeKind::Struct(one), TypeKind::Struct(other)) => {
            let closed = matches!(other.extra, Extra::Refused);
            let known = |name: &str| other.fields.iter().any(|field| field.name.wire == name);
            let none_more = !closed || one.fields.iter().all(|field| known(&field.name.wire));
            none_more
                && other.fields.iter().all(|wanted| {
                    let found = one.fields.iter().find(|field| field.name.wire == wanted.name.wire);
                    match found {
                        None => !wanted.required,
                        Some(field) => {
                            (field.required || !wanted.required)
                                && (wanted.nullable || !field.nullable)
                                && fits_within(types, field.ty, wanted.ty, depth)
                        }
                    }
                })
        }
        _ => false,
    }
}

fn scalar_fits(from: Scalar, to: Scalar) -> bool {
    from == to
        || matches!(
            (from, to),
            (Scalar::Int32, Scalar::Int64 | Scalar::Float64)
                | (Scalar::Int64, Scalar::Float64)
                | (
                    Scalar::Uuid
                        | Scalar::Date
                        | Scalar::DateTime
                        | Scalar::Email
                        | Scalar::Uri
                        | Scalar::Decimal,
                    Scalar::String
                )
        )
}
