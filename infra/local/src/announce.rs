//! A store that wakes the publisher when a transaction left rows in the outbox.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::event::OUTBOX_TYPE;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    Action, Get, Query, QueryPage, Store, StoreError, TableSchema, TransactError, Transaction,
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

    fn is_outbox_row(&self, action: &Action) -> bool {
        matches!(action, Action::Put { item, .. } if item.text(self.table.type_attribute) == Some(OUTBOX_TYPE))
    }
}

impl Store for Announcing {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.store.get(request)
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.store.query(request)
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        let announces = transaction.actions.iter().any(|action| self.is_outbox_row(action));
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
