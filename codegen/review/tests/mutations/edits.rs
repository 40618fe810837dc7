//! Edits of a JSON Schema as authors make them, and as refactorings make them.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// A schema object, or any JSON object that is edited as one.
pub(crate) type Members = Map<String, Value>;

/// An edit: what it is called, and how it is done; false where it can't be.
pub(crate) type Edit = (&'static str, fn(&mut Dice, &mut Members) -> bool);

/// Edits of one schema object.
pub(crate) const EDITS: &[Edit] = &[
    ("a required name less", |dice, members| shortened(dice, members, "required")),
    ("a required name more", required_more),
    ("a type less", |dice, members| shortened(dice, members, "type")),
    ("a type more", type_more),
    ("another type", other_type),
    ("a value less", |dice, members| shortened(dice, members, "enum")),
    ("a value more", value_more),
    ("a bound moved", bound_moved),
    ("a bound more", bound_more),
    ("a pattern", pattern),
    ("a format", format),
    ("other members", other_members),
    ("a member less", |dice, members| member_less(dice, members, "properties")),
    ("a member more", member_more),
    ("a member renamed", member_renamed),
    ("a pattern of members less", |dice, members| member_less(dice, members, "patternProperties")),
    ("an alternative less", alternative_less),
    ("an alternative more", alternative_more),
    ("one of or any of", one_or_any),
    ("unique items", |_, members| toggled(members, "array", "uniqueItems", json!(true))),
    ("names of members", |_, members| {
        toggled(members, "object", "propertyNames", json!({"pattern": "^[a-z]"}))
    }),
    ("a dependency", dependency),
    ("a keyword less", keyword_less),
    ("branches swapped", branches_swapped),
    ("not so", |_, members| toggled(members, "", "not", json!({"enum": ["none", 0]}))),
    ("a description", |_, members| toggled(members, "", "description", json!("What it is for."))),
    ("in an allOf", in_all_of),
];

const BOUNDS: &[(&str, &str)] = &[
    ("minimum", "number"),
    ("maximum", "number"),
    ("exclusiveMinimum", "number"),
    ("exclusiveMaximum", "number"),
    ("multipleOf", "number"),
    ("minLength", "string"),
    ("maxLength", "string"),
    ("minItems", "array"),
    ("maxItems", "array"),
    ("minProperties", "object"),
    ("maxProperties", "object"),
];
const TYPES: &[&str] = &["null", "boolean", "integer", "number", "string", "array", "object"];

fn shortened(dice: &mut Dice, members: &mut Members, key: &str) -> bool {
    match members.get_mut(key).and_then(Value::as_array_mut) {
        Some(listed) if listed.len() > 1 => {
            listed.remove(dice.below(listed.len()));
            true
        }
        _ => false,
    }
}

/// Of what is declared here.
fn declared(dice: &mut Dice, members: &Members) -> Option<String> {
    let names: Vec<&String> = members.get("properties")?.as_object()?.keys().collect();
    if names.is_empty() { None } else { Some((*dice.pick(&names)).clone()) }
}

fn required_more(dice: &mut Dice, members: &mut Members) -> bool {
    let Some(name) = declared(dice, members) else { return false };
    let listed = members.entry("required").or_insert_with(|| json!([]));
    match listed.as_array_mut() {
        Some(listed) if !listed.contains(&json!(name)) => {
            listed.push(json!(name));
            true
        }
        _ => false,
    }
}

fn type_more(dice: &mut Dice, members: &mut Members) -> bool {
    let more = *dice.pick(TYPES);
    let Some(of) = members.get_mut("type") else { return false };
    let mut listed = match &*of {
        Value::Array(listed) => listed.clone(),
        single => vec![single.clone()],
    };
    if listed.contains(&json!(more))
        || (more == "number" || more == "integer")
            && listed.iter().any(|of| of == "integer" || of == "number")
    {
        return false;
    }
    listed.push(json!(more));
    *of = Value::Array(listed);
    true
}

fn other_type(dice: &mut Dice, members: &mut Members) -> bool {
    match members.get_mut("type") {
        Some(of) if of.is_string() => {
            *of = match of.as_str() {
                Some("integer") => json!("number"),
                Some("number") => json!("integer"),
                _ => json!(*dice.pick(TYPES)),
            };
            true
        }
        _ => false,
    }
}

fn value_more(_: &mut Dice, members: &mut Members) -> bool {
    match members.get_mut("enum").and_then(Value::as_array_mut) {
        Some(listed) if !listed.contains(&json!("brand-new")) => {
            listed.push(json!("brand-new"));
            true
        }
        _ => match members.remove("const") {
            Some(value) => {
                members.insert("enum".to_owned(), json!([value, "brand-new"]));
                true
            }
            None => false,
        },
    }
}

fn bound_moved(dice: &mut Dice, members: &mut Members) -> bool {
    let there: Vec<&str> =
        BOUNDS.iter().map(|(name, _)| *name).filter(|name| members.contains_key(*name)).collect();
    if there.is_empty() {
        return false;
    }
    let name = *dice.pick(&there);
    let Some(bound) = members[name].as_i64() else { return false };
    let least = if name == "multipleOf" {
        1
    } else if name.contains("imum") {
        i64::MIN
    } else {
        0
    };
    let moved = bound.saturating_add(*dice.pick(&[-3, -1, 1, 2, 50])).max(least);
    members.insert(name.to_owned(), json!(moved));
    moved != bound
}

fn is_of(members: &Members, kind: &str) -> bool {
    let is = |of: &Value| of == kind || kind == "number" && of == "integer";
    match members.get("type") {
        Some(Value::Array(listed)) => listed.iter().any(is),
        Some(of) => is(of),
        None => false,
    }
}

fn bound_more(dice: &mut Dice, members: &mut Members) -> bool {
    let (name, kind) = *dice.pick(BOUNDS);
    // Of draft 4 and of others: not written the same.
    if name.starts_with("exclusive") || members.contains_key(name) || !is_of(members, kind) {
        return false;
    }
    let bound = 1 + dice.below(if name.starts_with("max") { 40 } else { 3 });
    members.insert(name.to_owned(), json!(bound));
    true
}

fn pattern(dice: &mut Dice, members: &mut Members) -> bool {
    if !is_of(members, "string") {
        return false;
    }
    let new = *dice.pick(&["^[a-z]", "^[^ ]+$", "^\\S", "[0-9]$", "^[A-Za-z0-9_.-]*$"]);
    if members.get("pattern").is_some() && dice.one_in(2) {
        members.remove("pattern");
    } else {
        members.insert("pattern".to_owned(), json!(new));
    }
    true
}

fn format(dice: &mut Dice, members: &mut Members) -> bool {
    if members.remove("format").is_some() {
        return true;
    }
    if !is_of(members, "string") {
        return false;
    }
    members.insert("format".to_owned(), json!(*dice.pick(&["uri", "date", "email", "uuid", "date-time"])));
    true
}

fn other_members(dice: &mut Dice, members: &mut Members) -> bool {
    if !is_of(members, "object") && !members.contains_key("properties") {
        return false;
    }
    let new = match dice.below(4) {
        0 => json!(true),
        1 => json!({"type": "string"}),
        _ => json!(false),
    };
    match members.get("additionalProperties") {
        Some(Value::Bool(false)) if dice.one_in(2) => members.remove("additionalProperties").is_some(),
        Some(old) if *old == new => false,
        _ => {
            members.insert("additionalProperties".to_owned(), new);
            true
        }
    }
}

fn member_less(dice: &mut Dice, members: &mut Members, key: &str) -> bool {
    let Some(named) = members.get_mut(key).and_then(Value::as_object_mut) else { return false };
    let names: Vec<String> = named.keys().cloned().collect();
    !names.is_empty() && named.remove(dice.pick(&names)).is_some()
}

fn member_more(dice: &mut Dice, members: &mut Members) -> bool {
    let Some(named) = members.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    let new = dice.pick(&[json!({"type": "boolean"}), json!({"enum": ["on", "off"]}), json!({})]).clone();
    named.insert("brandNew".to_owned(), new).is_none()
}

fn member_renamed(dice: &mut Dice, members: &mut Members) -> bool {
    let Some(name) = declared(dice, members) else { return false };
    let Some(named) = members.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    let Some(part) = named.remove(&name) else { return false };
    named.insert(format!("{name}2"), part);
    true
}

fn choices(members: &Members) -> Option<&'static str> {
    ["anyOf", "oneOf"].into_iter().find(|key| members.get(*key).is_some_and(Value::is_array))
}

fn alternative_less(dice: &mut Dice, members: &mut Members) -> bool {
    choices(members).is_some_and(|key| shortened(dice, members, key))
}

fn alternative_more(dice: &mut Dice, members: &mut Members) -> bool {
    let Some(key) = choices(members) else { return false };
    let new =
        dice.pick(&[json!({"type": "boolean"}), json!({"type": "null"}), json!({"enum": ["auto"]})]).clone();
    let Some(listed) = members.get_mut(key).and_then(Value::as_array_mut) else { return false };
    let at = dice.below(listed.len() + 1);
    listed.insert(at, new);
    true
}

fn one_or_any(_: &mut Dice, members: &mut Members) -> bool {
    let Some(key) = choices(members) else { return false };
    let other = if key == "anyOf" { "oneOf" } else { "anyOf" };
    if members.contains_key(other) {
        return false;
    }
    let Some(listed) = members.remove(key) else { return false };
    members.insert(other.to_owned(), listed);
    true
}

/// There, or not there.
fn toggled(members: &mut Members, kind: &str, key: &str, value: Value) -> bool {
    if members.contains_key("$ref") || !kind.is_empty() && !is_of(members, kind) {
        return false;
    }
    if members.remove(key).is_none() {
        members.insert(key.to_owned(), value);
    }
    true
}

fn dependency(dice: &mut Dice, members: &mut Members) -> bool {
    let (Some(one), Some(two)) = (declared(dice, members), declared(dice, members)) else { return false };
    if one == two {
        return false;
    }
    // Later drafts leave it to validators whether the old word still counts.
    let Some(key) = ["dependencies", "dependentRequired"].into_iter().find(|key| members.contains_key(*key))
    else {
        return false;
    };
    let Some(named) = members.get_mut(key).and_then(Value::as_object_mut) else { return false };
    named.insert(one, json!([two])).is_none()
}

fn keyword_less(dice: &mut Dice, members: &mut Members) -> bool {
    let names: Vec<String> = members
        .keys()
        .filter(|name| !matches!(name.as_str(), "$ref" | "$defs" | "definitions" | "$schema" | "$id" | "id"))
        .cloned()
        .collect();
    !names.is_empty() && members.remove(dice.pick(&names)).is_some()
}

fn branches_swapped(_: &mut Dice, members: &mut Members) -> bool {
    if !members.contains_key("if") {
        return false;
    }
    let (then, otherwise) = (members.remove("then"), members.remove("else"));
    for (key, branch) in [("else", then), ("then", otherwise)] {
        if let Some(branch) = branch {
            members.insert(key.to_owned(), branch);
        }
    }
    true
}

/// A keyword that stands alone moved beside the others.
fn in_all_of(dice: &mut Dice, members: &mut Members) -> bool {
    let movable = ["type", "enum", "pattern", "minimum", "maxLength", "required", "anyOf", "oneOf", "not"];
    let there: Vec<&str> = movable.into_iter().filter(|name| members.contains_key(*name)).collect();
    if there.is_empty() || members.contains_key("$ref") || members.contains_key("allOf") {
        return false;
    }
    let name = *dice.pick(&there);
    let Some(value) = members.remove(name) else { return false };
    members.insert("allOf".to_owned(), json!([{ name: value }]));
    true
}
