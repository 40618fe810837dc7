//! Two stores around another: one that refuses as DynamoDB does under contention, and one that counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_store::TABLE;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Cancellation, Get, PrimaryKey, Query, QueryPage, Scan, Store,
    StoreError, TransactError, Transaction,
};

/// While a transaction has an item in hand, every other one on it is cancelled: the local table and the stand-ins work
/// one transaction off after another, and never are in each other's way.
///
/// Source: "Transaction conflict handling in DynamoDB" of the developer guide.
pub(crate) struct Contended {
    store: Arc<dyn Store>,
    in_hand: Mutex<BTreeSet<PrimaryKey>>,
}

impl Contended {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, in_hand: Mutex::default() }
    }

    /// Takes the items in hand, or says at which places others have them.
    fn take(&self, keys: &[PrimaryKey]) -> Result<(), Vec<Cancellation>> {
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.iter().any(|key| in_hand.contains(key)) {
            let place = |key| if in_hand.contains(key) { Cancellation::Conflict } else { Cancellation::None };
            return Err(keys.iter().map(place).collect());
        }
        in_hand.extend(keys.iter().cloned());
        Ok(())
    }

    fn let_go(&self, keys: &[PrimaryKey]) {
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand.retain(|key| !keys.contains(key));
    }
}

/// How often a store was asked to write.
pub(crate) struct Counted {
    store: Arc<dyn Store>,
    /// Transactions by the mark of their write, which the tries of one write have in common, and how many were in vain.
    tries: Mutex<BTreeMap<PrimaryKey, Tries>>,
}

/// Transactions of one write.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tries {
    pub(crate) all: u64,
    pub(crate) conflicts: u64,
}

impl Counted {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, tries: Mutex::default() }
    }

    /// Of each write.
    pub(crate) fn tries(&self) -> Vec<Tries> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).values().copied().collect()
    }

    fn note(&self, mark: PrimaryKey, change: impl FnOnce(&mut Tries)) {
        change(self.tries.lock().unwrap_or_else(PoisonError::into_inner).entry(mark).or_default());
    }
}

/// Passes the reads and batches of a store on to the one within.
macro_rules! reads_of_the_store_within {
    () => {
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

        fn batch_write(
            &self,
            actions: Vec<BatchAction>,
        ) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
            self.store.batch_write(actions)
        }
    };
}

impl Store for Contended {
    reads_of_the_store_within!();

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        let keys: Vec<PrimaryKey> =
            transaction.actions.iter().filter_map(|action| action.key(&TABLE)).collect();
        async move {
            self.take(&keys).map_err(TransactError::Cancelled)?;
            // Others get their turn to run into it.
            tokio::task::yield_now().await;
            let outcome = self.store.transact(transaction).await;
            self.let_go(&keys);
            outcome
        }
        .boxed()
    }
}

impl Store for Counted {
    reads_of_the_store_within!();

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        let mark = transaction.actions.first().and_then(|action| action.key(&TABLE));
        let mark = mark.expect("every transaction of the runtime begins with the mark of its cause");
        async move {
            let outcome = self.store.transact(transaction).await;
            let conflict = matches!(&outcome, Err(TransactError::Cancelled(reasons))
                if reasons.contains(&Cancellation::Conflict));
            self.note(mark, |tries| {
                tries.all += 1;
                tries.conflicts += u64::from(conflict);
            });
            outcome
        }
        .boxed()
    }
}
