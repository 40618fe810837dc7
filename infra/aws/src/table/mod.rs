//! The [`Store`] port over DynamoDB.

mod attribute;
mod create;
mod fault;
mod request;

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, WriteRequest};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    Action, BatchAction, BatchGet, BatchGot, Bindings, Get, Query, QueryPage, Scan, Store, StoreError,
    TableSchema, TransactError, Transaction,
};

use attribute::{attribute_out, item_in, item_out};
use fault::{single_error, store_error, transact_error};
use request::{Said, incomplete};

/// An item of the SDK.
type Attributes = HashMap<String, AttributeValue>;

/// A table of an account. Cloning is cheap and shares the connections.
///
/// A transaction of one action that writes is sent as the single call that it is: the same condition and the same
/// answer for half the capacity.
#[derive(Clone, Debug)]
pub struct DynamoTable {
    client: Client,
    schema: &'static TableSchema,
    /// In the account; the contract's name is only what it is called there by default.
    name: String,
}

impl DynamoTable {
    /// The table of this shape, under the name that the contract gives it.
    pub fn new(client: Client, schema: &'static TableSchema) -> Self {
        Self { client, schema, name: schema.name.to_owned() }
    }

    /// Under the name that a stack gave it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    async fn read_query(&self, query: Query) -> Result<QueryPage, StoreError> {
        let mut bindings = Bindings::default();
        let condition = bindings.take(query.condition(self.schema)?)?;
        let projection =
            query.select.map(|select| self.schema.projection(query.index, select)).transpose()?;
        let projection = bindings.take_some(projection)?;
        let (names, values) = bindings.into_parts(attribute_out);
        let answer = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(condition)
            .set_projection_expression(projection)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .scan_index_forward(!query.descending)
            .set_limit(query.limit.map(whole))
            .set_exclusive_start_key(query.start.clone().map(item_out))
            .consistent_read(query.consistent)
            .send()
            .await
            .map_err(store_error)?;
        let mut page = page(answer.items, answer.last_evaluated_key)?;
        query.keep_wanted(self.schema, &mut page.items);
        Ok(page)
    }

    async fn read_scan(&self, scan: Scan) -> Result<QueryPage, StoreError> {
        let mut bindings = Bindings::default();
        let filter = bindings.take_some(scan.filter)?;
        let projection = scan.select.map(|select| self.schema.projection(scan.index, select)).transpose()?;
        let projection = bindings.take_some(projection)?;
        let (names, values) = bindings.into_parts(attribute_out);
        let (segment, of) = scan.segment.map(|(segment, of)| (whole(segment), whole(of))).unzip();
        let answer = self
            .client
            .scan()
            .table_name(&self.name)
            .set_index_name(scan.index.map(str::to_owned))
            .set_filter_expression(filter)
            .set_projection_expression(projection)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .set_segment(segment)
            .set_total_segments(of)
            .set_limit(scan.limit.map(whole))
            .set_exclusive_start_key(scan.start.map(item_out))
            .consistent_read(scan.consistent)
            .send()
            .await
            .map_err(store_error)?;
        page(answer.items, answer.last_evaluated_key)
    }

    async fn read_batch(&self, request: BatchGet) -> Result<BatchGot, StoreError> {
        let keys = request::keys(self.schema, request)?;
        let answer =
            self.client.batch_get_item().request_items(&self.name, keys).send().await.map_err(store_error)?;
        let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
        let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.name);
        let left = left.map(|KeysAndAttributes { keys, .. }| keys).unwrap_or_default();
        Ok(BatchGot {
            items: items.into_iter().map(item_in).collect::<Result<_, _>>()?,
            left: left
                .into_iter()
                .map(|key| request::key_left(self.schema, key))
                .collect::<Result<_, _>>()?,
        })
    }

    async fn write_batch(&self, actions: Vec<BatchAction>) -> Result<Vec<BatchAction>, StoreError> {
        let requests: Vec<WriteRequest> = actions
            .into_iter()
            .map(|action| request::batch_action(self.schema, action))
            .collect::<Result<_, _>>()?;
        let answer = self
            .client
            .batch_write_item()
            .request_items(&self.name, requests)
            .send()
            .await
            .map_err(store_error)?;
        let left = answer.unprocessed_items.unwrap_or_default().remove(&self.name).unwrap_or_default();
        left.into_iter().map(|request| request::batch_action_left(self.schema, request)).collect()
    }

    async fn write_all(&self, actions: Vec<Action>) -> Result<(), TransactError> {
        let actions = actions.into_iter().map(|action| request::action(&self.name, self.schema, action));
        let items = actions.collect::<Result<_, _>>().map_err(TransactError::Store)?;
        let call = self.client.transact_write_items().set_transact_items(Some(items));
        call.send().await.map_err(transact_error)?;
        Ok(())
    }

    /// The action as a call of its own; gives it back when there is no such call.
    async fn write_one(&self, action: Action) -> Result<Result<(), Action>, TransactError> {
        match action {
            Action::Put { item, condition } => {
                let said = Said::new(None, condition)?;
                let put = self
                    .client
                    .put_item()
                    .table_name(&self.name)
                    .set_item(Some(item_out(item)))
                    .set_condition_expression(said.condition)
                    .set_expression_attribute_names(said.names)
                    .set_expression_attribute_values(said.values);
                put.send().await.map_err(single_error)?;
            }
            Action::Update { key, update, condition } => {
                let said = Said::new(Some(update), condition)?;
                let update = self
                    .client
                    .update_item()
                    .table_name(&self.name)
                    .set_key(Some(request::key(self.schema, key)))
                    .set_update_expression(said.update)
                    .set_condition_expression(said.condition)
                    .set_expression_attribute_names(said.names)
                    .set_expression_attribute_values(said.values);
                update.send().await.map_err(single_error)?;
            }
            Action::Delete { key, condition } => {
                let said = Said::new(None, condition)?;
                let delete = self
                    .client
                    .delete_item()
                    .table_name(&self.name)
                    .set_key(Some(request::key(self.schema, key)))
                    .set_condition_expression(said.condition)
                    .set_expression_attribute_names(said.names)
                    .set_expression_attribute_values(said.values);
                delete.send().await.map_err(single_error)?;
            }
            check @ Action::Check { .. } => return Ok(Err(check)),
        }
        Ok(Ok(()))
    }
}

/// A page as the SDK gives it.
fn page(items: Option<Vec<Attributes>>, last: Option<Attributes>) -> Result<QueryPage, StoreError> {
    Ok(QueryPage {
        items: items.unwrap_or_default().into_iter().map(item_in).collect::<Result<_, _>>()?,
        next: last.map(item_in).transpose()?,
    })
}

/// A count for the SDK, which has no unsigned numbers.
fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl Store for DynamoTable {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        let get = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(request::key(self.schema, request.key)))
            .consistent_read(request.consistent);
        async move { get.send().await.map_err(store_error)?.item.map(item_in).transpose() }.boxed()
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read_query(request).boxed()
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read_scan(request).boxed()
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.read_batch(request).boxed()
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        self.write_batch(actions).boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        async move {
            let Transaction { mut actions } = transaction;
            let Some(only) = (actions.len() == 1).then(|| actions.pop()).flatten() else {
                return self.write_all(actions).await;
            };
            match self.write_one(only).await? {
                Ok(()) => Ok(()),
                Err(check) => self.write_all(vec![check]).await,
            }
        }
        .boxed()
    }
}
