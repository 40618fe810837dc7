//! Items of the port as items of the engine, and back.

use std::collections::HashMap;

use dynoxide::AttributeValue;
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{QueryPage, StoreError};

/// For the engine.
pub(super) fn item_out(item: Item) -> HashMap<String, AttributeValue> {
    item.into_iter().map(|(name, value)| (name, attribute_out(value))).collect()
}

/// From the engine.
///
/// # Errors
/// [`StoreError::Invalid`] for an attribute that the port has no kind for: sets, which nothing here writes.
pub(super) fn item_in(item: HashMap<String, AttributeValue>) -> Result<Item, StoreError> {
    item.into_iter().map(|(name, value)| Ok((name, attribute_in(value)?))).collect()
}

/// A page from the engine.
///
/// # Errors
/// As [`item_in`].
pub(super) fn page_in(
    items: Option<Vec<HashMap<String, AttributeValue>>>,
    next: Option<HashMap<String, AttributeValue>>,
) -> Result<QueryPage, StoreError> {
    let items = items.unwrap_or_default().into_iter().map(item_in);
    Ok(QueryPage { items: items.collect::<Result<_, _>>()?, next: next.map(item_in).transpose()? })
}

/// For the engine.
pub(super) fn attribute_out(value: Attr) -> AttributeValue {
    match value {
        Attr::S(text) => AttributeValue::S(text),
        Attr::N(number) => AttributeValue::N(number),
        Attr::Bool(truth) => AttributeValue::BOOL(truth),
        Attr::Null => AttributeValue::NULL(true),
        Attr::B(bytes) => AttributeValue::B(bytes),
        Attr::L(items) => AttributeValue::L(items.into_iter().map(attribute_out).collect()),
        Attr::M(entries) => {
            AttributeValue::M(entries.into_iter().map(|(name, value)| (name, attribute_out(value))).collect())
        }
    }
}

fn attribute_in(value: AttributeValue) -> Result<Attr, StoreError> {
    Ok(match value {
        AttributeValue::S(text) => Attr::S(text),
        AttributeValue::N(number) => Attr::N(number),
        AttributeValue::BOOL(truth) => Attr::Bool(truth),
        AttributeValue::NULL(_) => Attr::Null,
        AttributeValue::B(bytes) => Attr::B(bytes),
        AttributeValue::L(items) => {
            Attr::L(items.into_iter().map(attribute_in).collect::<Result<_, StoreError>>()?)
        }
        AttributeValue::M(entries) => Attr::M(
            entries
                .into_iter()
                .map(|(name, value)| Ok((name, attribute_in(value)?)))
                .collect::<Result<_, StoreError>>()?,
        ),
        set @ (AttributeValue::SS(_) | AttributeValue::NS(_) | AttributeValue::BS(_)) => {
            return Err(StoreError::Invalid(format!("a stored attribute is a set ({})", set.type_name())));
        }
    })
}
