//! A row of the engine, which keeps items as DynamoDB's JSON, as an item of the port.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use stipule_runtime::item::{Attr, Item};

/// Attributes that room is made for at once.
const USUAL: usize = 16;

/// Reads a row.
///
/// # Errors
/// When it is something else, or has an attribute that the port has no kind for.
pub(super) fn item(row: &str) -> Result<Item, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(row);
    let item = Entries.deserialize(&mut reader)?;
    reader.end()?;
    Ok(item)
}

/// `{"name": value, …}`.
struct Entries;

impl<'de> DeserializeSeed<'de> for Entries {
    type Value = Item;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Item, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = Item;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Item, A::Error> {
        let mut item = Item::with_capacity(USUAL);
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Value)?;
            item.insert(name, value);
        }
        Ok(item)
    }
}

/// `{"S": "…"}`.
struct Value;

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Attr;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Attr, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Attr;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value under its kind")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Attr, A::Error> {
        let none = || A::Error::custom("a value without a kind");
        let value = match entries.next_key::<&str>()?.ok_or_else(none)? {
            "S" => Attr::S(entries.next_value()?),
            "N" => Attr::N(entries.next_value()?),
            "BOOL" => Attr::Bool(entries.next_value()?),
            "NULL" => {
                entries.next_value::<IgnoredAny>()?;
                Attr::Null
            }
            "B" => {
                let bytes = STANDARD.decode(entries.next_value::<&str>()?);
                Attr::B(bytes.map_err(A::Error::custom)?)
            }
            "L" => Attr::L(entries.next_value_seed(Values)?),
            "M" => Attr::M(entries.next_value_seed(Entries)?),
            kind => return Err(A::Error::custom(format!("values of the kind {kind} aren't known"))),
        };
        match entries.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::custom("a value of two kinds")),
        }
    }
}

/// `[value, …]`.
struct Values;

impl<'de> DeserializeSeed<'de> for Values {
    type Value = Vec<Attr>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<Attr>, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values {
    type Value = Vec<Attr>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Vec<Attr>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element_seed(Value)? {
            list.push(value);
        }
        Ok(list)
    }
}
