//! Parameters: text from paths, queries, headers and cookies as JSON values.

use std::borrow::Cow;

use serde::Serialize;
use stipule_wire::{Json, Limits};

/// Where in a request something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum In {
    /// In the path.
    Path,
    /// After the `?`.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
    /// In the body.
    Body,
}

/// What a parameter's text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Itself.
    Text,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As `a,b,c` in one value.
    Commas,
    /// As one value per item.
    Repeated,
}

impl Form {
    /// The text as the JSON value that it stands for. Text that doesn't stand for one stays text: the type that is
    /// decoded from it says what it wants instead.
    pub(super) fn json(self, text: Cow<'_, str>) -> Json<'_> {
        let value = match self {
            Self::Text => None,
            Self::Boolean => match &*text {
                "true" => Some(Json::Bool(true)),
                "false" => Some(Json::Bool(false)),
                _ => None,
            },
            Self::Integer | Self::Number => match Json::parse(text.as_bytes(), Limits::default()) {
                Ok(Json::Number(number)) if text.trim() == text => Some(Json::Number(number)),
                _ => None,
            },
        };
        value.unwrap_or(Json::String(text))
    }
}
