//! The [`Store`] port over an embedded table on disk: the same item, expression and transaction semantics as
//! DynamoDB, by the `dynoxide` engine, in one file of the data folder.
//!
//! A commit is on the disk before it is answered (write-ahead log, `synchronous = FULL`), so neither the death of
//! the process nor of the machine loses or halves one. Writes are done one after another by one thread, and those that
//! wait at the same time share one commit; reads have connections of their own and see every write that was answered
//! before they began. Short ones go around the engine and are done by whoever asks; longer ones have threads. The engine's
//! change streams stay off: they make a write cost more the more there are. Changes are captured by the outbox, and what
//! expiry removes by records beside the table.

mod attribute;
mod batch;
mod direct;
mod expiry;
mod fault;
mod lane;
mod limit;
mod lock;
mod open_error;
mod request;
mod schema;
mod wire;
mod writer;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dynoxide::DynoxideError;
use dynoxide::actions::{batch_get_item, batch_write_item, get_item, query, scan, transact_write_items};
use dynoxide::storage::Storage;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use stipule_runtime::item::Item;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, PrimaryKey, Query, QueryPage, Scan, Store, StoreError, TableSchema,
    TransactError, Transaction,
};

pub use expiry::{BATCH as EXPIRED_AT_ONCE, Removal};
pub use lock::FolderLock;
pub use open_error::OpenError;
pub(crate) use wire::image;

use crate::committer::Writers;
use crate::database::forget_what_is_deleted;
use direct::{Direct, Plan, Pool};
use lane::{Lane, Lost, Outcome};
use writer::Writer;

/// Name of the table's file in the data folder.
const FILE: &str = "table.sqlite";

/// Connections that read at the same time.
const READERS: usize = 2;

/// Statements that a connection keeps ready.
const STATEMENTS: usize = 128;

/// Where a table lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this folder, which belongs to one process at a time.
    Folder(PathBuf),
    /// In memory, gone with the value.
    Memory,
}

/// A table of this process. Dropping it waits for the work already accepted and then releases the folder.
pub struct LocalTable {
    schema: &'static TableSchema,
    writes: Writer,
    /// None in memory, where all work shares the one connection that has the data.
    reads: Option<Lane>,
    /// For short reads; none in memory.
    near: Option<Arc<Pool>>,
    /// The statement that reads an item.
    item: Arc<str>,
    // Declared last: released after the lanes have closed their files.
    _lock: Option<FolderLock>,
}

impl LocalTable {
    /// Opens the table, creating it with its indexes on the first time; later it must be the same table.
    ///
    /// # Errors
    /// [`OpenError`]: the folder is held by another process or can't be used, the stored table differs from
    /// `schema`, or the engine refuses the file.
    pub fn open(place: &Place, schema: &'static TableSchema) -> Result<Self, OpenError> {
        match place {
            Place::Folder(folder) => Self::open_folder(folder, schema),
            Place::Memory => Self::in_memory(schema, Writers::Threads),
        }
    }

    /// A table in memory, gone with the value.
    ///
    /// # Errors
    /// [`OpenError`]: the engine refuses it.
    pub fn in_memory(schema: &'static TableSchema, writers: Writers) -> Result<Self, OpenError> {
        let storage = Storage::memory()?;
        schema::prepare(&storage, schema)?;
        expiry::prepare(&storage, schema)?;
        keep_statements(storage.conn()).map_err(DynoxideError::from)?;
        let writes = Writer::start(storage, writers, None).map_err(OpenError::Thread)?;
        Ok(Self { schema, writes, reads: None, near: None, item: direct::of_item(schema), _lock: None })
    }

    fn open_folder(folder: &Path, schema: &'static TableSchema) -> Result<Self, OpenError> {
        let lock = FolderLock::acquire(folder)?;
        let path = folder.join(FILE);
        let path = path.to_str().ok_or_else(|| OpenError::Name { folder: folder.to_owned() })?;
        let writer = Storage::new(path)?;
        demand_durability(&writer)?;
        schema::prepare(&writer, schema)?;
        expiry::prepare(&writer, schema)?;
        keep_statements(writer.conn()).map_err(DynoxideError::from)?;
        let readers = (0..READERS).map(|_| Storage::new(path)).collect::<Result<_, _>>()?;
        let near = Arc::new(Pool::open(Path::new(path)).map_err(DynoxideError::from)?);
        Ok(Self {
            schema,
            writes: Writer::start(writer, Writers::Threads, Some(Arc::clone(&near)))
                .map_err(OpenError::Thread)?,
            reads: Some(Lane::start("table-reader", readers).map_err(OpenError::Thread)?),
            near: Some(near),
            item: direct::of_item(schema),
            _lock: Some(lock),
        })
    }

    /// Removes rows whose expiry has come at `now` (seconds since 1970), the earliest [`EXPIRED_AT_ONCE`] of them;
    /// how many. Each leaves a [`Removal`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn expire(&self, now: i64) -> Result<usize, StoreError> {
        let schema = self.schema;
        let outcome = self.writes.write(move |storage| expiry::expire(storage, schema, now)).await;
        settled(outcome)?.map_err(fault::store_error)
    }

    /// What expiry removed after a position, at most `limit` rows, in order. Records are kept for a day.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn removals(&self, after: i64, limit: u32) -> Result<Vec<Removal>, StoreError> {
        let found = self.read(move |storage| expiry::removals(storage, after, limit)).await?;
        found.into_iter().map(expiry::removal).collect()
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> Result<T, DynoxideError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let outcome = match &self.reads {
            Some(reads) => reads.run(work).await,
            None => self.writes.read(work).await,
        };
        settled(outcome)?.map_err(fault::store_error)
    }

    /// A read that takes no time: nobody waits for a thread. In memory it is done between two groups of writes.
    async fn read_near<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<Direct<T>> + Send + 'static,
    ) -> Result<Direct<T>, StoreError> {
        let Some(near) = &self.near else {
            return self.read(|storage| Ok(work(storage.conn())?)).await;
        };
        // Whoever reads again and again lets others go on.
        tokio::task::coop::consume_budget().await;
        near.with(work).map_err(|fault| fault::store_error(fault.into()))
    }

    async fn get_direct(&self, key: PrimaryKey) -> Result<Direct<Option<Item>>, StoreError> {
        let sql = Arc::clone(&self.item);
        self.read_near(move |connection| direct::get(connection, &sql, &key)).await
    }

    async fn query_direct(&self, query: &Query) -> Result<Direct<QueryPage>, StoreError> {
        match Plan::of(self.schema, query) {
            None => Ok(Direct::Engine),
            Some(plan) if plan.is_short() => {
                self.read_near(move |connection| direct::query(connection, &plan)).await
            }
            Some(plan) => self.read(move |storage| Ok(direct::query(storage.conn(), &plan)?)).await,
        }
    }
}

/// Has a connection keep its statements ready, and not prepare one anew for each value that it is asked with, in case
/// another way were better for it. Source: <https://www.sqlite.org/c3ref/c_dbconfig_defensive.html>.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// Asks for an fsync per commit, and proves that the answer is yes.
fn demand_durability(storage: &Storage) -> Result<(), OpenError> {
    let connection = storage.conn();
    connection.pragma_update(None, "synchronous", "FULL").map_err(DynoxideError::from)?;
    forget_what_is_deleted(connection).map_err(DynoxideError::from)?;
    let journal: String =
        connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(DynoxideError::from)?;
    let synchronous: i64 =
        connection.pragma_query_value(None, "synchronous", |row| row.get(0)).map_err(DynoxideError::from)?;
    // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL.
    if journal == "wal" && synchronous == 2 {
        Ok(())
    } else {
        Err(OpenError::NotDurable { journal, synchronous })
    }
}

impl Store for LocalTable {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        async move {
            if let Direct::Found(item) = self.get_direct(request.key.clone()).await? {
                return Ok(item);
            }
            let request = request::get(self.schema, request);
            let answer = self.read(|storage| now_or_lost(get_item::execute(storage, request))).await?;
            answer.item.map(attribute::item_in).transpose()
        }
        .boxed()
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        async move {
            if let Direct::Found(page) = self.query_direct(&request).await? {
                return Ok(page);
            }
            let asked = request.clone();
            let request = request::query(self.schema, request)?;
            let page = self.read(|storage| now_or_lost(query::execute(storage, request))).await?;
            let mut page = attribute::page_in(page.items, page.last_evaluated_key)?;
            asked.keep_wanted(self.schema, &mut page.items);
            Ok(page)
        }
        .boxed()
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        async move {
            let request = request::scan(self.schema, request)?;
            let page = self.read(|storage| now_or_lost(scan::execute(storage, request))).await?;
            attribute::page_in(page.items, page.last_evaluated_key)
        }
        .boxed()
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        async move {
            let request = batch::get(self.schema, request)?;
            let answer = self.read(|storage| now_or_lost(batch_get_item::execute(storage, request))).await?;
            batch::got(self.schema, answer)
        }
        .boxed()
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        let within = actions.iter().try_for_each(|action| match action {
            BatchAction::Put(item) => limit::of_item(self.schema, item),
            BatchAction::Delete(_) => Ok(()),
        });
        let request = batch::write(self.schema, actions);
        async move {
            within?;
            let outcome =
                self.writes.write(|storage| now_or_lost(batch_write_item::execute(storage, request))).await;
            settled(outcome)?.map_err(fault::store_error)?;
            // The engine leaves nothing of a batch of writes: it does all of them or fails.
            Ok(Vec::new())
        }
        .boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        async move {
            limit::index_keys(self.schema, &transaction.actions).map_err(TransactError::Store)?;
            let request = request::transact(self.schema, transaction).map_err(TransactError::Store)?;
            let outcome = self
                .writes
                .write(|storage| now_or_lost(transact_write_items::execute(storage, request)))
                .await;
            settled(outcome).map_err(TransactError::Store)?.map_err(fault::transact_error)?;
            Ok(())
        }
        .boxed()
    }
}

/// Runs a call of the engine, whose futures never wait: they are asynchronous for another backend's sake.
fn now_or_lost<T>(call: impl Future<Output = Result<T, DynoxideError>>) -> Result<T, DynoxideError> {
    call.now_or_never().unwrap_or_else(|| {
        Err(DynoxideError::InternalServerError("the engine put off a call that it can't resume".to_owned()))
    })
}

fn settled<T>(outcome: Outcome<T>) -> Result<Result<T, DynoxideError>, StoreError> {
    outcome.map_err(|Lost| StoreError::Unavailable("the table stopped before it answered".to_owned()))
}
