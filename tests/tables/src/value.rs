//! Values of fields: how they are compared, stored and read back.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use stipule_ir::table::{EntityId, FieldRef};
use stipule_ir::types::{EnumLiteral, Field, Scalar, TypeKind};
use stipule_runtime::{Attr, Item};
use stipule_wire::{DateTime, Plain};

use crate::world::World;

/// The value of a field: ids, dates and instants are text in their usual form.
pub type Value = EnumLiteral;

/// The fields of an item that are there.
pub type Row = BTreeMap<FieldRef, Value>;

/// The scalar under the type of a field, unless it is an enum.
pub fn scalar(world: &World, field: &Field) -> Option<Scalar> {
    match &world.contract.types.get(field.ty).kind {
        TypeKind::Scalar(scalar) => Some(*scalar),
        TypeKind::Newtype(newtype) => Some(newtype.base),
        _ => None,
    }
}

/// A value in the form in which equal values are alike.
pub fn usual(world: &World, field: &Field, value: Value) -> Value {
    match (&value, scalar(world, field)) {
        (Value::String(text), Some(Scalar::DateTime)) => match DateTime::from_text(text) {
            Ok(instant) => Value::String(instant.to_text().into_owned()),
            Err(_) => value,
        },
        _ => value,
    }
}

/// Where an enum has a value among those that it declares.
pub fn rank(world: &World, field: &Field, value: &Value) -> usize {
    match &world.contract.types.get(field.ty).kind {
        TypeKind::Enum(declared) => {
            declared.values.iter().position(|known| known.value == *value).unwrap_or(0)
        }
        _ => 0,
    }
}

/// The text of a value, from which shards are drawn and locks are named.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
    }
}

/// How values of a field are ordered: instants in time, enums as declared, numbers as numbers, texts by their bytes.
pub fn compare(world: &World, field: &Field, one: &Value, two: &Value) -> Ordering {
    match &world.contract.types.get(field.ty).kind {
        TypeKind::Enum(_) => rank(world, field, one).cmp(&rank(world, field, two)),
        _ => match scalar(world, field) {
            Some(Scalar::DateTime) => instant(one).cmp(&instant(two)),
            Some(Scalar::Decimal) => number(one).total_cmp(&number(two)),
            _ => one.cmp(two),
        },
    }
}

fn instant(value: &Value) -> Option<DateTime> {
    DateTime::from_text(&text(value)).ok()
}

/// Near enough to tell apart the few decimals that are drawn.
fn number(value: &Value) -> f64 {
    text(value).parse().unwrap_or(0.0)
}

/// A value as an attribute.
pub fn to_attribute(world: &World, field: &Field, value: &Value) -> Attr {
    match value {
        Value::String(text) if scalar(world, field) == Some(Scalar::DateTime) => {
            Attr::text(DateTime::from_text(text).map_or_else(|_| text.clone(), DateTime::fixed_width))
        }
        Value::String(text) => Attr::text(text.as_str()),
        Value::Integer(number) => Attr::integer(*number),
        Value::Boolean(truth) => Attr::Bool(*truth),
    }
}

fn from_attribute(world: &World, field: &Field, attribute: &Attr) -> Option<Value> {
    let value = match attribute {
        Attr::S(text) => Value::String(text.clone()),
        Attr::N(_) => Value::Integer(attribute.as_integer()?),
        Attr::Bool(truth) => Value::Boolean(*truth),
        _ => return None,
    };
    Some(usual(world, field, value))
}

/// The fields of a stored item.
pub fn row_of(world: &World, entity: EntityId, item: &Item) -> Row {
    let fields = (0u32..).map(FieldRef).zip(world.fields(entity));
    let value = |(at, field): (FieldRef, &Field)| {
        Some((at, from_attribute(world, field, item.get(&field.name.wire)?)?))
    };
    fields.filter_map(value).collect()
}

/// A row as a person reads it.
pub fn shown(world: &World, entity: EntityId, row: &Row) -> String {
    let fields: Vec<String> = row
        .iter()
        .map(|(at, value)| format!("{}: {:?}", world.field(entity, *at).name, text(value)))
        .collect();
    format!("{} {{{}}}", world.entity(entity).name, fields.join(", "))
}
