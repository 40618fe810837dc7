//! Small damage to a document, anywhere in it: most results are invalid, some by just one step over a limit.

use platform_tests::draw::Random;
use serde_json::{Value, json};

/// Damages one place of the document.
pub(crate) fn mutate(document: &mut Value, random: &mut Random) {
    let places = count(document);
    let mut place = random.below(places);
    damage(document, &mut place, random);
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Walks to the place in document order; `true` when it was reached.
fn damage(value: &mut Value, place: &mut usize, random: &mut Random) -> bool {
    if *place == 0 {
        change(value, random);
        return true;
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| damage(item, place, random)),
        Value::Object(members) => members.values_mut().any(|member| damage(member, place, random)),
        _ => false,
    }
}

fn change(value: &mut Value, random: &mut Random) {
    if random.one_in(4) {
        *value = another_kind(random);
        return;
    }
    match value {
        Value::Null => *value = json!("null"),
        Value::Bool(_) => *value = json!("true"),
        Value::Number(number) => *value = near(number, random),
        Value::String(text) => damage_text(text, random),
        Value::Array(items) => match random.below(4) {
            0 => items.clear(),
            1 => items.push(Value::Null),
            2 => {
                let copy = items.last().cloned().unwrap_or(json!([]));
                items.push(copy);
            }
            _ => {
                let copies = items.clone();
                while items.len() < 110 && !copies.is_empty() {
                    items.extend(copies.iter().cloned());
                }
            }
        },
        Value::Object(members) => match random.below(3) {
            0 => {
                let keys: Vec<String> = members.keys().cloned().collect();
                if let Some(key) = random.pick(&keys) {
                    members.remove(key);
                }
            }
            1 => {
                members.insert("unheardOf".to_owned(), json!(1));
            }
            _ => {
                let keys: Vec<String> = members.keys().cloned().collect();
                if let Some(key) = random.pick(&keys) {
                    members.insert(key.clone(), Value::Null);
                }
            }
        },
    }
}

fn another_kind(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(0.5),
        4 => json!(""),
        5 => json!("not what was asked for"),
        6 => json!([]),
        _ => json!({}),
    }
}

fn near(number: &serde_json::Number, random: &mut Random) -> Value {
    let Some(whole) = number.as_i64() else {
        return json!(number.as_f64().unwrap_or(0.0) + [0.001, -0.001, 1e6][random.below(3)]);
    };
    match random.below(6) {
        0 => json!(whole.wrapping_add(1)),
        1 => json!(whole.wrapping_sub(1)),
        2 => json!(whole.wrapping_neg()),
        3 => json!(whole as f64 + 0.5),
        4 => json!(whole.wrapping_mul(1_000_003)),
        _ => json!(whole.to_string()),
    }
}

fn damage_text(text: &mut String, random: &mut Random) {
    match random.below(6) {
        0 => text.clear(),
        1 => text.push('!'),
        2 => text.insert(0, ' '),
        3 => *text = text.to_uppercase(),
        4 => {
            text.pop();
        }
        _ => {
            let copy = if text.is_empty() { "x".to_owned() } else { text.clone() };
            // Most limits are short; now and then the longest is passed.
            let length = if random.one_in(8) { 5_000 } else { 600 };
            while text.len() < length {
                text.push_str(&copy);
            }
        }
    }
}
