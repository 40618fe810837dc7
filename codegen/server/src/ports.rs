//! What handlers stand on where there is no table: the machine's clock and randomness, and a store that has nothing.

use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use stipule_runtime::saga::NoWorkflows;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{
    BatchAction, BatchGet, BatchGot, Clock, CursorKey, Get, Ids, Item, Ports, Query, QueryPage, Scan, Store,
    StoreError, TableSchema, TransactError, Transaction,
};

/// A table that nobody made.
static NO_TABLE: TableSchema = TableSchema {
    name: "none",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "type",
    indexes: &[],
    native: &[],
    outbox_shards: 1,
};

/// The ports of a server without a table.
///
/// # Errors
/// When the system gives no randomness.
pub(crate) fn without_table() -> io::Result<Ports> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    Ok(Ports {
        store: Arc::new(NoStore),
        table: &NO_TABLE,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        cursor_key: CursorKey::new(key),
        workflows: Arc::new(NoWorkflows),
        sockets: Arc::new(stipule_runtime::socket::NoSockets),
    })
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        // The clock of the machine is between 1970 and the year 9999, which is all that can go wrong.
        DateTime::from_unix(seconds, since.subsec_nanos()).expect("the clock shows a date of this calendar")
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'_, ()> {
        tokio::time::sleep(time).boxed()
    }
}

struct SystemIds;

impl Ids for SystemIds {
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // The system's generator fails only before it is seeded at boot, and it gave bytes when this server began.
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}

/// Has nothing and takes nothing.
struct NoStore;

fn nowhere() -> StoreError {
    StoreError::Invalid("this server has no table".to_owned())
}

impl Store for NoStore {
    fn get(&self, _: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        ready(Ok(None)).boxed()
    }

    fn query(&self, _: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        ready(Ok(QueryPage { items: Vec::new(), next: None })).boxed()
    }

    fn scan(&self, _: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        ready(Ok(QueryPage { items: Vec::new(), next: None })).boxed()
    }

    fn batch_get(&self, _: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        ready(Ok(BatchGot { items: Vec::new(), left: Vec::new() })).boxed()
    }

    fn batch_write(&self, _: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        ready(Err(nowhere())).boxed()
    }

    fn transact(&self, _: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        ready(Err(TransactError::Store(nowhere()))).boxed()
    }
}
