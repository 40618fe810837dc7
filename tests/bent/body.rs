//! Bodies bent out of shape: first as JSON, with what a reader of JSON is easily wrong about, then as bytes.

use platform_tests::draw::Random;
use serde_json::{Map, Value, json};

/// Texts that something inside might take for something else.
const TEXTS: [&str; 16] = [
    "",
    " ",
    "\0",
    "\u{feff}",
    "\u{202e}txt",
    "null",
    "-0",
    "1e400",
    "9223372036854775808",
    "../../etc/passwd",
    "' OR 1=1 --",
    "{\"$ref\":\"#\"}",
    "#EVENT#1",
    "2026-02-30T25:61:61Z",
    "\u{1F469}\u{200D}\u{1F680}",
    "%00%2e%2e",
];

/// Numbers at the ends of what somebody might hold them in, as they are written.
const NUMBERS: [&str; 14] = [
    "0",
    "-0",
    "-1",
    "1e400",
    "-1e400",
    "1e-400",
    "0.1",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "100000000000000000000000000000000000000000000000001",
    "1.0000000000000000000000000000000000000001",
];

/// What stands for a number that JSON values can't hold, until the text is written.
const HOLE: &str = "\u{1}number\u{1}";

/// Bends the bytes of a body: a few times as JSON if it is any, and now and then as bytes as well.
pub(crate) fn bend(body: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            let mut number = None;
            for _ in 0..=random.below(3) {
                bend_value(&mut value, random, &mut number);
            }
            let text = value.to_string();
            let hole = Value::from(HOLE).to_string();
            let text = text.replace(&hole, number.unwrap_or("0"));
            if random.one_in(10) { twice(&text, random) } else { text }.into_bytes()
        }
        Err(_) => body.to_vec(),
    };
    if random.one_in(5) {
        bend_bytes(&mut bytes, random);
    }
    bytes
}

/// Changes one value somewhere inside.
fn bend_value(value: &mut Value, random: &mut Random, number: &mut Option<&'static str>) {
    let inside = match value {
        Value::Object(members) => members.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    };
    if inside > 0 && !random.one_in(3) {
        let place = random.below(inside);
        let next = match value {
            Value::Object(members) => members.values_mut().nth(place),
            Value::Array(items) => items.get_mut(place),
            _ => None,
        };
        return bend_value(next.expect("it is inside"), random, number);
    }
    match (value, random.below(4)) {
        (Value::Object(members), 0) => bend_members(members, random),
        (Value::Array(items), 0) => bend_items(items, random),
        (Value::String(text), 0 | 1) => bend_text(text, random),
        (value, _) => *value = other(random, number),
    }
}

fn bend_members(members: &mut Map<String, Value>, random: &mut Random) {
    let name = members.keys().nth(random.below(members.len())).cloned();
    match (name, random.below(4)) {
        (Some(name), 0) => {
            members.remove(&name);
        }
        (Some(name), 1) => {
            let value = members.remove(&name).unwrap_or_default();
            members.insert(name.to_uppercase(), value);
        }
        (_, 2) => members.extend((0..random.below(2_000)).map(|it| (format!("member{it}"), Value::from(it)))),
        _ => {
            let name = random.pick(&TEXTS).copied().unwrap_or_default();
            members.insert(name.to_owned(), Value::Null);
        }
    }
}

fn bend_items(items: &mut Vec<Value>, random: &mut Random) {
    match random.below(3) {
        0 => items.clear(),
        1 => items.extend(items.first().cloned()),
        _ => {
            let first = items.first().cloned().unwrap_or_default();
            items.extend(std::iter::repeat_n(first, random.below(500)));
        }
    }
}

fn bend_text(text: &mut String, random: &mut Random) {
    match random.below(5) {
        0 => *text = text.repeat(random.below(200)),
        1 => *text = text.to_uppercase(),
        2 => text.push_str(random.pick(&TEXTS).copied().unwrap_or_default()),
        3 => *text = text.chars().rev().collect(),
        _ => *text = text.chars().take(random.below(text.len() + 1)).collect(),
    }
}

/// Something else altogether.
fn other(random: &mut Random, number: &mut Option<&'static str>) -> Value {
    match random.below(9) {
        0 => Value::Null,
        1 => Value::from(random.one_in(2)),
        2 => {
            *number = random.pick(&NUMBERS).copied();
            Value::from(HOLE)
        }
        3 => Value::from(random.pick(&TEXTS).copied()),
        4 => Value::from("a".repeat(random.below(70_000))),
        5 => json!([]),
        6 => json!({}),
        7 => json!([[{ "type": "a" }]]),
        _ => (0..random.below(300)).fold(Value::Null, |inner, at| {
            if at % 2 == 0 { json!([inner]) } else { json!({ "inner": inner }) }
        }),
    }
}

/// With its first member once more, as JSON objects may be written and should never be read.
fn twice(text: &str, random: &mut Random) -> String {
    match text.split_once('{').and_then(|(_, rest)| rest.split_once(',')) {
        Some((first, _)) if first.contains(':') && !first.contains(['{', '[']) => {
            if random.one_in(2) {
                text.replacen('{', &format!("{{{first},"), 1)
            } else {
                text.replacen(first, "\"a\":1", 1)
            }
        }
        _ => text.to_owned(),
    }
}

/// Changes bytes without regard for what they say.
fn bend_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    let place = random.below(bytes.len() + 1);
    match random.below(8) {
        0 => bytes.truncate(place),
        1 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
        2 => bytes.insert(place, random.below(256) as u8),
        3 => bytes.extend_from_slice(b" {}"),
        4 => bytes.splice(..0, "\u{feff}".bytes()).for_each(drop),
        5 => bytes.splice(place..place, *b"\"\\ud800\"").for_each(drop),
        6 => *bytes = "[".repeat(random.below(100_000)).into_bytes(),
        _ => *bytes = [b"{\"a\":".repeat(random.below(20_000)), b"1".to_vec()].concat(),
    }
}
