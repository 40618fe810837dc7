//! The table in bad weather.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TransactError,
    Transaction,
};

use super::{LATE, Storm, Strike};
use crate::happening::{UNDER, Under};

/// What befalls calls of the table.
const KINDS: [Strike; 3] = [Strike::Throttled, Strike::Delayed, Strike::Lost];

/// What befalls a call of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Befallen {
    /// It goes on.
    Nothing,
    /// It is refused, and nothing is done.
    Refused,
    /// It is done, and nobody hears of it.
    Unheard,
}

impl Storm {
    /// What befalls a call, which waits here where it comes late. `on` is what the table is asked for.
    pub(crate) async fn table(&self, on: &str, under: Option<&Under>) -> Befallen {
        match self.strikes(on, &KINDS, under) {
            Some(Strike::Throttled) => Befallen::Refused,
            Some(Strike::Delayed) => {
                tokio::time::sleep(self.below(LATE)).await;
                Befallen::Nothing
            }
            Some(_) => Befallen::Unheard,
            None => Befallen::Nothing,
        }
    }
}

/// Passes everything on that isn't struck.
pub(crate) struct Rough {
    store: Arc<dyn Store>,
    storm: Arc<Storm>,
}

impl Rough {
    pub(crate) fn new(store: Arc<dyn Store>, storm: Arc<Storm>) -> Self {
        Self { store, storm }
    }

    async fn through<T, E>(
        &self,
        on: &'static str,
        refuse: fn(StoreError) -> E,
        call: BoxFuture<'_, Result<T, E>>,
    ) -> Result<T, E> {
        let under = UNDER.try_with(Under::clone).ok();
        match self.storm.table(on, under.as_ref()).await {
            Befallen::Nothing => call.await,
            Befallen::Refused => Err(refuse(StoreError::Throttled)),
            Befallen::Unheard => {
                // It is done, or refused, and nobody hears of it.
                let _ = call.await;
                Err(refuse(StoreError::Unavailable("the answer was lost".to_owned())))
            }
        }
    }

    /// Who asks for no service looks at the platform itself, whose weather this isn't.
    async fn read<T>(
        &self,
        on: &'static str,
        call: BoxFuture<'_, Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let serves = UNDER.try_with(|_| ()).is_ok();
        if serves { self.through(on, std::convert::identity, call).await } else { call.await }
    }
}

impl Store for Rough {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.read("get", self.store.get(request)).boxed()
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read("query", self.store.query(request)).boxed()
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read("scan", self.store.scan(request)).boxed()
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.read("batch get", self.store.batch_get(request)).boxed()
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        self.through("batch write", std::convert::identity, self.store.batch_write(actions)).boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        self.through("transaction", TransactError::Store, self.store.transact(transaction)).boxed()
    }
}
