//! Random event patterns and events that are often close to each other.

use serde_json::{Map, Value, json};

use crate::chance::Chance;

const KEYS: [&str; 4] = ["a", "b", "c", "d"];
const TEXTS: [&str; 12] =
    ["", "x", "X", "xy", "yx", "xyx", "Straße", "10.0.0.5", "10.0.1.5", "2001:db8::1", "a*b", "état"];
const GLOBS: [&str; 8] = ["*", "x*", "*x", "x*x", "*y*", "xy", "*a\\\\*b", "1*.5"];
const BLOCKS: [&str; 5] = ["10.0.0.0/24", "10.0.0.0/8", "10.0.1.5/32", "2001:db8::/32", "0.0.0.0/0"];

/// A pattern and an event, as `TestEventPattern` takes them.
pub fn pair(chance: &mut Chance) -> (String, String) {
    let pattern = json!({"detail": fields(chance, 0)});
    let event = json!({
        "id": "7bf73129-1428-4cd3-a780-95db273d1602", "account": "123456789012", "source": "judged", "version": "0",
        "time": "2026-01-02T03:04:05Z", "region": "us-east-1", "resources": [], "detail-type": "Judged",
        "detail": object(chance, 0),
    });
    (pattern.to_string(), event.to_string())
}

fn fields(chance: &mut Chance, depth: usize) -> Value {
    let mut fields = Map::new();
    for _ in 0..1 + chance.below(if depth == 0 { 3 } else { 2 }) {
        let key = *chance.pick(&KEYS);
        let value =
            if depth < 3 && chance.once_in(3) { fields_of(chance, depth + 1) } else { entries(chance) };
        fields.insert(key.to_owned(), value);
    }
    if depth < 2 && chance.once_in(7) {
        let ways: Vec<Value> = (0..2 + chance.below(2)).map(|_| fields_of(chance, depth + 2)).collect();
        fields.insert("$or".to_owned(), Value::Array(ways));
    }
    Value::Object(fields)
}

fn fields_of(chance: &mut Chance, depth: usize) -> Value {
    fields(chance, depth)
}

fn entries(chance: &mut Chance) -> Value {
    Value::Array((0..1 + chance.below(3)).map(|_| entry(chance)).collect())
}

fn text(chance: &mut Chance) -> Value {
    json!(*chance.pick(&TEXTS))
}

fn number(chance: &mut Chance) -> Value {
    match chance.below(6) {
        0 => json!(0.5),
        1 => json!(-1),
        2 => json!(1.0e3),
        _ => json!(chance.below(4)),
    }
}

fn scalar(chance: &mut Chance) -> Value {
    match chance.below(8) {
        0 => Value::Null,
        1 => json!(chance.once_in(2)),
        2 | 3 => number(chance),
        _ => text(chance),
    }
}

fn some(chance: &mut Chance, of: fn(&mut Chance) -> Value) -> Value {
    match chance.once_in(2) {
        true => of(chance),
        false => Value::Array((0..1 + chance.below(2)).map(|_| of(chance)).collect()),
    }
}

fn affix(chance: &mut Chance) -> Value {
    let text = json!(*chance.pick(&TEXTS[1..]));
    if chance.once_in(3) { json!({"equals-ignore-case": text}) } else { text }
}

fn glob(chance: &mut Chance) -> Value {
    json!(*chance.pick(&GLOBS))
}

fn filled(chance: &mut Chance) -> Value {
    json!(*chance.pick(&TEXTS[1..]))
}

fn entry(chance: &mut Chance) -> Value {
    match chance.below(18) {
        0..=5 => scalar(chance),
        6 => json!({"prefix": affix(chance)}),
        7 => json!({"suffix": affix(chance)}),
        8 => json!({"equals-ignore-case": text(chance)}),
        9 => json!({"wildcard": glob(chance)}),
        10 | 11 => numeric(chance),
        12 | 13 => json!({"exists": chance.once_in(2)}),
        14 => json!({"cidr": *chance.pick(&BLOCKS)}),
        15 => {
            let of: fn(&mut Chance) -> Value = if chance.once_in(2) { text } else { number };
            json!({"anything-but": some(chance, of)})
        }
        16 => {
            let operator = *chance.pick(&["prefix", "suffix", "equals-ignore-case"]);
            json!({"anything-but": {operator: some(chance, filled)}})
        }
        _ => json!({"anything-but": {"wildcard": some(chance, glob)}}),
    }
}

fn numeric(chance: &mut Chance) -> Value {
    match chance.once_in(2) {
        true => json!({"numeric": [*chance.pick(&["=", "<", "<=", ">", ">="]), number(chance)]}),
        false => {
            let least = json!(i64::try_from(chance.below(3)).unwrap_or(0) - 2);
            json!({"numeric": [*chance.pick(&[">", ">="]), least, *chance.pick(&["<", "<="]), 1 + chance.below(4)]})
        }
    }
}

fn object(chance: &mut Chance, depth: usize) -> Value {
    let mut fields = Map::new();
    for _ in 0..chance.below(5) {
        let key = *chance.pick(&KEYS);
        fields.insert(key.to_owned(), value(chance, depth + 1));
    }
    Value::Object(fields)
}

fn value(chance: &mut Chance, depth: usize) -> Value {
    match chance.below(if depth < 4 { 10 } else { 6 }) {
        0..=5 => scalar(chance),
        6 | 7 => object(chance, depth),
        _ => Value::Array((0..chance.below(4)).map(|_| value(chance, depth + 1)).collect()),
    }
}
