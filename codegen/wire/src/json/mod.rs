//! The JSON tree that everything is decoded from: strict to read, borrowed where it can be, ordered.

mod number;
mod object;
mod parse;
mod write;

use std::borrow::Cow;

pub use number::Number;
pub use object::Object;
pub use parse::{Limits, Malformed, Reason};
pub(crate) use write::refuse;

/// Any JSON value, owned: what a contract means by a schema without limits.
pub type Any = Json<'static>;

/// A JSON value. Text borrows from the input where it holds no escapes.
///
/// Equality is JSON's: `1` equals `1.0`, and the order of an object's members doesn't count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Json<'a> {
    /// `null`
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// Any number in the range of a double.
    Number(Number),
    /// Text, escapes resolved.
    String(Cow<'a, str>),
    /// `[…]`
    Array(Vec<Json<'a>>),
    /// `{…}`, in the order of the input.
    Object(Object<'a>),
}

impl<'a> Json<'a> {
    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value, if it is `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value, if it is an integer of 64 bits with sign; `1.0` and `1e2` are integers.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Json<'a>]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Json::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The member of this name, if it is an object that has one.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.as_object().and_then(|object| object.get(name))
    }

    /// What it is, with an article, for messages: `a string`, `an integer`.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(number) if number.is_integer() => "an integer",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    /// The same value without borrows from the input.
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(value) => Json::Bool(value),
            Json::Number(number) => Json::Number(number),
            Json::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Json::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Json::Object(object) => Json::Object(object.into_owned()),
        }
    }

    /// A copy without borrows from the input.
    pub fn to_any(&self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(value) => Json::Bool(*value),
            Json::Number(number) => Json::Number(*number),
            Json::String(text) => Json::String(Cow::Owned(String::from(&**text))),
            Json::Array(items) => Json::Array(items.iter().map(Json::to_any).collect()),
            Json::Object(object) => {
                Json::Object(object.iter().map(|(name, value)| (name.to_owned(), value.to_any())).collect())
            }
        }
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json<'_> {
    fn from(value: i64) -> Self {
        Json::Number(value.into())
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(value: &'a str) -> Self {
        Json::String(Cow::Borrowed(value))
    }
}

impl From<String> for Json<'_> {
    fn from(value: String) -> Self {
        Json::String(Cow::Owned(value))
    }
}
