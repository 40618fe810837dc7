//! Records of a table's stream. Source: "Using Lambda with Amazon DynamoDB" of the Lambda developer guide.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use stipule_runtime::item::{Attr, Item};

use crate::function::Fault;

#[derive(Deserialize)]
struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    /// The item as it is now; none where it was removed.
    #[serde(default)]
    new_image: Option<Value>,
}

/// The items that records say were written, in their order.
///
/// # Errors
/// [`Fault`] for what is no batch of a stream with images.
pub(crate) fn items(event: &[u8]) -> Result<Vec<Item>, Fault> {
    let batch: Batch = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let images = batch.records.iter().filter_map(|record| record.dynamodb.new_image.as_ref());
    images.map(|image| item(image).ok_or_else(|| Fault::unreadable("an image of the stream"))).collect()
}

fn item(image: &Value) -> Option<Item> {
    image.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

fn attribute(value: &Value) -> Option<Attr> {
    let (kind, value) = value.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "S" => Attr::S(value.as_str()?.to_owned()),
        "N" => Attr::N(value.as_str()?.to_owned()),
        "BOOL" => Attr::Bool(value.as_bool()?),
        "NULL" => Attr::Null,
        "B" => Attr::B(STANDARD.decode(value.as_str()?).ok()?),
        "L" => Attr::L(value.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "M" => {
            let members = value.as_object()?.iter();
            Attr::M(
                members
                    .map(|(name, value)| Some((name.clone(), attribute(value)?)))
                    .collect::<Option<_>>()?,
            )
        }
        _ => return None,
    })
}
