//! The tree as a source of values: to serde, to and from `serde_json::Value`.

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::{Json, Number, Object};

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => items.serialize(serializer),
            Json::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Json<'static> {
    /// The JSON form of a value.
    ///
    /// # Errors
    /// When the value's own `Serialize` refuses, or it has map keys that aren't text.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_value(value).map(Json::from)
    }
}

impl Json<'_> {
    /// Compact JSON text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("text keys and finite numbers always have a JSON form")
    }
}

impl From<serde_json::Value> for Json<'_> {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Number(number) => Json::Number(from_serde(&number)),
            Value::String(text) => text.into(),
            Value::Array(items) => Json::Array(items.into_iter().map(Json::from).collect()),
            Value::Object(members) => {
                Json::Object(members.into_iter().map(|(name, value)| (name, Json::from(value))).collect())
            }
        }
    }
}

fn from_serde(number: &serde_json::Number) -> Number {
    let integer = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
    integer
        .or_else(|| number.as_f64().and_then(Number::from_f64))
        .expect("a serde_json number is an i64, a u64 or a finite f64")
}

impl From<Json<'_>> for serde_json::Value {
    fn from(json: Json<'_>) -> Self {
        use serde_json::Value;
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(value),
            Json::Number(number) => number.as_i64().map(Value::from).unwrap_or_else(|| to_serde(number)),
            Json::String(text) => Value::String(text.into_owned()),
            Json::Array(items) => items.into_iter().map(Value::from).collect(),
            Json::Object(object) => {
                object.into_iter().map(|(name, value)| (name.into_owned(), Value::from(value))).collect()
            }
        }
    }
}

fn to_serde(number: Number) -> serde_json::Value {
    number.as_u64().map_or_else(|| number.as_f64().into(), Into::into)
}

impl std::fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// Turns a refusal of ours into the error of any serializer.
pub(crate) fn refuse<E: Error>(fault: impl std::fmt::Display) -> E {
    E::custom(fault)
}
