//! Whether a value keeps a type: examples are written by people, and a wrong one must not be taken for a value.

use stipule_ir::types::{Bound, EnumLiteral, Extra, Limits, Scalar, Struct, Union};
use stipule_ir::{TypeId, TypeKind, TypeTable};
use stipule_wire::{Base64, Date, DateTime, Decimal, Email, Json, Pattern, Ulid, Uri, Uuid};

/// Deepest nesting that is followed.
const DEEPEST: usize = 64;

/// Whether a value is one of the type's.
pub(crate) fn admits(types: &TypeTable, ty: TypeId, value: &Json<'_>) -> bool {
    within(types, ty, value, 0)
}

fn within(types: &TypeTable, ty: TypeId, value: &Json<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let inner = |ty: TypeId, value: &Json<'_>| within(types, ty, value, depth + 1);
    match &types.get(ty).kind {
        TypeKind::Scalar(scalar) => limited(*scalar, &Limits::default(), value),
        TypeKind::Newtype(newtype) => limited(newtype.base, &newtype.limits, value),
        TypeKind::Enum(declared) => declared.values.iter().any(|known| literal(&known.value, value)),
        TypeKind::Struct(declared) => object(declared, value, inner),
        TypeKind::Union(union) => one_of(union, value, inner),
        TypeKind::List(list) => value.as_array().is_some_and(|items| {
            counted(items.len(), list.min_items, list.max_items)
                && items.iter().all(|item| (list.nullable_items && item.is_null()) || inner(list.item, item))
                && !(list.unique && repeats(items))
        }),
        TypeKind::Map(map) => value.as_object().is_some_and(|entries| {
            counted(entries.len(), map.min_properties, map.max_properties)
                && entries.iter().all(|(name, value)| {
                    map.key.is_none_or(|key| inner(key, &Json::from(name)))
                        && ((map.nullable_values && value.is_null()) || inner(map.value, value))
                })
        }),
        TypeKind::Tuple(parts) => value.as_array().is_some_and(|items| {
            items.len() == parts.len() && parts.iter().zip(items).all(|(part, item)| inner(*part, item))
        }),
        // A body of parts is no JSON value.
        TypeKind::Multipart(_) => false,
    }
}

fn object(declared: &Struct, value: &Json<'_>, inner: impl Fn(TypeId, &Json<'_>) -> bool) -> bool {
    let Some(members) = value.as_object() else { return false };
    let known = declared.fields.iter().all(|field| match members.get(&field.name.wire) {
        None => !field.required,
        Some(value) => (field.nullable && value.is_null()) || inner(field.ty, value),
    });
    let mut extra =
        members.iter().filter(|(name, _)| declared.fields.iter().all(|field| field.name.wire != *name));
    let extra_fits = |(_, value): (&str, &Json<'_>)| match declared.extra {
        Extra::Refused => false,
        Extra::Ignored => true,
        Extra::Kept(ty) => inner(ty, value),
    };
    known && extra.all(extra_fits) && counted(members.len(), declared.min_properties, declared.max_properties)
}

fn one_of(union: &Union, value: &Json<'_>, inner: impl Fn(TypeId, &Json<'_>) -> bool) -> bool {
    if let Some(tag) = &union.tag {
        let said = value.get(tag).and_then(Json::as_str).unwrap_or_default();
        let chosen = union.variants.iter().find(|variant| variant.tags.iter().any(|tag| tag == said));
        return chosen.is_some_and(|variant| inner(variant.ty, value));
    }
    let matching = union.variants.iter().filter(|variant| inner(variant.ty, value)).count();
    if union.exactly_one { matching == 1 } else { matching > 0 }
}

fn literal(known: &EnumLiteral, value: &Json<'_>) -> bool {
    match known {
        EnumLiteral::String(text) => value.as_str() == Some(text),
        EnumLiteral::Integer(number) => value.as_i64() == Some(*number),
        EnumLiteral::Boolean(truth) => value.as_bool() == Some(*truth),
    }
}

fn counted(count: usize, least: Option<u64>, most: Option<u64>) -> bool {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}

fn repeats(items: &[Json<'_>]) -> bool {
    items.iter().enumerate().any(|(at, item)| items[..at].contains(item))
}

/// A scalar within its limits.
fn limited(scalar: Scalar, limits: &Limits, value: &Json<'_>) -> bool {
    let text = |good: fn(&str) -> bool| value.as_str().is_some_and(|text| good(text) && spelt(text, limits));
    match scalar {
        Scalar::Any => true,
        Scalar::Null => value.is_null(),
        Scalar::Boolean => value.as_bool().is_some(),
        Scalar::Int32 => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok() && ranged(it, limits)),
        Scalar::Int64 => value.as_i64().is_some_and(|it| ranged(it, limits)),
        Scalar::Float64 => value.as_number().is_some_and(|it| measured(it.as_f64(), limits)),
        Scalar::String => text(|_| true),
        Scalar::Uuid => text(|it| it.parse::<Uuid>().is_ok()),
        Scalar::Ulid => text(|it| it.parse::<Ulid>().is_ok()),
        Scalar::Date => text(|it| it.parse::<Date>().is_ok()),
        Scalar::DateTime => text(|it| it.parse::<DateTime>().is_ok()),
        Scalar::Email => text(|it| it.parse::<Email>().is_ok()),
        Scalar::Uri => text(|it| it.parse::<Uri>().is_ok()),
        Scalar::Decimal => text(|it| it.parse::<Decimal>().is_ok()),
        Scalar::Bytes => text(|it| it.parse::<Base64>().is_ok()),
    }
}

/// Whether a text keeps the limits of length and pattern.
pub(crate) fn spelt(text: &str, limits: &Limits) -> bool {
    let fits = |pattern: &String| Pattern::find(pattern, text).unwrap_or(false);
    counted(text.chars().count(), limits.min_length, limits.max_length)
        && limits.pattern.as_ref().is_none_or(fits)
}

/// Whether a whole number keeps the limits.
pub(crate) fn ranged(value: i64, limits: &Limits) -> bool {
    let bound = |bound: &Bound| bound.value.parse::<f64>().ok().map(|limit| (limit, bound.exclusive));
    let exact = |it: &Bound| it.value.parse::<i64>().ok().map(|limit| (limit, it.exclusive));
    let above = limits.minimum.as_ref().is_none_or(|it| match (exact(it), bound(it)) {
        (Some((limit, true)), _) => value > limit,
        (Some((limit, false)), _) => value >= limit,
        (None, Some((limit, exclusive))) => (value as f64) > limit || (!exclusive && value as f64 == limit),
        (None, None) => false,
    });
    let below = limits.maximum.as_ref().is_none_or(|it| match (exact(it), bound(it)) {
        (Some((limit, true)), _) => value < limit,
        (Some((limit, false)), _) => value <= limit,
        (None, Some((limit, exclusive))) => (value as f64) < limit || (!exclusive && value as f64 == limit),
        (None, None) => false,
    });
    let divided = limits.multiple_of.as_ref().is_none_or(|it| match it.parse::<i64>() {
        Ok(divisor) if divisor != 0 => value % divisor == 0,
        _ => it.parse::<f64>().is_ok_and(|divisor| whole(value as f64 / divisor)),
    });
    above && below && divided
}

fn measured(value: f64, limits: &Limits) -> bool {
    let limit = |bound: &Bound| bound.value.parse::<f64>().unwrap_or(f64::NAN);
    let above = |it: &Bound| value > limit(it) || (!it.exclusive && value == limit(it));
    let below = |it: &Bound| value < limit(it) || (!it.exclusive && value == limit(it));
    limits.minimum.as_ref().is_none_or(above)
        && limits.maximum.as_ref().is_none_or(below)
        && limits.multiple_of.as_ref().is_none_or(|it| it.parse::<f64>().is_ok_and(|by| whole(value / by)))
}

/// A multiple, as far as doubles can say.
fn whole(quotient: f64) -> bool {
    (quotient - quotient.round()).abs() < 1e-9
}
