//! The port to the table: what generated stores ask for, in the terms of DynamoDB.
//!
//! `infra/local`, the AWS adapter and the simulator implement [`Store`]; nothing else does.

mod batch;
mod binding;
mod failure;
mod query;
mod scan;
mod schema;
mod sort;
mod transaction;

pub use batch::{BatchAction, BatchGet, BatchGot};
pub use binding::{Bindings, Placeholders};
pub use failure::{Cancellation, StoreError, TransactError};
pub use query::{Get, Partition, PrimaryKey, Query, QueryPage};
pub use scan::Scan;
pub use schema::{
    IndexSchema, IndexShape, KeyAttribute, KeyKind, KeyShape, NativeIndex, Projection, TableSchema,
};
pub use sort::Sort;
pub use transaction::{Action, Expression, Transaction};

use futures_util::future::BoxFuture;

use crate::item::Item;

/// A table with secondary indexes and transactions.
///
/// Implementations don't retry: the runtime does, and the simulator counts each call. Every method must be safe to
/// drop at any point; a dropped `transact` may or may not have happened, as with a lost acknowledgement.
pub trait Store: Send + Sync {
    /// One item by its primary key.
    ///
    /// # Errors
    /// [`StoreError`]; a missing item is not an error.
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>>;

    /// One page of one partition, in the order of the sort key (bytes of UTF-8).
    ///
    /// # Errors
    /// [`StoreError`]; an empty partition is not an error.
    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>>;

    /// One page of the whole table or index, or of a part of it. A page may be empty and not the last.
    ///
    /// # Errors
    /// [`StoreError`]; an empty table is not an error.
    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>>;

    /// Many items by their keys. What the store didn't get to is left, not lost.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for no key, for more than [`BatchGet::MOST`] or for a key twice; else as [`get`](Self::get).
    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>>;

    /// Each action for itself, in any order, without conditions; gives those that the store didn't get to.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for no action, for more than [`BatchAction::MOST`] or for two on one item: then
    /// nothing happened. After [`StoreError::Unavailable`] any of them may have happened.
    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>>;

    /// All actions or none.
    ///
    /// # Errors
    /// [`TransactError::Cancelled`] when nothing happened because of the actions themselves; [`TransactError::Store`]
    /// otherwise, where [`StoreError::Unavailable`] leaves open whether it happened.
    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>>;
}
