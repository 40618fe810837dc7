//! A store that fails at everything that a service asks of it.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_local::Local;
use stipule_local::table::LocalTable;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TransactError,
    Transaction,
};

use crate::house::House;

/// The store; the table behind it is never asked but by the publisher, whose queries of the outbox go through.
pub(crate) struct Faulty {
    table: LocalTable,
    error: StoreError,
}

impl House {
    /// A platform of which the store fails at everything.
    pub(crate) fn failing(error: StoreError) -> Self {
        Self::new(|parts| {
            let table = LocalTable::open(&parts.place, parts.table).expect("a table in memory");
            Local::start_over(parts, Arc::new(Faulty { table, error })).expect("the platform starts")
        })
    }
}

impl Store for Faulty {
    fn get(&self, _: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        async { Err(self.error.clone()) }.boxed()
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        if format!("{request:?}").contains("OUTBOX") {
            return self.table.query(request);
        }
        async { Err(self.error.clone()) }.boxed()
    }

    fn scan(&self, _: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        async { Err(self.error.clone()) }.boxed()
    }

    fn batch_get(&self, _: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        async { Err(self.error.clone()) }.boxed()
    }

    fn batch_write(&self, _: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        async { Err(self.error.clone()) }.boxed()
    }

    fn transact(&self, _: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        async { Err(TransactError::Store(self.error.clone())) }.boxed()
    }
}
