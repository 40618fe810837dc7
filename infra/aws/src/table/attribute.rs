//! Items of the port as items of the SDK, and back.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::StoreError;

/// For the SDK.
pub(super) fn item_out(item: Item) -> HashMap<String, AttributeValue> {
    item.into_iter().map(|(name, value)| (name, attribute_out(value))).collect()
}

/// From the SDK.
///
/// # Errors
/// [`StoreError::Invalid`] for an attribute that the port has no kind for: sets, which nothing here writes.
pub(super) fn item_in(item: HashMap<String, AttributeValue>) -> Result<Item, StoreError> {
    item.into_iter().map(|(name, value)| Ok((name, attribute_in(value)?))).collect()
}

/// For the SDK.
pub(super) fn attribute_out(value: Attr) -> AttributeValue {
    match value {
        Attr::S(text) => AttributeValue::S(text),
        Attr::N(number) => AttributeValue::N(number),
        Attr::Bool(truth) => AttributeValue::Bool(truth),
        Attr::Null => AttributeValue::Null(true),
        Attr::B(bytes) => AttributeValue::B(Blob::new(bytes)),
        Attr::L(items) => AttributeValue::L(items.into_iter().map(attribute_out).collect()),
        Attr::M(entries) => {
            AttributeValue::M(entries.into_iter().map(|(name, value)| (name, attribute_out(value))).collect())
        }
    }
}

fn attribute_in(value: AttributeValue) -> Result<Attr, StoreError> {
    let unknown = |kind: &str| StoreError::Invalid(format!("a stored attribute is {kind}"));
    Ok(match value {
        AttributeValue::S(text) => Attr::S(text),
        AttributeValue::N(number) => Attr::N(number),
        AttributeValue::Bool(truth) => Attr::Bool(truth),
        AttributeValue::Null(_) => Attr::Null,
        AttributeValue::B(bytes) => Attr::B(bytes.into_inner()),
        AttributeValue::L(items) => {
            Attr::L(items.into_iter().map(attribute_in).collect::<Result<_, StoreError>>()?)
        }
        AttributeValue::M(entries) => Attr::M(
            entries
                .into_iter()
                .map(|(name, value)| Ok((name, attribute_in(value)?)))
                .collect::<Result<_, StoreError>>()?,
        ),
        AttributeValue::Ss(_) => return Err(unknown("a set (SS)")),
        AttributeValue::Ns(_) => return Err(unknown("a set (NS)")),
        AttributeValue::Bs(_) => return Err(unknown("a set (BS)")),
        // The SDK's enum is open.
        _ => return Err(unknown("of a kind that this release doesn't know")),
    })
}
