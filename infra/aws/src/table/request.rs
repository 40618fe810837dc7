//! Calls of the port as calls of the SDK.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, DeleteRequest, KeysAndAttributes, Put, PutRequest,
    TransactWriteItem, Update, WriteRequest,
};
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    Action, BatchAction, BatchGet, Bindings, Expression, Placeholders, PrimaryKey, StoreError, TableSchema,
};

use super::attribute::{attribute_out, item_in, item_out};

/// The key attributes of an item.
pub(super) fn key(table: &TableSchema, key: PrimaryKey) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (table.pk.to_owned(), AttributeValue::S(key.pk)),
        (table.sk.to_owned(), AttributeValue::S(key.sk)),
    ])
}

/// What an action needs beside its key or item.
pub(super) struct Said {
    pub(super) update: Option<String>,
    pub(super) condition: Option<String>,
    pub(super) names: Placeholders<String>,
    pub(super) values: Placeholders<AttributeValue>,
}

impl Said {
    /// # Errors
    /// [`StoreError::Invalid`] when the two expressions use one placeholder for two things.
    pub(super) fn new(update: Option<Expression>, condition: Option<Expression>) -> Result<Self, StoreError> {
        let mut bindings = Bindings::default();
        let update = bindings.take_some(update)?;
        let condition = bindings.take_some(condition)?;
        let (names, values) = bindings.into_parts(attribute_out);
        Ok(Self { update, condition, names, values })
    }
}

/// One action of a transaction.
///
/// # Errors
/// As [`Said::new`].
pub(super) fn action(
    name: &str,
    table: &TableSchema,
    action: Action,
) -> Result<TransactWriteItem, StoreError> {
    let item = TransactWriteItem::builder();
    let item = match action {
        Action::Put { item: attributes, condition } => {
            let said = Said::new(None, condition)?;
            let put = Put::builder()
                .table_name(name)
                .set_item(Some(item_out(attributes)))
                .set_condition_expression(said.condition)
                .set_expression_attribute_names(said.names)
                .set_expression_attribute_values(said.values);
            item.put(put.build().map_err(incomplete)?)
        }
        Action::Update { key: target, update, condition } => {
            let said = Said::new(Some(update), condition)?;
            let update = Update::builder()
                .table_name(name)
                .set_key(Some(key(table, target)))
                .set_update_expression(said.update)
                .set_condition_expression(said.condition)
                .set_expression_attribute_names(said.names)
                .set_expression_attribute_values(said.values);
            item.update(update.build().map_err(incomplete)?)
        }
        Action::Delete { key: target, condition } => {
            let said = Said::new(None, condition)?;
            let delete = Delete::builder()
                .table_name(name)
                .set_key(Some(key(table, target)))
                .set_condition_expression(said.condition)
                .set_expression_attribute_names(said.names)
                .set_expression_attribute_values(said.values);
            item.delete(delete.build().map_err(incomplete)?)
        }
        Action::Check { key: target, condition } => {
            let said = Said::new(None, Some(condition))?;
            let check = ConditionCheck::builder()
                .table_name(name)
                .set_key(Some(key(table, target)))
                .set_condition_expression(said.condition)
                .set_expression_attribute_names(said.names)
                .set_expression_attribute_values(said.values);
            item.condition_check(check.build().map_err(incomplete)?)
        }
    };
    Ok(item.build())
}

/// A read of many keys.
///
/// # Errors
/// [`StoreError::Invalid`]; see [`incomplete`].
pub(super) fn keys(table: &TableSchema, request: BatchGet) -> Result<KeysAndAttributes, StoreError> {
    let BatchGet { keys, consistent, select } = request;
    let (projection, names) = projection(table, select)?;
    KeysAndAttributes::builder()
        .set_keys(Some(keys.into_iter().map(|target| key(table, target)).collect()))
        .consistent_read(consistent)
        .set_projection_expression(projection)
        .set_expression_attribute_names(names)
        .build()
        .map_err(incomplete)
}

/// The projection of a read by keys that wants some attributes only.
///
/// # Errors
/// As [`TableSchema::projection`].
pub(super) fn projection(
    table: &TableSchema,
    select: Option<&'static [&'static str]>,
) -> Result<(Option<String>, Placeholders<String>), StoreError> {
    let Some(select) = select else { return Ok((None, None)) };
    let expression = table.projection(None, select)?;
    let names = expression.names.into_iter().map(|(it, name)| (it.into_owned(), name.into_owned()));
    Ok((Some(expression.text.into_owned()), Some(names.collect())))
}

/// One action of a batch.
///
/// # Errors
/// [`StoreError::Invalid`]; see [`incomplete`].
pub(super) fn batch_action(table: &TableSchema, action: BatchAction) -> Result<WriteRequest, StoreError> {
    let request = WriteRequest::builder();
    let request = match action {
        BatchAction::Put(item) => {
            let put = PutRequest::builder().set_item(Some(item_out(item)));
            request.put_request(put.build().map_err(incomplete)?)
        }
        BatchAction::Delete(target) => {
            let delete = DeleteRequest::builder().set_key(Some(key(table, target)));
            request.delete_request(delete.build().map_err(incomplete)?)
        }
    };
    Ok(request.build())
}

/// An action of a batch that the store didn't get to, as it was asked for.
///
/// # Errors
/// [`StoreError::Unavailable`] when it isn't one of those that were asked for: then nobody knows what happened.
pub(super) fn batch_action_left(table: &TableSchema, left: WriteRequest) -> Result<BatchAction, StoreError> {
    let WriteRequest { put_request, delete_request, .. } = left;
    if let Some(put) = put_request {
        return item_in(put.item).map(BatchAction::Put);
    }
    let delete = delete_request.ok_or_else(|| strange("neither puts nor deletes"))?;
    key_left(table, delete.key).map(BatchAction::Delete)
}

/// A key that the store didn't get to.
///
/// # Errors
/// As [`batch_action_left`].
pub(super) fn key_left(
    table: &TableSchema,
    key: HashMap<String, AttributeValue>,
) -> Result<PrimaryKey, StoreError> {
    let key: Item = item_in(key)?;
    PrimaryKey::of(&key, table).ok_or_else(|| strange("has no key"))
}

fn strange(what: &str) -> StoreError {
    StoreError::Unavailable(format!("what the store left undone {what}"))
}

/// The SDK's builders demand what the port's types always have.
pub(super) fn incomplete(fault: impl std::fmt::Display) -> StoreError {
    StoreError::Invalid(fault.to_string())
}
