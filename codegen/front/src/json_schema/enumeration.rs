//! `enum` and `const`: closed sets of text, integers or booleans.

use std::collections::BTreeSet;

use stipule_ir::types::{Docs, Enum, EnumLiteral, EnumValue, Scalar};
use stipule_ir::{Diagnostic, Name, Span, TypeId, TypeKind};

use super::decimal::Decimal;
use super::lowering::Lowering;
use super::schema::{Kind, Schema};
use super::transitions;
use crate::reader::{Node, Value};

/// Keywords that may stand beside the list of values: those that every listed value can be held against.
const BESIDE: [&str; 14] = [
    "$ref",
    "allOf",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxLength",
    "maximum",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "type",
];

/// Lowers a schema with a list of values.
pub(super) fn lower<'d>(lowering: &mut Lowering<'d>, schema: &Schema<'d>) -> TypeKind {
    let Some(listed) = &schema.values else { return super::scalar::any() };
    for keyword in schema.deciding.iter().filter(|keyword| !BESIDE.contains(&keyword.value.as_str())) {
        let message = format!("`{}` beside a list of values is not supported", keyword.value);
        let fault = Diagnostic::error("JSC008", &keyword.span, message);
        lowering.diagnostics.push(fault.help("the list alone says which values are valid: leave it out"));
    }
    let nodes: Vec<(&'d Node, Docs)> =
        listed.value.iter().filter(|node| !node.is_null()).map(|node| (*node, Docs::default())).collect();
    if nodes.is_empty() {
        return TypeKind::Scalar(Scalar::Null);
    }
    for (node, _) in &nodes {
        check_limits(lowering, schema, node);
    }
    let mut kind = of_values(lowering, &nodes);
    if let (Some(entry), TypeKind::Enum(found)) = (schema.transitions, &mut kind) {
        let texts = found.values.iter().all(|it| matches!(it.value, EnumLiteral::String(_)));
        if !texts {
            transitions::refuse(entry, &mut lowering.diagnostics);
            return kind;
        }
        found.transitions = transitions::read(&found.values, entry, &mut lowering.diagnostics);
    }
    kind
}

/// An enum of these values, each with its words for the reader.
pub(super) fn of_values(lowering: &mut Lowering<'_>, nodes: &[(&Node, Docs)]) -> TypeKind {
    let mut values: Vec<EnumValue> = Vec::new();
    for (node, docs) in nodes {
        let Some((value, wire)) = literal(node) else {
            let message = format!("{} can't be a value of an enum", described(node));
            let fault = Diagnostic::error("JSC008", &node.span, message);
            lowering.diagnostics.push(fault.help("text, integers of 64 bits, `true` and `false` can"));
            continue;
        };
        if let Some(first) = values.iter().find(|other| other.value == value) {
            let message = format!("{} is listed twice", described(node));
            let twice = Diagnostic::error("JSC008", &node.span, message);
            lowering.diagnostics.push(twice.related(&first.name.span, "first listed here"));
            continue;
        }
        if let Some(first) = values.first().filter(|first| !same_kind(&first.value, &value)) {
            let message = "values of different kinds in one enum are not supported yet";
            let mixed = Diagnostic::error("JSC008", &node.span, message);
            lowering.diagnostics.push(mixed.related(&first.name.span, "the first value"));
            continue;
        }
        let name = Name::new(wire, node.span.clone());
        values.push(EnumValue { name, value, docs: docs.clone() });
    }
    Name::distinguish(values.iter_mut().map(|value| &mut value.name));
    TypeKind::Enum(Enum { values, transitions: None })
}

/// The value with the text that its variant is named after.
pub(super) fn literal(node: &Node) -> Option<(EnumLiteral, String)> {
    match &node.value {
        Value::String(text) => Some((EnumLiteral::String(text.clone()), text.clone())),
        Value::Bool(value) => Some((EnumLiteral::Boolean(*value), value.to_string())),
        Value::Number(raw) => {
            let value = Decimal::parse(raw)?.to_i64()?;
            let word =
                if value < 0 { format!("minus {}", value.unsigned_abs()) } else { format!("value {value}") };
            Some((EnumLiteral::Integer(value), word))
        }
        _ => None,
    }
}

fn same_kind(one: &EnumLiteral, other: &EnumLiteral) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn described(node: &Node) -> String {
    match node.value {
        Value::Sequence(_) | Value::Mapping(_) => node.kind().to_owned(),
        _ => format!("`{}`", node.to_json()),
    }
}

/// A value that its own type or limits forbid.
fn check_limits(lowering: &mut Lowering<'_>, schema: &Schema<'_>, node: &Node) {
    let bounds = &schema.bounds;
    let mut fault = |span: &Span, rule: String| {
        let message = format!("{} is listed although {rule} forbids it", described(node));
        lowering.diagnostics.push(Diagnostic::error("JSC008", &node.span, message).related(span, "the rule"));
    };
    if let Some(types) = &schema.types
        && !kinds_of(node).iter().any(|kind| types.value.contains(kind))
    {
        fault(&types.span, "`type`".to_owned());
    }
    if let Some(text) = node.as_str() {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        if let Some(least) = bounds.min_length.as_ref().filter(|least| length < least.value) {
            fault(&least.span, "`minLength`".to_owned());
        }
        if let Some(most) = bounds.max_length.as_ref().filter(|most| length > most.value) {
            fault(&most.span, "`maxLength`".to_owned());
        }
    }
    if let Some(number) = node.as_number().and_then(Decimal::parse) {
        for (end, is_lower) in [(&bounds.minimum, true), (&bounds.maximum, false)] {
            let Some(end) = end else { continue };
            let Some(limit) = Decimal::parse(&end.value.value) else { continue };
            let outside = if is_lower { number < limit } else { number > limit };
            if outside || end.value.exclusive && number == limit {
                fault(&end.span, format!("`{}`", if is_lower { "minimum" } else { "maximum" }));
            }
        }
    }
}

/// The types of JSON Schema that a value has.
fn kinds_of(node: &Node) -> Vec<Kind> {
    match &node.value {
        Value::Null => vec![Kind::Null],
        Value::Bool(_) => vec![Kind::Boolean],
        Value::Number(raw) if Decimal::parse(raw).is_some_and(|number| number.is_whole()) => {
            vec![Kind::Integer, Kind::Number]
        }
        Value::Number(_) => vec![Kind::Number],
        Value::String(_) => vec![Kind::String],
        Value::Sequence(_) => vec![Kind::Array],
        Value::Mapping(_) => vec![Kind::Object],
    }
}

/// Lowers a list of values of others. `None` when the values are of no kind that a type could list: what else the
/// schema says decides.
pub(super) fn lower_of_others<'d>(
    lowering: &mut Lowering<'d>,
    ty: TypeId,
    schema: &Schema<'d>,
) -> Option<TypeKind> {
    let listed = schema.values.as_ref()?;
    let nodes: Vec<(&'d Node, Docs)> =
        listed.value.iter().filter(|node| !node.is_null()).map(|node| (*node, Docs::default())).collect();
    if nodes.is_empty() {
        return Some(TypeKind::Scalar(Scalar::Null));
    }
    let only = |kind: Kind| {
        let kinds = schema.types.as_ref().map(|types| &types.value);
        kinds.is_some_and(|kinds| kinds.iter().all(|own| *own == kind || *own == Kind::Null))
    };
    let is_scalar = nodes.iter().all(|(node, _)| literal(node).is_some());
    if !is_scalar || only(Kind::Array) || only(Kind::Object) {
        for word in ["enum", "const"].into_iter().filter(|word| schema.site.node.get(word).is_some()) {
            lowering.leave(ty, word, &listed.span, schema.site.node);
        }
        // Without a type, values of one kind still say what kind that is.
        let numbers = nodes.iter().all(|(node, _)| node.as_number().is_some());
        return (numbers && schema.types.is_none()).then_some(TypeKind::Scalar(Scalar::Float64));
    }
    if nodes.iter().all(|(node, _)| node.as_bool().is_some()) && nodes.len() > 1 {
        return Some(TypeKind::Scalar(Scalar::Boolean));
    }
    if only(Kind::String) {
        return Some(of_texts(&nodes));
    }
    Some(of_values_of_others(lowering, &nodes))
}

/// An enum of these values; those that are listed twice, once.
pub(super) fn of_values_of_others(lowering: &mut Lowering<'_>, nodes: &[(&Node, Docs)]) -> TypeKind {
    let mut values: Vec<EnumValue> = Vec::new();
    for (node, docs) in nodes {
        let Some((value, wire)) = literal(node) else { continue };
        if values.iter().any(|other| other.value == value) {
            let message = format!("{} is listed twice", described(node));
            lowering.diagnostics.push(Diagnostic::warning("JSC008", &node.span, message));
            continue;
        }
        values.push(EnumValue { name: Name::new(wire, node.span.clone()), value, docs: docs.clone() });
    }
    Name::distinguish(values.iter_mut().map(|value| &mut value.name));
    TypeKind::Enum(Enum { values, transitions: None })
}

/// An enum of text, whatever YAML made of its values: `yes`, `1.10` and `2020-01-01` are what is written.
fn of_texts(nodes: &[(&Node, Docs)]) -> TypeKind {
    let mut values: Vec<EnumValue> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (node, docs) in nodes {
        let text = node.as_str().map_or_else(|| node.to_json(), str::to_owned);
        if seen.insert(text.clone()) {
            let name = Name::new(text.clone(), node.span.clone());
            values.push(EnumValue { name, value: EnumLiteral::String(text), docs: docs.clone() });
        }
    }
    Name::distinguish(values.iter_mut().map(|value| &mut value.name));
    TypeKind::Enum(Enum { values, transitions: None })
}
