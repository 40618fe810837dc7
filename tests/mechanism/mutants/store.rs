//! A store that loses acknowledgements, refuses, or dies at a chosen call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use stipule_runtime::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TransactError,
    Transaction,
};
use tokio::sync::Notify;

/// What becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It doesn't happen, and nobody knows.
    Refused,
    /// It happens, and nobody knows.
    Unheard,
}

/// On which side of a call the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

/// Calls in any order that threads would make of them: each lets others go first.
pub(crate) struct Faulty {
    store: Arc<dyn Store>,
    fault: Option<Fault>,
    /// Transactions that the fault still befalls.
    left: AtomicI64,
    cut: Option<(Side, i64)>,
    calls: AtomicI64,
    dead: AtomicBool,
    died: Notify,
}

impl Faulty {
    fn new(store: Arc<dyn Store>, fault: Option<Fault>, times: i64, cut: Option<(Side, i64)>) -> Arc<Self> {
        let (left, calls) = (AtomicI64::new(times), AtomicI64::new(0));
        Arc::new(Self { store, fault, left, cut, calls, dead: AtomicBool::new(false), died: Notify::new() })
    }

    pub(crate) fn sound(store: Arc<dyn Store>) -> Arc<Self> {
        Self::new(store, None, 0, None)
    }

    /// The first few transactions have a fault.
    pub(crate) fn failing(store: Arc<dyn Store>, fault: Fault, times: i64) -> Arc<Self> {
        Self::new(store, Some(fault), times, None)
    }

    /// From the call with this number on, counted from 0, nothing is answered any more.
    pub(crate) fn mortal(store: Arc<dyn Store>, side: Side, call: i64) -> Arc<Self> {
        Self::new(store, None, 0, Some((side, call)))
    }

    /// Resolves when the process has died.
    pub(crate) async fn death(&self) {
        let died = self.died.notified();
        tokio::pin!(died);
        died.as_mut().enable();
        if !self.dead.load(Ordering::SeqCst) {
            died.await;
        }
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
    }

    async fn through<T>(&self, call: impl Future<Output = T>) -> T {
        tokio::task::yield_now().await;
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.cut == Some((Side::Before, number)) {
            self.die();
        }
        if self.dead.load(Ordering::SeqCst) {
            return pending().await;
        }
        let answer = call.await;
        if self.cut == Some((Side::After, number)) {
            self.die();
        }
        if self.dead.load(Ordering::SeqCst) { pending().await } else { answer }
    }
}

impl Store for Faulty {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.through(self.store.get(request)).boxed()
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.through(self.store.query(request)).boxed()
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.through(self.store.scan(request)).boxed()
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.through(self.store.batch_get(request)).boxed()
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        self.through(self.store.batch_write(actions)).boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        async move {
            let struck = self.left.fetch_sub(1, Ordering::SeqCst) > 0;
            let lost = || TransactError::Store(StoreError::Unavailable("nobody answers".to_owned()));
            match self.fault.filter(|_| struck) {
                Some(Fault::Refused) => Err(lost()),
                Some(Fault::Unheard) => {
                    self.through(self.store.transact(transaction)).await?;
                    Err(lost())
                }
                None => self.through(self.store.transact(transaction)).await,
            }
        }
        .boxed()
    }
}
