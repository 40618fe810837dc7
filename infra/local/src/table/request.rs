//! Calls of the port as requests of the engine.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use dynoxide::AttributeValue;
use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::actions::query::QueryRequest;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::actions::transact_write_items::{
    TransactConditionCheck, TransactDelete, TransactPut, TransactUpdate, TransactWriteItem,
    TransactWriteItemsRequest,
};
use stipule_runtime::store::{
    Action, Expression, Get, IndexSchema, PrimaryKey, Query, Scan, Sort, StoreError, TableSchema, Transaction,
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
/// [`StoreError::Invalid`] for an index that the table doesn't have.
pub(super) fn query(schema: &TableSchema, query: Query) -> Result<QueryRequest, StoreError> {
    let index = index(schema, query.index)?;
    let (pk, sk) = index.map_or((schema.pk, schema.sk), |index| (index.pk, index.sk));
    let mut names = HashMap::from([("#pk".to_owned(), pk.to_owned())]);
    let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(query.pk))]);
    let condition = match query.sort {
        Sort::All => "#pk = :pk",
        Sort::Prefix(prefix) => {
            names.insert("#sk".to_owned(), sk.to_owned());
            values.insert(":from".to_owned(), AttributeValue::S(prefix));
            "#pk = :pk AND begins_with(#sk, :from)"
        }
        Sort::Between(from, to) => {
            names.insert("#sk".to_owned(), sk.to_owned());
            values.insert(":from".to_owned(), AttributeValue::S(from));
            values.insert(":to".to_owned(), AttributeValue::S(to));
            "#pk = :pk AND #sk BETWEEN :from AND :to"
        }
    };
    let selected = Bound::new(query.select.map(|select| schema.projection(index, select)))?;
    names.extend(selected.names.into_iter().flatten());
    Ok(QueryRequest {
        table_name: schema.name.to_owned(),
        index_name: query.index.map(str::to_owned),
        key_condition_expression: Some(condition.to_owned()),
        projection_expression: selected.text,
        expression_attribute_names: Some(names),
        expression_attribute_values: Some(values),
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
    let index = index(schema, scan.index)?;
    let mut bound = Bound::new(scan.filter)?;
    let filter_expression = bound.text.take();
    let selected = scan.select.map(|select| schema.projection(index, select));
    let projection_expression = selected.as_ref().map(|selected| selected.text.clone().into_owned());
    if let Some(selected) = selected {
        bound.add(selected)?;
    }
    Ok(ScanRequest {
        table_name: schema.name.to_owned(),
        index_name: scan.index.map(str::to_owned),
        filter_expression,
        projection_expression,
        expression_attribute_names: bound.names,
        expression_attribute_values: bound.values,
        limit: scan.limit.map(most),
        exclusive_start_key: scan.start.map(item_out),
        segment: scan.segment.map(|(segment, _)| segment),
        total_segments: scan.segment.map(|(_, segments)| segments),
        consistent_read: Some(scan.consistent),
        ..ScanRequest::default()
    })
}

fn index(schema: &TableSchema, name: Option<&str>) -> Result<Option<&'static IndexSchema>, StoreError> {
    let missing = |name: &str| StoreError::Invalid(format!("there is no index `{name}`"));
    name.map(|name| schema.index(name).ok_or_else(|| missing(name))).transpose()
}

fn most(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// Writes everything or nothing.
///
/// # Errors
/// [`StoreError::Invalid`] when the two expressions of an update use one placeholder for two things.
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
    match action {
        Action::Put { item: attributes, condition } => {
            let condition = Bound::new(condition)?;
            item.put = Some(TransactPut {
                table_name,
                item: item_out(attributes),
                condition_expression: condition.text,
                expression_attribute_names: condition.names,
                expression_attribute_values: condition.values,
                ..TransactPut::default()
            });
        }
        Action::Update { key: target, update, condition } => {
            let update_expression = update.text.clone().into_owned();
            let mut bound = Bound::new(condition)?;
            bound.add(update)?;
            item.update = Some(TransactUpdate {
                table_name,
                key: key(schema, target),
                update_expression,
                condition_expression: bound.text,
                expression_attribute_names: bound.names,
                expression_attribute_values: bound.values,
                ..TransactUpdate::default()
            });
        }
        Action::Delete { key: target, condition } => {
            let condition = Bound::new(condition)?;
            item.delete = Some(TransactDelete {
                table_name,
                key: key(schema, target),
                condition_expression: condition.text,
                expression_attribute_names: condition.names,
                expression_attribute_values: condition.values,
                ..TransactDelete::default()
            });
        }
        Action::Check { key: target, condition } => {
            let condition = Bound::new(Some(condition))?;
            item.condition_check = Some(TransactConditionCheck {
                table_name,
                key: key(schema, target),
                condition_expression: condition.text.unwrap_or_default(),
                expression_attribute_names: condition.names,
                expression_attribute_values: condition.values,
                ..TransactConditionCheck::default()
            });
        }
    }
    Ok(item)
}

/// The two key attributes.
pub(super) fn key(schema: &TableSchema, key: PrimaryKey) -> HashMap<String, AttributeValue> {
    HashMap::from([
        (schema.pk.to_owned(), AttributeValue::S(key.pk)),
        (schema.sk.to_owned(), AttributeValue::S(key.sk)),
    ])
}

/// An expression with the placeholders of all expressions of its call: the engine keeps them in one place.
#[derive(Default)]
pub(super) struct Bound {
    /// Of the first expression.
    pub(super) text: Option<String>,
    pub(super) names: Option<HashMap<String, String>>,
    values: Option<HashMap<String, AttributeValue>>,
}

impl Bound {
    pub(super) fn new(first: Option<Expression>) -> Result<Self, StoreError> {
        let mut bound = Self::default();
        if let Some(first) = first {
            bound.text = Some(first.text.clone().into_owned());
            bound.add(first)?;
        }
        Ok(bound)
    }

    fn add(&mut self, expression: Expression) -> Result<(), StoreError> {
        for (placeholder, name) in expression.names {
            bind(self.names.get_or_insert_default(), placeholder.into_owned(), name.into_owned())?;
        }
        for (placeholder, value) in expression.values {
            bind(self.values.get_or_insert_default(), placeholder.into_owned(), attribute_out(value))?;
        }
        Ok(())
    }
}

fn bind<V: PartialEq>(
    bindings: &mut HashMap<String, V>,
    placeholder: String,
    value: V,
) -> Result<(), StoreError> {
    match bindings.entry(placeholder) {
        Entry::Occupied(held) if *held.get() != value => {
            Err(StoreError::Invalid(format!("placeholder `{}` stands for two things", held.key())))
        }
        Entry::Occupied(_) => Ok(()),
        Entry::Vacant(free) => {
            free.insert(value);
            Ok(())
        }
    }
}
