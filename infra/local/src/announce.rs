//! A store that wakes the publisher when a transaction left rows in the outbox.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::event::OUTBOX_TYPE;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    Action, BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TableSchema,
    TransactError, Transaction,
};
use tokio::sync::Notify;

/// Passes everything on.
pub(crate) struct Announcing {
    store: Arc<dyn Store>,
    table: &'static TableSchema,
    written: Arc<Notify>,
}

impl Announcing {
    pub(crate) fn new(store: Arc<dyn Store>, table: &'static TableSchema, written: Arc<Notify>) -> Self {
        Self { store, table, written }
    }

    fn is_outbox_row(&self, item: &Item) -> bool {
        item.text(self.table.type_attribute) == Some(OUTBOX_TYPE)
    }
}

impl Store for Announcing {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.store.get(request)
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.store.query(request)
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.store.scan(request)
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.store.batch_get(request)
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        let puts =
            |action: &BatchAction| matches!(action, BatchAction::Put(item) if self.is_outbox_row(item));
        let announces = actions.iter().any(puts);
        async move {
            let result = self.store.batch_write(actions).await;
            if announces {
                self.written.notify_one();
            }
            result
        }
        .boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        let puts = |action: &Action| matches!(action, Action::Put { item, .. } if self.is_outbox_row(item));
        let announces = transaction.actions.iter().any(puts);
        async move {
            let result = self.store.transact(transaction).await;
            // An unknown outcome may have committed: look all the same.
            if announces && !matches!(result, Err(TransactError::Cancelled(_))) {
                self.written.notify_one();
            }
            result
        }
        .boxed()
    }
}
