//! Calls of the port as requests of the engine.

use std::collections::HashMap;

use dynoxide::AttributeValue;
use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::actions::query::QueryRequest;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::actions::transact_write_items::{
    TransactConditionCheck, TransactDelete, TransactPut, TransactUpdate, TransactWriteItem,
    TransactWriteItemsRequest,
};
use stipule_runtime::store::{
    Action, Bindings, Expression, Get, PrimaryKey, Query, Scan, StoreError, TableSchema, Transaction,
};

use super::attribute::{attribute_out, item_out};

/// Reads one item.
pub(super) fn get(schema: &TableSchema, get: Get) -> GetItemRequest {
    GetItemRequest {
        table_name: schema.name.to_owned(),
        key: key(schema, get.key),
        consistent_read: Some(get.consistent),
        ..GetItemRequest::default()
    }
}

/// Reads a page of one partition.
///
/// # Errors
/// [`StoreError::Invalid`] for an index that the table doesn't have, or an empty key.
pub(super) fn query(schema: &TableSchema, query: Query) -> Result<QueryRequest, StoreError> {
    if query.partition.is_empty() {
        // The engine finds nothing; DynamoDB refuses.
        return Err(StoreError::Invalid("a partition key is never empty".to_owned()));
    }
    let mut bindings = Bindings::default();
    let condition = bindings.take(query.condition(schema)?)?;
    let projection = query.select.map(|select| schema.projection(query.index, select)).transpose()?;
    let projection = bindings.take_some(projection)?;
    let (names, values) = bindings.into_parts(attribute_out);
    Ok(QueryRequest {
        table_name: schema.name.to_owned(),
        index_name: query.index.map(str::to_owned),
        key_condition_expression: Some(condition),
        projection_expression: projection,
        expression_attribute_names: names,
        expression_attribute_values: values,
        scan_index_forward: !query.descending,
        limit: query.limit.map(most),
        exclusive_start_key: query.start.map(item_out),
        consistent_read: Some(query.consistent),
        ..QueryRequest::default()
    })
}

/// Reads a page of everything.
///
/// # Errors
/// [`StoreError::Invalid`] for an index that the table doesn't have, or a placeholder that stands for two things.
pub(super) fn scan(schema: &TableSchema, scan: Scan) -> Result<ScanRequest, StoreError> {
    let mut bindings = Bindings::default();
    let filter_expression = bindings.take_some(scan.filter)?;
    let projection = scan.select.map(|select| schema.projection(scan.index, select)).transpose()?;
    let projection_expression = bindings.take_some(projection)?;
    let (names, values) = bindings.into_parts(attribute_out);
    Ok(ScanRequest {
        table_name: schema.name.to_owned(),
        index_name: scan.index.map(str::to_owned),
        filter_expression,
        projection_expression,
        expression_attribute_names: names,
        expression_attribute_values: values,
        limit: scan.limit.map(most),
        exclusive_start_key: scan.start.map(item_out),
        segment: scan.segment.map(|(segment, _)| segment),
        total_segments: scan.segment.map(|(_, segments)| segments),
        consistent_read: Some(scan.consistent),
        ..ScanRequest::default()
    })
}

fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Writes everything or nothing.
///
/// # Errors
/// [`StoreError::Invalid`] when the two expressions of an update use one placeholder for two things, or an update changes
/// a key.
pub(super) fn transact(
    schema: &TableSchema,
    transaction: Transaction,
) -> Result<TransactWriteItemsRequest, StoreError> {
    let transact_items =
        transaction.actions.into_iter().map(|action| write(schema, action)).collect::<Result<_, _>>()?;
    Ok(TransactWriteItemsRequest { transact_items, ..TransactWriteItemsRequest::default() })
}

fn write(schema: &TableSchema, action: Action) -> Result<TransactWriteItem, StoreError> {
    let table_name = schema.name.to_owned();
    let mut item = TransactWriteItem::default();
    let mut bindings = Bindings::default();
    match action {
        Action::Put { item: attributes, condition } => {
            let condition_expression = bindings.take_some(condition)?;
            let (expression_attribute_names, expression_attribute_values) =
                bindings.into_parts(attribute_out);
            item.put = Some(TransactPut {
                table_name,
                item: item_out(attributes),
                condition_expression,
                expression_attribute_names,
                expression_attribute_values,
                ..TransactPut::default()
            });
        }
        Action::Update { key: target, update, condition } => {
            refuse_change_of_key(schema, &update)?;
            let update_expression = bindings.take(update)?;
            let condition_expression = bindings.take_some(condition)?;
            let (expression_attribute_names, expression_attribute_values) =
                bindings.into_parts(attribute_out);
            item.update = Some(TransactUpdate {
                table_name,
                key: key(schema, target),
                update_expression,
                condition_expression,
                expression_attribute_names,
                expression_attribute_values,
                ..TransactUpdate::default()
            });
        }
        Action::Delete { key: target, condition } => {
            let condition_expression = bindings.take_some(condition)?;
            let (expression_attribute_names, expression_attribute_values) =
                bindings.into_parts(attribute_out);
            item.delete = Some(TransactDelete {
                table_name,
                key: key(schema, target),
                condition_expression,
                expression_attribute_names,
                expression_attribute_values,
                ..TransactDelete::default()
            });
        }
        Action::Check { key: target, condition } => {
            let condition_expression = bindings.take(condition)?;
            let (expression_attribute_names, expression_attribute_values) =
                bindings.into_parts(attribute_out);
            item.condition_check = Some(TransactConditionCheck {
                table_name,
                key: key(schema, target),
                condition_expression,
                expression_attribute_names,
                expression_attribute_values,
                ..TransactConditionCheck::default()
            });
        }
    }
    Ok(item)
}

/// The engine lets a transaction change a key attribute, and then has the item under another key than it says. An update
/// that only reads one is refused as well: there is none.
fn refuse_change_of_key(schema: &TableSchema, update: &Expression) -> Result<(), StoreError> {
    match update.names.iter().find(|(_, name)| name == schema.pk || name == schema.sk) {
        None => Ok(()),
        Some((_, name)) => {
            Err(StoreError::Invalid(format!("`{name}` is part of the key, and never changes")))
        }
    }
}

/// The two key attributes.
pub(super) fn key(schema: &TableSchema, key: PrimaryKey) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema.pk.to_owned(), AttributeValue::S(key.pk)),
        (schema.sk.to_owned(), AttributeValue::S(key.sk)),
    ])
}
