//! Where a schema is edited, and edits of more than one place.

use serde_json::Value;

use crate::dice::Dice;
use crate::edits::EDITS;

/// Keywords under which one schema stands.
const ONE: &[&str] = &[
    "items",
    "additionalItems",
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
const SEVERAL: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const NAMED: &[&str] = &["properties", "patternProperties", "dependentSchemas", "dependencies"];

/// Pointers of all schema objects that a document may meet: what nothing refers to is not among them.
fn places(whole: &Value) -> Vec<String> {
    let (mut found, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(at) = open.pop() {
        if !found.contains(&at) {
            within(whole, &at, &mut found, &mut open);
        }
    }
    found
}

/// Those within a schema object; what it refers to is still open.
fn within(whole: &Value, at: &str, found: &mut Vec<String>, open: &mut Vec<String>) {
    let Some(members) = whole.pointer(at).and_then(Value::as_object) else { return };
    found.push(at.to_owned());
    for (name, value) in members {
        let name_at = format!("{at}/{}", token(name));
        match value {
            Value::Object(_) if ONE.contains(&name.as_str()) => within(whole, &name_at, found, open),
            Value::Array(items) if SEVERAL.contains(&name.as_str()) => {
                for index in 0..items.len() {
                    within(whole, &format!("{name_at}/{index}"), found, open);
                }
            }
            Value::Object(named) if NAMED.contains(&name.as_str()) => {
                for name in named.keys() {
                    within(whole, &format!("{name_at}/{}", token(name)), found, open);
                }
            }
            Value::String(target) if name == "$ref" => {
                open.extend(target.strip_prefix('#').map(str::to_owned));
            }
            _ => {}
        }
    }
}

fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Does one edit somewhere, and says which and where; `None` if the schema has no place for any.
pub(crate) fn edit(dice: &mut Dice, schema: &mut Value) -> Option<String> {
    let found = places(schema);
    for _ in 0..60 {
        if found.is_empty() {
            return None;
        }
        if dice.below(EDITS.len() + 2) < 2 {
            if let Some(done) = whole(dice, schema) {
                return Some(done);
            }
            continue;
        }
        let (name, run) = dice.pick(EDITS);
        let at = dice.pick(&found);
        if let Some(members) = schema.pointer_mut(at).and_then(Value::as_object_mut)
            && run(dice, members)
        {
            return Some(format!("{name} at {at}"));
        }
    }
    None
}

/// Edits of more than one place.
fn whole(dice: &mut Dice, schema: &mut Value) -> Option<String> {
    let key = if schema.get("$defs").is_some() { "$defs" } else { "definitions" };
    let defined: Vec<String> = schema.get(key)?.as_object()?.keys().cloned().collect();
    if defined.is_empty() {
        return None;
    }
    let name = dice.pick(&defined).clone();
    let from = format!("#/{key}/{name}");
    if dice.one_in(2) {
        let new = format!("{name}Renamed");
        let to = format!("#/{key}/{new}");
        references(schema, &mut |target| {
            let rest = target.strip_prefix(&from)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
        });
        let definitions = schema.get_mut(key)?.as_object_mut()?;
        let definition = definitions.remove(&name)?;
        definitions.insert(new, definition);
        return Some(format!("{name} renamed"));
    }
    // One reference to something leads elsewhere.
    let to = format!("#/{key}/{}", dice.pick(&defined));
    let mut count = 0;
    references(schema, &mut |target| {
        count += usize::from(target == from);
        None
    });
    if count == 0 || from == to {
        return None;
    }
    let (wanted, mut seen) = (dice.below(count), 0);
    references(schema, &mut |target| {
        if target != from {
            return None;
        }
        seen += 1;
        (seen == wanted + 1).then(|| to.clone())
    });
    Some(format!("a reference to {from} leads to {to}"))
}

/// Changes where references lead.
fn references(schema: &mut Value, change: &mut dyn FnMut(&str) -> Option<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(target) if name == "$ref" => {
                        if let Some(changed) = change(target) {
                            *target = changed;
                        }
                    }
                    _ => references(value, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| references(item, change)),
        _ => {}
    }
}
