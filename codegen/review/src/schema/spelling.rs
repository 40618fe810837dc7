//! Values that are written the same as text: `1` and `"1"`.

use serde_json::Value;

/// Keywords by which not every text is accepted.
pub(super) const NARROWING_TEXTS: [&str; 7] =
    ["enum", "const", "pattern", "format", "minLength", "maxLength", "not"];

/// A value of another kind that is written the same as text.
pub(crate) fn spelt_alike(value: &Value) -> Option<Value> {
    match value {
        // `3.0` is the integer 3, and written like one.
        Value::Number(_) => {
            let text = value.to_string();
            Some(Value::String(text.strip_suffix(".0").unwrap_or(&text).to_owned()))
        }
        Value::Bool(_) => Some(Value::String(value.to_string())),
        Value::String(text) => match serde_json::from_str(text) {
            Ok(read @ (Value::Number(_) | Value::Bool(_))) => Some(read),
            _ => None,
        },
        _ => None,
    }
}
