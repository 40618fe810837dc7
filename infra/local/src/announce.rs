//! A store that wakes the publisher when a transaction left rows in the outbox, and tells what was written and why.

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

use crate::happening::{Change, Happening, Happenings, UNDER, Wrote};

/// Passes everything on.
pub(crate) struct Announcing {
    store: Arc<dyn Store>,
    table: &'static TableSchema,
    written: Arc<Notify>,
    happenings: Happenings,
}

impl Announcing {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        table: &'static TableSchema,
        written: Arc<Notify>,
        happenings: Happenings,
    ) -> Self {
        Self { store, table, written, happenings }
    }

    /// What a transaction does and why; none outside of what services do.
    fn account(&self, transaction: &Transaction) -> Option<Wrote> {
        let why = UNDER.try_with(Clone::clone).ok()?;
        let change = |action: &Action| {
            let (verb, item) = match action {
                Action::Put { item, .. } => ("put", Some(item)),
                Action::Update { .. } => ("update", None),
                Action::Delete { .. } => ("delete", None),
                Action::Check { .. } => ("check", None),
            };
            let key = action.key(self.table)?;
            let entity = item.and_then(|item| item.text(self.table.type_attribute)).map(str::to_owned);
            Some(Change::new(verb, entity, (key.pk, key.sk)))
        };
        Some(Wrote { why, changes: transaction.actions.iter().filter_map(change).collect(), committed: true })
    }

    /// Name and tenant of the event that an action puts into the outbox.
    fn event(&self, action: &Action) -> Option<(String, String)> {
        let Action::Put { item, .. } = action else { return None };
        let text = |name: &str| item.text(name).unwrap_or_default().to_owned();
        self.is_outbox_row(item).then(|| (text("name"), text("tenant")))
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
        let events: Vec<(String, String)> =
            transaction.actions.iter().filter_map(|it| self.event(it)).collect();
        let account = self.account(&transaction);
        async move {
            let result = self.store.transact(transaction).await;
            if let Some(account) = account {
                let wrote = Wrote { committed: result.is_ok(), ..account };
                self.happenings.tell(Happening::Wrote(Arc::new(wrote)));
            }
            // An unknown outcome may have committed: look all the same.
            if !events.is_empty() && !matches!(result, Err(TransactError::Cancelled(_))) {
                for (name, tenant) in &events {
                    self.happenings.committed(name, tenant);
                }
                self.written.notify_one();
            }
            result
        }
        .boxed()
    }
}
