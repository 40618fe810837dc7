//! Items in the JSON of DynamoDB. Source: "DynamoDB low-level API" of its developer guide.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use stipule_runtime::{Attr, Item};

/// An item as the API writes it.
pub(crate) fn written(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.to_owned(), attribute(value))).collect())
}

fn attribute(value: &Attr) -> Value {
    match value {
        Attr::S(text) => json!({ "S": text }),
        Attr::N(number) => json!({ "N": number }),
        Attr::Bool(truth) => json!({ "BOOL": truth }),
        Attr::Null => json!({ "NULL": true }),
        Attr::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        Attr::L(items) => json!({ "L": items.iter().map(attribute).collect::<Vec<_>>() }),
        Attr::M(entries) => json!({ "M": written(entries) }),
    }
}

/// The item of such JSON; none where the API wouldn't give it.
pub(crate) fn read(json: &Value) -> Option<Item> {
    json.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute_of(value)?))).collect()
}

fn attribute_of(value: &Value) -> Option<Attr> {
    let members: &Map<String, Value> = value.as_object()?;
    let (kind, value) = members.iter().next().filter(|_| members.len() == 1)?;
    Some(match kind.as_str() {
        "S" => Attr::S(value.as_str()?.to_owned()),
        "N" => Attr::N(value.as_str()?.to_owned()),
        "BOOL" => Attr::Bool(value.as_bool()?),
        "NULL" => value.as_bool().filter(|is_null| *is_null).map(|_| Attr::Null)?,
        "B" => Attr::B(STANDARD.decode(value.as_str()?).ok()?),
        "L" => Attr::L(value.as_array()?.iter().map(attribute_of).collect::<Option<_>>()?),
        "M" => Attr::M(read(value)?),
        _ => return None,
    })
}
