//! Any serialisable value as an attribute.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Attr;

/// A value that can't be stored, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unstorable(String);

impl fmt::Display for Unstorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value can't be stored: {}", self.0)
    }
}

impl std::error::Error for Unstorable {}

impl Attr {
    /// The attribute form of a value: its JSON form in the store's value model.
    ///
    /// # Errors
    /// [`Unstorable`] when the value's own `Serialize` refuses, or it has map keys that aren't text.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Unstorable> {
        serde_json::to_value(value).map(Self::from).map_err(|error| Unstorable(error.to_string()))
    }
}

impl From<Value> for Attr {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::N(number.to_string()),
            Value::String(text) => Self::S(text),
            Value::Array(items) => Self::L(items.into_iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::M(members.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}
