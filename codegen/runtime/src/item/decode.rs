//! Attributes as JSON trees, and from there as the values they were.

use stipule_wire::{Decode, Json, Number, Posture, Violations};

use super::Attr;

impl Attr {
    /// The value as a JSON tree that borrows its texts; bytes, which JSON doesn't have, as null.
    pub fn to_json(&self) -> Json<'_> {
        match self {
            Self::S(text) => Json::from(text.as_str()),
            Self::N(digits) => self
                .as_integer()
                .map(Number::from)
                .or_else(|| digits.parse::<u64>().ok().map(Number::from))
                .or_else(|| digits.parse().ok().and_then(Number::from_f64))
                .map_or(Json::Null, Json::Number),
            Self::Bool(value) => Json::Bool(*value),
            Self::Null | Self::B(_) => Json::Null,
            Self::L(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::M(entries) => {
                Json::Object(entries.iter().map(|(name, value)| (name, value.to_json())).collect())
            }
        }
    }

    /// The value that [`Attr::of`] was given.
    ///
    /// # Errors
    /// All [`Violations`] of what is stored against the type; names it doesn't know are ignored.
    pub fn decode<T: Decode>(&self) -> Result<T, Violations> {
        stipule_wire::decode(&self.to_json(), Posture::Open)
    }
}
