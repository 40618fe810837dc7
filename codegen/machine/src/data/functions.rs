//! What the intrinsic functions do with values.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::Digest;

use super::function::Function;
use crate::chance::Chance;

/// Longest text that the encoding and hashing functions take, in characters. Source: the developer guide.
const LONGEST: usize = 10_000;
/// Most elements that `ArrayRange` makes. Source: the developer guide.
const MOST_ELEMENTS: i128 = 1_000;

/// The value of a call; `Err` says what the function doesn't take.
pub(super) fn value(function: Function, arguments: &[Value], chance: &mut Chance) -> Result<Value, String> {
    let nothing = Value::Null;
    let at = |place: usize| arguments.get(place).unwrap_or(&nothing);
    match function {
        Function::Array => Ok(Value::Array(arguments.to_vec())),
        Function::ArrayContains => Ok(Value::Bool(list(at(0))?.iter().any(|item| equal(item, at(1))))),
        Function::ArrayGetItem => array_get_item(list(at(0))?, at(1)),
        Function::ArrayLength => Ok(Value::from(list(at(0))?.len())),
        Function::ArrayPartition => {
            let size = usize::try_from(integer(at(1))?).ok().filter(|size| *size > 0);
            let size = size.ok_or("the size of a part is at least 1")?;
            Ok(list(at(0))?.chunks(size).map(|part| Value::Array(part.to_vec())).collect())
        }
        Function::ArrayRange => array_range(integer(at(0))?, integer(at(1))?, integer(at(2))?),
        Function::ArrayUnique => Ok(Value::Array(unique(list(at(0))?))),
        Function::Base64Encode => Ok(Value::String(STANDARD.encode(short_text(at(0))?))),
        Function::Base64Decode => {
            let bytes =
                STANDARD.decode(short_text(at(0))?).map_err(|_| "the text is not Base64".to_owned())?;
            String::from_utf8(bytes).map(Value::String).map_err(|_| "the bytes are no text".to_owned())
        }
        Function::Format => format(text(at(0))?, &arguments[1..]).map(Value::String),
        Function::Hash => hash(at(0), text(at(1))?).map(Value::String),
        Function::JsonMerge => json_merge(at(0), at(1), at(2)),
        Function::JsonToString => Ok(Value::String(at(0).to_string())),
        Function::MathAdd => {
            let sum = integer(at(0))?.checked_add(integer(at(1))?).ok_or("the sum is beyond 64 bits")?;
            Ok(Value::from(sum))
        }
        Function::MathRandom => math_random(arguments, chance),
        Function::StringSplit => {
            let (text, splitters) = (text(at(0))?, text(at(1))?);
            // Every character of the second text splits, and what is empty is left out, as in the guide's examples.
            let parts = text.split(|c| splitters.contains(c)).filter(|part| !part.is_empty());
            Ok(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        Function::StringToJson => {
            serde_json::from_str(text(at(0))?).map_err(|fault| format!("the text is not JSON: {fault}"))
        }
        Function::Uuid => Ok(Value::String(uuid(chance))),
    }
}

fn list(value: &Value) -> Result<&[Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("{} is no array", kind(value)))
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{} is no text", kind(value)))
}

fn short_text(value: &Value) -> Result<&str, String> {
    let text = text(value)?;
    match text.chars().count() <= LONGEST {
        true => Ok(text),
        false => Err(format!("the text has more than {LONGEST} characters")),
    }
}

/// Fractions round to the nearest integer. Source: `States.MathAdd` in the developer guide.
fn integer(value: &Value) -> Result<i64, String> {
    if let Some(integer) = value.as_i64() {
        return Ok(integer);
    }
    let number = value.as_f64().ok_or_else(|| format!("{} is no number", kind(value)))?.round();
    // Exact: both bounds are powers of two.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number) {
        format!("{number}").parse().map_err(|_| "the number is beyond 64 bits".to_owned())
    } else {
        Err("the number is beyond 64 bits".to_owned())
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Whether two values are the same, numbers by what they are worth.
pub(super) fn equal(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (one, two) => one == two,
    }
}

fn array_get_item(items: &[Value], index: &Value) -> Result<Value, String> {
    let index = integer(index)?;
    let item = usize::try_from(index).ok().and_then(|at| items.get(at));
    item.cloned().ok_or_else(|| format!("there is no element {index} among {}", items.len()))
}

fn array_range(first: i64, last: i64, step: i64) -> Result<Value, String> {
    if step == 0 {
        return Err("the step is 0".to_owned());
    }
    let (first, last, step) = (i128::from(first), i128::from(last), i128::from(step));
    let count = ((last - first) / step + 1).max(0);
    let count = if (last - first) * step < 0 { 0 } else { count };
    if count > MOST_ELEMENTS {
        return Err(format!("the range has {count} elements; at most {MOST_ELEMENTS}"));
    }
    (0..count)
        .map(|place| i64::try_from(first + place * step).map(Value::from).map_err(|fault| fault.to_string()))
        .collect()
}

fn unique(items: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|other| equal(other, item)) {
            kept.push(item.clone());
        }
    }
    kept
}

/// `{}` stands for the next argument, `\{` and `\}` for braces.
fn format(template: &str, arguments: &[Value]) -> Result<String, String> {
    let mut shown = String::new();
    let mut arguments = arguments.iter();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => shown.extend(chars.next()),
            '{' => {
                if chars.next() != Some('}') {
                    return Err("`{` without `}`; a brace itself is written `\\{`".to_owned());
                }
                let argument = arguments.next().ok_or("there are more `{}` than arguments")?;
                match argument {
                    Value::String(text) => shown.push_str(text),
                    other => write!(shown, "{other}").expect("writing into a String never fails"),
                }
            }
            '}' => return Err("`}` without `{`; a brace itself is written `\\}`".to_owned()),
            c => shown.push(c),
        }
    }
    match arguments.next() {
        None => Ok(shown),
        Some(_) => Err("there are more arguments than `{}`".to_owned()),
    }
}

fn hash(data: &Value, algorithm: &str) -> Result<String, String> {
    let text = match data {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > LONGEST {
        return Err(format!("the data has more than {LONGEST} characters"));
    }
    let bytes = text.as_bytes();
    let digest = match algorithm {
        "MD5" => md5::Md5::digest(bytes).to_vec(),
        "SHA-1" => sha1::Sha1::digest(bytes).to_vec(),
        "SHA-256" => sha2::Sha256::digest(bytes).to_vec(),
        "SHA-384" => sha2::Sha384::digest(bytes).to_vec(),
        "SHA-512" => sha2::Sha512::digest(bytes).to_vec(),
        other => return Err(format!("there is no algorithm `{other}`")),
    };
    Ok(digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing into a String never fails");
        text
    }))
}

/// Shallow only. Source: the developer guide, which accepts `false` alone.
fn json_merge(one: &Value, two: &Value, deep: &Value) -> Result<Value, String> {
    if deep != &Value::Bool(false) {
        return Err("only shallow merging is there: the third argument is `false`".to_owned());
    }
    let object =
        |value: &Value| value.as_object().cloned().ok_or_else(|| format!("{} is no object", kind(value)));
    let mut merged: Map<String, Value> = object(one)?;
    merged.extend(object(two)?);
    Ok(Value::Object(merged))
}

/// From the first number on, the second left out. A seed makes the draw repeatable.
fn math_random(arguments: &[Value], chance: &mut Chance) -> Result<Value, String> {
    let (from, to) = (integer(&arguments[0])?, integer(&arguments[1])?);
    let range = u64::try_from(i128::from(to) - i128::from(from)).ok().filter(|range| *range > 0);
    let range = range.ok_or("the range is empty")?;
    let drawn = match arguments.get(2) {
        Some(seed) => Chance::seeded(integer(seed)?.cast_unsigned()).up_to(range - 1),
        None => chance.up_to(range - 1),
    };
    let value = i128::from(from) + i128::from(drawn);
    Ok(Value::from(i64::try_from(value).map_err(|fault| fault.to_string())?))
}

/// A version 4 UUID.
fn uuid(chance: &mut Chance) -> String {
    let (high, low) = (chance.draw(), chance.draw());
    let high = (high & 0xffff_ffff_ffff_0fff) | 0x4000;
    let low = (low & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Roots;
    use super::super::function::Call;
    use super::*;

    fn call(text: &str) -> Result<Value, String> {
        let input = json!({"id": 7, "list": [1, 2, 3, 4, 5], "o": {"a": 1}, "p": {"b": 2}, "text": "a,b;c", "odd]": 1});
        let roots = Roots { input: &input, context: &Value::Null };
        Call::read(text)?.value(roots, &mut Chance::seeded(3)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn functions_do_what_the_guide_shows() {
        for (text, expected) in [
            ("States.Format('order {} of \\{x\\} it\\'s', $.id)", json!("order 7 of {x} it's")),
            ("States.Format('{} {}', $.o, null)", json!("{\"a\":1} null")),
            ("States.Array('a', 1, true, $.id)", json!(["a", 1, true, 7])),
            ("States.Array()", json!([])),
            ("States.ArrayPartition($.list, 2)", json!([[1, 2], [3, 4], [5]])),
            ("States.ArrayContains($.list, 5.0)", json!(true)),
            ("States.ArrayRange(1, 9, 2)", json!([1, 3, 5, 7, 9])),
            ("States.ArrayRange(3, 1, -1)", json!([3, 2, 1])),
            ("States.ArrayRange(3, 1, 1)", json!([])),
            ("States.ArrayGetItem($.list, 4)", json!(5)),
            ("States.ArrayLength($.list)", json!(5)),
            ("States.ArrayUnique(States.Array(1, 1.0, 'x', 'x'))", json!([1, "x"])),
            ("States.Base64Decode(States.Base64Encode('Häuser'))", json!("Häuser")),
            ("States.Hash('abc', 'SHA-1')", json!("a9993e364706816aba3e25717850c26c9cd0d89d")),
            ("States.Hash('abc', 'MD5')", json!("900150983cd24fb0d6963f7d28e17f72")),
            ("States.JsonMerge($.o, $.p, false)", json!({"a": 1, "b": 2})),
            ("States.StringToJson('{\"k\": [1]}')", json!({"k": [1]})),
            ("States.JsonToString($.o)", json!("{\"a\":1}")),
            ("States.MathAdd($.id, -1)", json!(6)),
            ("States.MathAdd(1.5, 0)", json!(2)),
            ("States.StringSplit($.text, ',;')", json!(["a", "b", "c"])),
            ("States.Format('{}', $['odd]'])", json!("1")),
        ] {
            assert_eq!(call(text), Ok(expected), "{text}");
        }
        assert_eq!(call("States.UUID()").unwrap().as_str().unwrap().len(), 36);
        let drawn = call("States.MathRandom(3, 5)").unwrap().as_i64().unwrap();
        assert!((3..5).contains(&drawn));
    }

    #[test]
    fn what_they_do_not_take_says_why() {
        for (text, reason) in [
            ("States.Nothing()", "there is no function `States.Nothing`"),
            ("States.Format()", "takes at least 1 arguments, not 0"),
            ("States.Format('{}')", "more `{}` than arguments"),
            ("States.Format('x', 1)", "more arguments than `{}`"),
            ("States.ArrayLength($.o)", "an object is no array"),
            ("States.ArrayLength($.none)", "leads nowhere"),
            ("States.ArrayGetItem($.list, 9)", "no element 9"),
            ("States.ArrayRange(1, 2000, 1)", "2000 elements"),
            ("States.JsonMerge($.o, $.p, true)", "only shallow"),
            ("States.Hash('a', 'CRC')", "no algorithm"),
            ("States.Array('a'", "`,` or `)` is missing"),
            ("States.Array('a)", "the closing '"),
            ("States.Array(a)", "single quotes"),
            ("States.Array(1) x", "left over"),
        ] {
            let fault = call(text).unwrap_err();
            assert!(fault.contains(reason), "{text}: {fault}");
        }
    }
}
