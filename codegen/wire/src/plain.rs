//! Values with a text form: what may stand in a path, a query, a header or a key.

use std::borrow::Cow;

use crate::violation::{Code, Fault};

/// A value with one text form that reads back as an equal value.
///
/// It is the JSON text itself for types that are strings in JSON, and the JSON literal for numbers and booleans.
pub trait Plain: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    fn from_text(text: &str) -> Result<Self, Fault>;

    /// The text form.
    fn to_text(&self) -> Cow<'_, str>;
}

impl Plain for String {
    fn from_text(text: &str) -> Result<Self, Fault> {
        Ok(text.to_owned())
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Plain for bool {
    fn from_text(text: &str) -> Result<Self, Fault> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Fault::new(Code::Type, "must be `true` or `false`")),
        }
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

macro_rules! integer {
    ($($type:ty),+) => {$(
        impl Plain for $type {
            fn from_text(text: &str) -> Result<Self, Fault> {
                let digits = text.strip_prefix('-').unwrap_or(text);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(Fault::new(Code::Type, "must be an integer"));
                }
                text.parse().map_err(|_| {
                    Fault::new(Code::Range, format!("must be from {} to {}", <$type>::MIN, <$type>::MAX))
                })
            }

            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }
    )+};
}

integer!(i32, i64, u32, u64);

impl Plain for f64 {
    /// Only what JSON calls a number: no `inf`, no `NaN`, no `+1`, no `.5`.
    fn from_text(text: &str) -> Result<Self, Fault> {
        let number = serde_json::from_str::<serde_json::Number>(text).ok().filter(|_| text.trim() == text);
        number.and_then(|number| number.as_f64()).ok_or_else(|| Fault::new(Code::Type, "must be a number"))
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

/// What every type that is text in JSON has in common, from its `Plain`; shown as that text.
macro_rules! text_in_json {
    ($type:ty $(, $($generics:tt)+)?) => {
        $crate::plain::json_text!($type $(, $($generics)+)?);

        impl $(<$($generics)+>)? ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&$crate::Plain::to_text(self))
            }
        }
    };
}

/// As [`text_in_json`], for types that show themselves.
macro_rules! json_text {
    ($type:ty $(, $($generics:tt)+)?) => {
        impl $(<$($generics)+>)? $crate::Decode for $type {
            fn decode(json: &$crate::Json<'_>, d: &mut $crate::Decoder) -> Option<Self> {
                let text = d.text(json)?;
                d.check($crate::Plain::from_text(text))
            }
        }

        impl $(<$($generics)+>)? ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&$crate::Plain::to_text(self))
            }
        }

        impl<'de $(, $($generics)+)?> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::through_serde(deserializer)
            }
        }

        impl $(<$($generics)+>)? ::std::str::FromStr for $type {
            type Err = $crate::Fault;

            fn from_str(text: &str) -> Result<Self, $crate::Fault> {
                $crate::Plain::from_text(text)
            }
        }

        impl $(<$($generics)+>)? TryFrom<&str> for $type {
            type Error = $crate::Fault;

            fn try_from(text: &str) -> Result<Self, $crate::Fault> {
                $crate::Plain::from_text(text)
            }
        }
    };
}

pub(crate) use {json_text, text_in_json};
