//! Defaults held against the type they stand for.

use stipule_ir::types::{EnumLiteral, Extra, Limits, Scalar};
use stipule_ir::{Diagnostic, TypeId, TypeKind, TypeTable};
use stipule_wire::{self as wire, Plain as _};

use super::decimal::Decimal;
use super::enumeration;
use super::lowering::Lowering;
use crate::reader::{Node, Value};

/// A default that is checked when the types are complete.
#[derive(Clone, Debug)]
pub(super) struct Pending<'d> {
    pub ty: TypeId,
    pub nullable: bool,
    pub node: &'d Node,
}

/// Nesting of values beyond which a default is no longer looked at: no default is that deep.
const MAX_DEPTH: u32 = 16;

/// `JSC014` for every default that its type doesn't allow.
pub(super) fn check_all(lowering: &mut Lowering<'_>) {
    for pending in std::mem::take(&mut lowering.defaults) {
        if pending.nullable && pending.node.is_null() {
            continue;
        }
        if let Err(reason) = check(&lowering.types, pending.ty, pending.node, 0) {
            let message = format!("the default does not fit: {reason}");
            lowering.diagnostics.push(Diagnostic::error("JSC014", &pending.node.span, message));
            lowering.unfit.insert((pending.ty, pending.node.to_json()));
        }
    }
    drop_unfit(lowering);
}

/// A default of others that doesn't fit is none.
fn drop_unfit(lowering: &mut Lowering<'_>) {
    if lowering.unfit.is_empty() {
        return;
    }
    for (_, ty) in lowering.types.iter_mut() {
        let TypeKind::Struct(shape) = &mut ty.kind else { continue };
        for field in &mut shape.fields {
            let unfit = &lowering.unfit;
            let (of, is_nullable) = (field.ty, field.nullable);
            let fits = |json: &String| is_nullable && json == "null" || !unfit.contains(&(of, json.clone()));
            field.default = field.default.take().filter(fits);
        }
    }
}

fn check(types: &TypeTable, ty: TypeId, node: &Node, depth: u32) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    match &types.get(ty).kind {
        TypeKind::Scalar(scalar) => check_scalar(*scalar, node),
        TypeKind::Newtype(newtype) => {
            check_scalar(newtype.base, node)?;
            check_limits(&newtype.limits, node)?;
            check_pattern(&newtype.limits, node)
        }
        TypeKind::Enum(of) => {
            let literal: Option<EnumLiteral> = enumeration::literal(node).map(|(literal, _)| literal);
            let is_listed =
                literal.is_some_and(|literal| of.values.iter().any(|value| value.value == literal));
            if is_listed { Ok(()) } else { Err(format!("{} is not among the values", node.to_json())) }
        }
        TypeKind::Struct(shape) => {
            let Some(entries) = node.entries() else { return wrong("a mapping", node) };
            for field in shape.fields.iter().filter(|field| field.required) {
                if node.get(&field.name.wire).is_none() {
                    return Err(format!("`{}` is missing", field.name.wire));
                }
            }
            for entry in entries {
                match shape.fields.iter().find(|field| field.name.wire == entry.key.value) {
                    Some(field) if field.nullable && entry.value.is_null() => {}
                    Some(field) => check(types, field.ty, &entry.value, depth + 1)?,
                    None if shape.extra == Extra::Refused => {
                        return Err(format!("`{}` is not a property", entry.key.value));
                    }
                    None => {}
                }
            }
            Ok(())
        }
        TypeKind::List(list) => {
            let Some(items) = node.items() else { return wrong("a list", node) };
            check_count(items.len(), list.min_items, list.max_items, "items")?;
            items
                .iter()
                .filter(|item| !(list.nullable_items && item.is_null()))
                .try_for_each(|item| check(types, list.item, item, depth + 1))
        }
        TypeKind::Map(map) => {
            let Some(entries) = node.entries() else { return wrong("a mapping", node) };
            check_count(entries.len(), map.min_properties, map.max_properties, "properties")?;
            entries
                .iter()
                .filter(|entry| !(map.nullable_values && entry.value.is_null()))
                .try_for_each(|entry| check(types, map.value, &entry.value, depth + 1))
        }
        TypeKind::Tuple(places) => {
            let Some(items) = node.items() else { return wrong("a list", node) };
            let count = u64::try_from(places.len()).ok();
            check_count(items.len(), count, count, "items")?;
            places.iter().zip(items).try_for_each(|(place, item)| check(types, *place, item, depth + 1))
        }
        TypeKind::Multipart(_) => Ok(()),
        TypeKind::Union(union) => {
            let fits = union.variants.iter().any(|variant| check(types, variant.ty, node, depth + 1).is_ok());
            if fits { Ok(()) } else { Err("it matches no branch".to_owned()) }
        }
    }
}

fn check_scalar(scalar: Scalar, node: &Node) -> Result<(), String> {
    let number = node.as_number().and_then(Decimal::parse);
    match scalar {
        Scalar::Any => Ok(()),
        Scalar::Null if node.is_null() => Ok(()),
        Scalar::Null => wrong("null", node),
        Scalar::Boolean if node.as_bool().is_some() => Ok(()),
        Scalar::Boolean => wrong("a boolean", node),
        Scalar::Int32
            if number.as_ref().and_then(Decimal::to_i64).is_some_and(|n| i32::try_from(n).is_ok()) =>
        {
            Ok(())
        }
        Scalar::Int64 if number.as_ref().and_then(Decimal::to_i64).is_some() => Ok(()),
        Scalar::Int32 | Scalar::Int64 => wrong("a whole number", node),
        Scalar::Float64 if number.is_some() => Ok(()),
        Scalar::Float64 => wrong("a number", node),
        _ => match node.as_str() {
            Some(text) => check_format(scalar, text),
            None => wrong("text", node),
        },
    }
}

/// Whether a text is of its format, as the generated types will find it.
fn check_format(scalar: Scalar, text: &str) -> Result<(), String> {
    let found = match scalar {
        Scalar::Uuid => wire::Uuid::from_text(text).map(drop),
        Scalar::Date => wire::Date::from_text(text).map(drop),
        Scalar::DateTime => wire::DateTime::from_text(text).map(drop),
        Scalar::Email => wire::Email::from_text(text).map(drop),
        Scalar::Uri => wire::Uri::from_text(text).map(drop),
        Scalar::Decimal => wire::Decimal::from_text(text).map(drop),
        Scalar::Bytes => wire::Base64::from_text(text).map(drop),
        _ => Ok(()),
    };
    found.map_err(|fault| format!("it {}", fault.message))
}

fn check_pattern(limits: &Limits, node: &Node) -> Result<(), String> {
    let (Some(pattern), Some(text)) = (&limits.pattern, node.as_str()) else { return Ok(()) };
    match wire::Pattern::find(pattern, text) {
        Ok(false) => Err(format!("it must match `{pattern}`")),
        // A pattern that can't be used is reported where it stands.
        Ok(true) | Err(_) => Ok(()),
    }
}

fn check_limits(limits: &Limits, node: &Node) -> Result<(), String> {
    if let Some(text) = node.as_str() {
        check_count(text.chars().count(), limits.min_length, limits.max_length, "characters")?;
    }
    let Value::Number(raw) = &node.value else { return Ok(()) };
    let Some(number) = Decimal::parse(raw) else { return Ok(()) };
    for (end, is_lower) in [(&limits.minimum, true), (&limits.maximum, false)] {
        let Some(end) = end else { continue };
        let Some(limit) = Decimal::parse(&end.value) else { continue };
        let is_beyond = if is_lower { number < limit } else { number > limit };
        if is_beyond || end.exclusive && number == limit {
            let side = if is_lower { "below" } else { "above" };
            return Err(format!("{raw} is {side} the limit {}", end.value));
        }
    }
    Ok(())
}

fn check_count(count: usize, least: Option<u64>, most: Option<u64>, what: &str) -> Result<(), String> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    match (least, most) {
        (Some(least), _) if count < least => Err(format!("at least {least} {what} are needed, not {count}")),
        (_, Some(most)) if count > most => Err(format!("at most {most} {what} are allowed, not {count}")),
        _ => Ok(()),
    }
}

fn wrong(expected: &str, node: &Node) -> Result<(), String> {
    Err(format!("{expected} is needed, not {}", node.kind()))
}
