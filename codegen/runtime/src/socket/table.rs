//! Sockets that a gateway holds open while functions come and go: who listens to what is in the table.
//!
//! Where one process holds every socket itself, none of this is needed; what clients see is the same.

mod fan_out;
mod hear;
mod tell;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::rows::{self, Open};
use super::ticket::Holder;
use crate::item::Item;
use crate::ports::Clock;
use crate::store::{
    Action, Cancellation, PrimaryKey, Query, Store, StoreError, TableSchema, TransactError, Transaction,
};

/// Messages of a topic that are kept for who comes back.
const KEPT: i64 = 64;

/// Most topics that a socket listens to.
const MOST_TOPICS: usize = 50;

/// The port to the gateway that holds the connections.
pub trait Connections: Send + Sync {
    /// Sends a text to whoever is at the other end.
    ///
    /// # Errors
    /// [`NotPosted`].
    fn post(&self, connection: &str, text: String) -> BoxFuture<'_, Result<(), NotPosted>>;

    /// Closes a connection; one that is gone is closed.
    ///
    /// # Errors
    /// [`NotPosted::Unavailable`].
    fn close(&self, connection: &str) -> BoxFuture<'_, Result<(), NotPosted>>;
}

/// Why somebody wasn't told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPosted {
    /// There is no such connection any more.
    Gone,
    /// The gateway can't be reached, or has too much to do.
    Unavailable(String),
}

/// Sockets whose connections a gateway holds.
#[derive(Clone)]
pub struct TableSockets {
    store: Arc<dyn Store>,
    table: &'static TableSchema,
    clock: Arc<dyn Clock>,
    connections: Arc<dyn Connections>,
}

impl TableSockets {
    /// Sockets that are told through a gateway.
    pub fn new(
        store: Arc<dyn Store>,
        table: &'static TableSchema,
        clock: Arc<dyn Clock>,
        connections: Arc<dyn Connections>,
    ) -> Self {
        Self { store, table, clock, connections }
    }

    /// Notes that a connection was opened.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(&self, connection: &str, holder: &Holder) -> Result<(), StoreError> {
        let item = rows::connection(self.table, connection, holder, &self.clock.now());
        self.write(vec![Action::Put { item, condition: None }]).await
    }

    /// Forgets a connection and everything that it listens to.
    ///
    /// # Errors
    /// [`StoreError`]; what is left then expires.
    pub async fn forget(&self, connection: &str) -> Result<(), StoreError> {
        let rows = self.rows(connection).await?;
        let mut keys: Vec<PrimaryKey> =
            rows.iter().filter_map(|row| PrimaryKey::of(row, self.table)).collect();
        if let Some(open) = Open::of(&rows, self.table) {
            for (topic, shards) in &open.topics {
                let [_, listener] = rows::listening_keys(&open.holder.tenant, connection, topic, *shards);
                keys.push(listener);
            }
        }
        // Two rows for each of at most fifty topics, and one more: a transaction takes a hundred.
        for keys in keys.chunks(Transaction::MAX_ACTIONS) {
            let deletes = keys.iter().map(|key| Action::Delete { key: key.clone(), condition: None });
            self.write(deletes.collect()).await?;
        }
        Ok(())
    }

    /// Closes a connection, and forgets it.
    async fn end(&self, connection: &str, why: &'static str) {
        tracing::debug!(connection, why, "a socket is closed");
        if let Err(NotPosted::Unavailable(reason)) = self.connections.close(connection).await {
            tracing::warn!(connection, reason, "a socket can't be closed");
        }
        self.reap(connection).await;
    }

    /// Forgets a connection that is gone. What can't be forgotten now expires.
    async fn reap(&self, connection: &str) {
        if let Err(error) = self.forget(connection).await {
            tracing::warn!(connection, %error, "what a socket listened to can't be forgotten");
        }
    }

    async fn rows(&self, connection: &str) -> Result<Vec<Item>, StoreError> {
        // A hundred short rows at most: one page.
        Ok(self.store.query(Query::partition(rows::of_connection(connection))).await?.items)
    }

    async fn write(&self, actions: Vec<Action>) -> Result<(), StoreError> {
        match self.try_write(actions).await? {
            Ok(()) => Ok(()),
            Err(reasons) => Err(StoreError::Unavailable(format!("{reasons:?}"))),
        }
    }

    /// Why nothing was written, an entry per action.
    async fn try_write(&self, actions: Vec<Action>) -> Result<Result<(), Vec<Cancellation>>, StoreError> {
        match self.store.transact(Transaction { actions }).await {
            Ok(()) => Ok(Ok(())),
            Err(TransactError::Cancelled(reasons)) => Ok(Err(reasons)),
            Err(TransactError::Store(error)) => Err(error),
        }
    }
}

impl fmt::Debug for TableSockets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableSockets").field("table", &self.table.name).finish_non_exhaustive()
    }
}
