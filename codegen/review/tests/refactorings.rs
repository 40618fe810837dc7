//! Refactorings that change nothing yield nothing, in either direction.

mod schemas;

use schemas::{Dice, document};
use serde_json::{Map, Value, json};
use stipule_review::{Dialect, Direction, Schema, compare};

/// Keywords that mean the same wherever they stand among those of one value.
const MOVABLE: &[&str] = &[
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "required",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "not",
    "anyOf",
    "oneOf",
];

/// Keywords under which one schema stands.
const ONE: &[&str] = &[
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
const SEVERAL: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED: &[&str] = &["properties", "patternProperties", "dependentSchemas", "$defs"];

/// Refactors a schema object, its parts first. `found` collects schemas that became definitions.
fn refactored(dice: &mut Dice, schema: &Value, found: &mut Map<String, Value>) -> Value {
    let Some(members) = schema.as_object() else { return schema.clone() };
    let mut members = members.clone();
    for (name, value) in &mut members {
        match value {
            part if ONE.contains(&name.as_str()) => *part = refactored(dice, part, found),
            Value::Array(parts) if SEVERAL.contains(&name.as_str()) => {
                parts.iter_mut().for_each(|part| *part = refactored(dice, part, found));
                if name != "prefixItems" {
                    parts.reverse();
                }
            }
            Value::Object(parts) if NAMED.contains(&name.as_str()) => {
                parts.values_mut().for_each(|part| *part = refactored(dice, part, found));
            }
            Value::Array(listed) if matches!(name.as_str(), "enum" | "required" | "type") => listed.reverse(),
            Value::String(target) if name == "$ref" => *target = target.replace("$defs/A", "$defs/Renamed"),
            _ => {}
        }
    }
    let movable: Vec<String> =
        members.keys().filter(|name| MOVABLE.contains(&name.as_str())).cloned().collect();
    if !movable.is_empty() && !members.contains_key("allOf") && dice.below(3) == 0 {
        let name = &movable[dice.below(movable.len())];
        let value = members.remove(name).expect("it was listed");
        members.insert("allOf".to_owned(), json!([{ name.as_str(): value }, {}]));
    }
    if dice.below(4) == 0 {
        members.insert("description".to_owned(), json!("What the library knows of it."));
    }
    let whole = Value::Object(members);
    if whole.get("$defs").is_none() && dice.below(5) == 0 {
        let name = format!("Part{}", found.len());
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        found.insert(name, whole);
        return reference;
    }
    whole
}

fn refactored_document(dice: &mut Dice, base: &Value) -> Value {
    let mut found = Map::new();
    let mut revision = refactored(dice, base, &mut found);
    if let Some(definitions) = revision.get_mut("$defs").and_then(Value::as_object_mut) {
        if let Some(renamed) = definitions.remove("A") {
            definitions.insert("Renamed".to_owned(), renamed);
        }
        definitions.extend(found);
    }
    revision
}

#[test]
fn refactorings_yield_no_finding() {
    let rounds = if std::env::var_os("STIPULE_DEEP").is_some() { 10_000 } else { 400 };
    for seed in 0..rounds {
        let mut dice = Dice::new(seed ^ 0x00C0_FFEE);
        let base = document(&mut dice);
        if !base.is_object() {
            continue;
        }
        let revision = refactored_document(&mut dice, &base);
        let read = [&base, &revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
        let verdict = compare(&read[0], &read[1], Direction::Full);
        assert!(verdict.findings().is_empty(), "seed {seed}: {verdict:?}\n{base}\n{revision}");
    }
}

#[test]
fn a_recursive_schema_unrolled_once_is_the_same() {
    let base = json!({
        "$ref": "#/$defs/Shelf",
        "$defs": {"Shelf": {
            "type": "object", "required": ["name"],
            "properties": {"name": {"type": "string"}, "shelves": {"type": "array", "items": {"$ref": "#/$defs/Shelf"}}},
        }},
    });
    let revision = json!({
        "type": "object", "required": ["name"],
        "properties": {"name": {"type": "string"}, "shelves": {"type": "array", "items": {"$ref": "#"}}},
    });
    let read = [&base, &revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
    let verdict = compare(&read[0], &read[1], Direction::Full);
    assert_eq!(verdict.as_str(), "compatible", "{verdict:?}");
}
