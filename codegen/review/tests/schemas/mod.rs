//! Random schemas, and random edits of them.

mod dice;

pub(crate) use dice::Dice;
use serde_json::{Map, Value, json};

const NAMES: &[&str] = &["title", "isbn", "pages", "due", "x-shelf"];
const PATTERNS: &[&str] =
    &["^[a-z]+$", "^[A-Z]{2,4}$", "^x-", "[0-9]", "^(red|green)$", r"^\d{3}-\d{2}$", "^a.*z$"];
const TYPES: &[&str] = &["null", "boolean", "integer", "number", "string", "array", "object"];

/// Keywords under which names stand, not keywords.
const NAMED: &[&str] =
    &["properties", "patternProperties", "dependentSchemas", "dependentRequired", "$defs", "enum", "const"];

/// A document with two definitions that the schema may refer to, each of them perhaps recursive.
pub(crate) fn document(dice: &mut Dice) -> Value {
    let mut root = schema(dice, 3);
    let definitions = json!({"A": definition(dice), "B": definition(dice)});
    if let Value::Object(members) = &mut root {
        members.insert("$defs".to_owned(), definitions);
    }
    root
}

/// A schema that applies no other to the value itself: two of those could lead to each other and nowhere else.
fn definition(dice: &mut Dice) -> Value {
    loop {
        let found = schema(dice, 2);
        let in_place = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas"];
        if !in_place.iter().any(|key| found.get(key).is_some()) {
            return found;
        }
    }
}

/// A schema.
pub(crate) fn schema(dice: &mut Dice, depth: usize) -> Value {
    if dice.one_in(14) {
        return Value::Bool(!dice.one_in(3));
    }
    let mut members = Map::new();
    if depth > 0 && dice.one_in(9) {
        let target = *dice.pick(&["#/$defs/A", "#/$defs/B"]);
        members.insert("$ref".to_owned(), json!(target));
        return Value::Object(members);
    }
    if dice.one_in(12) {
        constants(dice, &mut members);
        return Value::Object(members);
    }
    let kind = *dice.pick(TYPES);
    if !dice.one_in(6) {
        let listed = if dice.one_in(6) { json!([kind, *dice.pick(TYPES)]) } else { json!(kind) };
        members.insert("type".to_owned(), unique(listed));
    }
    for _ in 0..dice.below(4) {
        keyword(dice, kind, depth, &mut members);
    }
    if depth > 0 && dice.one_in(5) {
        combine(dice, depth - 1, &mut members);
    }
    Value::Object(members)
}

fn unique(listed: Value) -> Value {
    match listed.as_array() {
        Some(two) if two[0] == two[1] => two[0].clone(),
        _ => listed,
    }
}

fn constants(dice: &mut Dice, members: &mut Map<String, Value>) {
    let values = [
        json!("red"),
        json!("green"),
        json!(1),
        json!(2.5),
        json!(null),
        json!(true),
        json!([1]),
        json!({"pages": 1}),
        json!("ab"),
        json!(12),
    ];
    if dice.one_in(3) {
        members.insert("const".to_owned(), dice.pick(&values).clone());
    } else {
        let mut listed: Vec<Value> = Vec::new();
        for _ in 0..=dice.below(4) {
            let value = dice.pick(&values).clone();
            if !listed.contains(&value) {
                listed.push(value);
            }
        }
        members.insert("enum".to_owned(), Value::Array(listed));
    }
}

fn keyword(dice: &mut Dice, kind: &str, depth: usize, members: &mut Map<String, Value>) {
    let inner = |dice: &mut Dice| if depth == 0 { simple(dice) } else { schema(dice, depth - 1) };
    let (name, value) = match kind {
        "integer" | "number" => match dice.below(5) {
            0 => ("minimum", json!(dice.below(9) as i64 - 3)),
            1 => ("maximum", json!(dice.below(20))),
            2 => ("exclusiveMinimum", json!(dice.below(6) as f64 - 1.5)),
            3 => ("exclusiveMaximum", json!(dice.below(20))),
            _ => {
                ("multipleOf", dice.pick(&[json!(2), json!(3), json!(0.5), json!(0.01), json!(1.5)]).clone())
            }
        },
        "string" => match dice.below(3) {
            0 => ("minLength", json!(dice.below(5))),
            1 => ("maxLength", json!(dice.below(9))),
            _ => ("pattern", json!(*dice.pick(PATTERNS))),
        },
        "array" => match dice.below(8) {
            0 => ("minItems", json!(dice.below(4))),
            1 => ("maxItems", json!(dice.below(5))),
            2 => ("uniqueItems", json!(true)),
            3 => ("prefixItems", Value::Array((0..=dice.below(2)).map(|_| inner(dice)).collect())),
            4 => {
                if dice.one_in(2) {
                    members.insert("minContains".to_owned(), json!(dice.below(3)));
                }
                if dice.one_in(3) {
                    members.insert("maxContains".to_owned(), json!(1 + dice.below(3)));
                }
                ("contains", inner(dice))
            }
            5 if dice.one_in(2) => ("unevaluatedItems", Value::Bool(false)),
            _ => ("items", inner(dice)),
        },
        "object" => object_keyword(dice, &inner),
        _ => return,
    };
    members.insert(name.to_owned(), value);
}

fn object_keyword(dice: &mut Dice, inner: &dyn Fn(&mut Dice) -> Value) -> (&'static str, Value) {
    match dice.below(13) {
        0..4 => {
            let mut named = Map::new();
            for _ in 0..=dice.below(3) {
                let value = inner(dice);
                named.insert((*dice.pick(NAMES)).to_owned(), value);
            }
            ("properties", Value::Object(named))
        }
        4 | 5 => {
            let mut names: Vec<&str> = (0..=dice.below(2)).map(|_| *dice.pick(NAMES)).collect();
            names.sort_unstable();
            names.dedup();
            ("required", json!(names))
        }
        6 => ("additionalProperties", if dice.one_in(2) { Value::Bool(false) } else { inner(dice) }),
        7 => ("patternProperties", json!({ *dice.pick(&["^x-", "^[a-z]+$", "s$"]): inner(dice) })),
        8 => ("propertyNames", json!({"pattern": *dice.pick(PATTERNS)})),
        9 => ("minProperties", json!(dice.below(3))),
        10 => ("maxProperties", json!(dice.below(4))),
        11 => {
            let (name, other) = (*dice.pick(NAMES), *dice.pick(NAMES));
            if dice.one_in(2) {
                ("dependentRequired", json!({ name: [other] }))
            } else {
                ("dependentSchemas", json!({ name: inner(dice) }))
            }
        }
        _ => ("unevaluatedProperties", Value::Bool(false)),
    }
}

fn simple(dice: &mut Dice) -> Value {
    json!({"type": *dice.pick(TYPES)})
}

fn combine(dice: &mut Dice, depth: usize, members: &mut Map<String, Value>) {
    let several =
        |dice: &mut Dice| Value::Array((0..2 + dice.below(2)).map(|_| schema(dice, depth)).collect());
    let (name, value) = match dice.below(5) {
        0 => ("allOf", several(dice)),
        1 => ("anyOf", several(dice)),
        2 => ("oneOf", several(dice)),
        3 => ("not", schema(dice, depth)),
        _ => {
            members.insert("then".to_owned(), schema(dice, depth));
            members.insert("else".to_owned(), schema(dice, depth));
            ("if", schema(dice, depth))
        }
    };
    members.insert(name.to_owned(), value);
}

/// One part of a schema replaced, left out or added.
#[allow(dead_code, reason = "not every test edits")]
pub(crate) fn edited(dice: &mut Dice, schema: &Value) -> Value {
    let mut edited = schema.clone();
    edit(dice, &mut edited, "");
    edited
}

#[allow(dead_code, reason = "not every test edits")]
/// `under`: the name of what is edited.
fn edit(dice: &mut Dice, value: &mut Value, under: &str) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.below(6) {
                // Without them references would lead nowhere.
                0 if name != "$defs" && !members.contains_key("B") => {
                    members.remove(&name);
                }
                1 if !members.contains_key("$ref") && !NAMED.contains(&under) => {
                    let kind = *dice.pick(TYPES);
                    keyword(dice, kind, 1, members);
                }
                _ => {
                    if let Some(member) = members.get_mut(&name) {
                        edit(dice, member, &name);
                    }
                }
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = dice.below(items.len());
            if dice.one_in(3) && items.len() > 1 {
                items.remove(index);
            } else {
                edit(dice, &mut items[index], under);
            }
        }
        Value::Bool(value) => *value = !*value,
        Value::Number(number) => {
            let up = number.as_f64().unwrap_or(1.0) + 1.0;
            *value = if up.fract() == 0.0 { json!(up as i64) } else { json!(up) };
        }
        Value::String(text) if TYPES.contains(&text.as_str()) => *value = json!(*dice.pick(TYPES)),
        _ => {}
    }
}
