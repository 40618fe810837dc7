//! A store that dies: from the chosen call on nothing is answered any more, as if the process had ended there.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use stipule_runtime::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, Query, QueryPage, Scan, Store, StoreError, TransactError,
    Transaction,
};
use tokio::sync::Notify;

/// Where the process is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Never.
    Never,
    /// Before the n-th store call: it doesn't happen.
    Before(u64),
    /// After it: it happens, and nobody hears of it.
    After(u64),
}

impl Cut {
    /// A cut at every twelfth call, by turns before and after it: the simulator cuts as well.
    pub(crate) fn is_sampled(self) -> bool {
        match self {
            Cut::Never => true,
            Cut::Before(number) => number % 24 == 0,
            Cut::After(number) => number % 24 == 12,
        }
    }
}

/// Counts calls, and dies where it is told.
pub(crate) struct Mortal {
    store: Arc<dyn Store>,
    cut: Mutex<Cut>,
    calls: AtomicU64,
    dead: AtomicBool,
    spared: AtomicBool,
    died: Notify,
}

impl Mortal {
    pub(crate) fn new(store: Arc<dyn Store>, cut: Cut) -> Arc<Self> {
        Arc::new(Self {
            store,
            cut: Mutex::new(cut),
            calls: AtomicU64::new(0),
            dead: AtomicBool::new(false),
            spared: AtomicBool::new(false),
            died: Notify::new(),
        })
    }

    /// Counts from here on, to this cut.
    pub(crate) fn arm(&self, cut: Cut) {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner) = cut;
        self.calls.store(0, Ordering::SeqCst);
    }

    fn is_cut(&self, cut: Cut) -> bool {
        *self.cut.lock().unwrap_or_else(PoisonError::into_inner) == cut
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Resolves when the process has died.
    pub(crate) async fn death(&self) {
        let died = self.died.notified();
        tokio::pin!(died);
        died.as_mut().enable();
        if !self.is_dead() {
            died.await;
        }
    }

    /// From now on it lives for ever: the story is over, and the books are read.
    pub(crate) fn spare(&self) {
        self.spared.store(true, Ordering::SeqCst);
    }

    fn die(&self) {
        if self.spared.load(Ordering::SeqCst) {
            return;
        }
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
    }

    async fn through<T>(&self, call: impl Future<Output = T>) -> T {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        if self.is_dead() {
            return pending().await;
        }
        if self.is_cut(Cut::Before(number)) {
            self.die();
            if self.is_dead() {
                return pending().await;
            }
        }
        let answer = call.await;
        if self.is_cut(Cut::After(number)) {
            self.die();
        }
        if self.is_dead() { pending().await } else { answer }
    }
}

impl Store for Mortal {
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
        self.through(self.store.transact(transaction)).boxed()
    }
}
