//! Numbers and texts that keywords hold, and why they can't be read.

use serde_json::{Map, Value};

use super::Assertion;
use crate::decimal::Decimal;

/// `exclusiveMinimum: true` of draft 4 and OpenAPI 3.0 makes `minimum` strict.
pub(super) fn bound(
    name: &str,
    value: &Value,
    members: &Map<String, Value>,
) -> Result<Vec<Assertion>, String> {
    let low = matches!(name, "minimum" | "exclusiveMinimum");
    let strict = match (name, value) {
        ("exclusiveMinimum" | "exclusiveMaximum", Value::Bool(_)) => return Ok(Vec::new()),
        ("exclusiveMinimum" | "exclusiveMaximum", _) => true,
        _ => {
            let exclusive = if low { "exclusiveMinimum" } else { "exclusiveMaximum" };
            members.get(exclusive) == Some(&Value::Bool(true))
        }
    };
    let bound = decimal(value)?;
    Ok(vec![if low { Assertion::AtLeast { bound, strict } } else { Assertion::AtMost { bound, strict } }])
}

pub(super) fn decimal(value: &Value) -> Result<Decimal, String> {
    let number = value.as_number().ok_or("it must be a number")?;
    Decimal::of(number).ok_or_else(|| "the number has too many digits".to_owned())
}

pub(super) fn count(value: &Value) -> Result<u64, String> {
    let whole = decimal(value)?.scaled(0).and_then(|whole| u64::try_from(whole).ok());
    whole.ok_or_else(|| "it must be a whole number from 0".to_owned())
}

pub(super) fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "it must be text".to_owned())
}

pub(super) fn texts(listed: &[Value]) -> Result<Vec<String>, String> {
    listed.iter().map(|name| text(name).map(str::to_owned)).collect()
}
