//! Batches of the port as requests of the engine, and what the engine left.

use std::collections::HashMap;

use dynoxide::actions::batch_get_item::{BatchGetItemRequest, BatchGetItemResponse, KeysAndAttributes};
use dynoxide::actions::batch_write_item::{BatchWriteItemRequest, DeleteRequest, PutRequest, WriteRequest};
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Bindings, PrimaryKey, StoreError, TableSchema,
};

use super::attribute::{attribute_out, item_in, item_out};
use super::request::key;

/// Reads many items.
///
/// # Errors
/// [`StoreError::Invalid`] when a placeholder of the projection stands for two things.
pub(super) fn get(schema: &TableSchema, get: BatchGet) -> Result<BatchGetItemRequest, StoreError> {
    let mut bindings = Bindings::default();
    let projection = get.select.map(|select| schema.projection(None, select)).transpose()?;
    let projection_expression = bindings.take_some(projection)?;
    let (expression_attribute_names, _) = bindings.into_parts(attribute_out);
    let keys = KeysAndAttributes {
        keys: get.keys.into_iter().map(|it| key(schema, it)).collect(),
        projection_expression,
        expression_attribute_names,
        consistent_read: Some(get.consistent),
        ..KeysAndAttributes::default()
    };
    Ok(BatchGetItemRequest {
        request_items: HashMap::from([(schema.name.to_owned(), keys)]),
        ..BatchGetItemRequest::default()
    })
}

/// What a batch of reads found.
///
/// # Errors
/// [`StoreError`], when an item or a key that was left can't be read.
pub(super) fn got(schema: &TableSchema, answer: BatchGetItemResponse) -> Result<BatchGot, StoreError> {
    let items = answer.responses.into_values().flatten().map(item_in).collect::<Result<_, _>>()?;
    let left = answer.unprocessed_keys.values().flat_map(|table| {
        // The engine gives back what it would send over a network: `{"pk": {"S": "…"}, …}`.
        table.get("Keys").and_then(|keys| keys.as_array()).into_iter().flatten().map(|left| {
            let text = |name: &str| left.get(name)?.get("S")?.as_str();
            let found = text(schema.pk).zip(text(schema.sk)).map(|(pk, sk)| PrimaryKey::new(pk, sk));
            found.ok_or_else(|| StoreError::Unavailable("the engine left a key that isn't one".to_owned()))
        })
    });
    Ok(BatchGot { items, left: left.collect::<Result<_, _>>()? })
}

/// Does many actions, each for itself.
pub(super) fn write(schema: &TableSchema, actions: Vec<BatchAction>) -> BatchWriteItemRequest {
    let requests = actions.into_iter().map(|action| match action {
        BatchAction::Put(item) => {
            WriteRequest { put_request: Some(PutRequest { item: item_out(item) }), delete_request: None }
        }
        BatchAction::Delete(it) => {
            WriteRequest { put_request: None, delete_request: Some(DeleteRequest { key: key(schema, it) }) }
        }
    });
    BatchWriteItemRequest {
        request_items: HashMap::from([(schema.name.to_owned(), requests.collect())]),
        ..BatchWriteItemRequest::default()
    }
}
