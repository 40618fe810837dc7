//! Schemas over few small parts that refer to each other in every way: differences that others make up for, alone or
//! together, are told from those that nothing makes up for. The documents are so few that all of them are tried.

#[path = "schemas/dice.rs"]
mod dice;

use dice::Dice;
use serde_json::{Map, Value, json};
use stipule_review::{Confidence, Dialect, Direction, Schema, Verdict, compare};

/// Parts that each document defines.
const PARTS: usize = 4;

fn reference(dice: &mut Dice) -> Value {
    json!({"$ref": format!("#/$defs/P{}", dice.below(PARTS))})
}

/// A range of whole numbers from 0 to 7.
fn range(dice: &mut Dice) -> Value {
    let low = dice.below(6);
    json!({"type": "integer", "minimum": low, "maximum": low + dice.below(8 - low)})
}

fn place(dice: &mut Dice, depth: usize) -> Value {
    if depth == 0 {
        return if dice.one_in(4) { range(dice) } else { reference(dice) };
    }
    let list =
        |dice: &mut Dice| Value::Array((0..2 + dice.below(2)).map(|_| place(dice, depth - 1)).collect());
    match dice.below(9) {
        0 | 1 => json!({"anyOf": list(dice)}),
        2 => json!({"oneOf": list(dice)}),
        3 => json!({"allOf": list(dice)}),
        4 => json!({"items": place(dice, depth - 1), "type": "array"}),
        5 | 6 => {
            let mut named = Map::new();
            for name in ["a", "b"] {
                named.insert(name.to_owned(), place(dice, depth - 1));
            }
            json!({"type": "object", "properties": named})
        }
        7 => json!({"anyOf": list(dice), "not": place(dice, 0)}),
        _ => place(dice, 0),
    }
}

fn document(dice: &mut Dice) -> Value {
    let mut root = place(dice, 3);
    let mut parts = Map::new();
    for part in 0..PARTS {
        // Parts refer to later ones only.
        let mut found = if part + 1 < PARTS && dice.one_in(3) { place(dice, 1) } else { range(dice) };
        later(dice, &mut found, part);
        parts.insert(format!("P{part}"), found);
    }
    root["$defs"] = Value::Object(parts);
    root
}

/// References to parts that aren't later are replaced.
fn later(dice: &mut Dice, schema: &mut Value, part: usize) {
    match schema {
        Value::Object(members) => {
            let earlier = members.get("$ref").and_then(Value::as_str).is_some_and(|target| {
                target
                    .rsplit('P')
                    .next()
                    .and_then(|digit| digit.parse::<usize>().ok())
                    .is_some_and(|to| to <= part)
            });
            if earlier {
                *schema = range(dice);
            } else {
                members.values_mut().for_each(|value| later(dice, value, part));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| later(dice, item, part)),
        _ => {}
    }
}

/// Every bound, one more or one less, with a chance of one in `rarity`.
fn nudged(dice: &mut Dice, schema: &mut Value, rarity: usize) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_i64() {
                    Some(bound) if name == "minimum" || name == "maximum" => {
                        if dice.one_in(rarity) {
                            *value = json!(bound + dice.pick(&[-2, -1, 1, 2]));
                        }
                    }
                    _ => nudged(dice, value, rarity),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| nudged(dice, item, rarity)),
        _ => {}
    }
}

/// All documents that tell such schemas apart, but for the deepest.
fn documents() -> Vec<Value> {
    let mut scalars: Vec<Value> = (-1..=8).map(|number| json!(number)).collect();
    scalars.push(json!("x"));
    let mut all = scalars.clone();
    let mut inner = scalars.clone();
    inner.extend((0..=7).map(|number| json!([number])));
    inner.extend((0..=7).map(|number| json!({ "a": number })));
    all.push(json!([]));
    all.push(json!({}));
    for one in &inner {
        all.extend([json!([one]), json!({ "a": one }), json!({ "b": one })]);
    }
    for one in &scalars {
        for two in &scalars {
            all.extend([json!([one, two]), json!({"a": one, "b": two})]);
        }
    }
    all
}

#[test]
fn what_parts_make_up_for_is_told_from_what_nothing_makes_up_for() {
    let rounds = if std::env::var_os("STIPULE_DEEP").is_some() { 20_000 } else { 600 };
    let all = documents();
    let mut count = [0; 3];
    for seed in 0..rounds {
        let mut dice = Dice::new(seed ^ 0x5EED_0007);
        let base = document(&mut dice);
        let mut revision = base.clone();
        let rarity = 1 + dice.below(6);
        nudged(&mut dice, &mut revision, rarity);
        if dice.one_in(3) {
            shared(&mut dice, &mut revision);
        }
        let judge = |schema: &Value| jsonschema::draft202012::new(schema).expect("it is a schema");
        let (before, after) = (judge(&base), judge(&revision));
        let read = [&base, &revision].map(|schema| Schema::read(schema, Dialect::Draft2020));
        let verdict = compare(&read[0], &read[1], Direction::Backward);
        match &verdict {
            Verdict::Compatible(_) => {
                count[0] += 1;
                let broken =
                    all.iter().find(|document| before.is_valid(document) && !after.is_valid(document));
                assert_eq!(broken, None, "seed {seed} is called compatible\n{base}\n{revision}");
            }
            Verdict::Incompatible(findings) => {
                count[1] += 1;
                for finding in findings.iter().filter(|finding| finding.confidence == Confidence::Proved) {
                    let witness = finding.witness.as_ref().expect("what is proved has a witness");
                    assert!(
                        before.is_valid(witness) && !after.is_valid(witness),
                        "seed {seed}: {finding:?}\n{base}\n{revision}"
                    );
                }
                assert!(
                    findings.iter().any(|finding| finding.confidence == Confidence::Proved),
                    "seed {seed}: {verdict:?}\n{base}\n{revision}"
                );
            }
            Verdict::Unknown(_) => count[2] += 1,
        }
    }
    println!("{rounds} pairs: {} compatible, {} incompatible, {} unknown", count[0], count[1], count[2]);
    assert!(count[0] * 10 > rounds as usize && count[1] * 10 > rounds as usize, "{count:?} of {rounds}");
    assert!(count[2] * 100 <= rounds as usize, "{} of {rounds} are unknown", count[2]);
}

/// One definition takes the place of another wherever that is referred to.
fn shared(dice: &mut Dice, schema: &mut Value) {
    let (from, to) = (dice.below(PARTS), dice.below(PARTS));
    fn replace(schema: &mut Value, from: &str, to: &str) {
        match schema {
            Value::Object(members) => members
                .iter_mut()
                .filter(|(name, _)| *name != "$defs")
                .for_each(|(_, value)| replace(value, from, to)),
            Value::Array(items) => items.iter_mut().for_each(|item| replace(item, from, to)),
            Value::String(text) if text == from => *text = to.to_owned(),
            _ => {}
        }
    }
    replace(schema, &format!("#/$defs/P{from}"), &format!("#/$defs/P{to}"));
}
