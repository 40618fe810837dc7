//! Expiry: rows whose time has come are removed, and each leaves a record of what it was.
//!
//! An index over the expiry of those rows that have one finds them, so that a round costs what it removes and not what
//! there is. Removal and record are one commit. As in DynamoDB, what expired more than five years ago stays, because it
//! is taken for a mistake, and records are kept for a day.
//!
//! Source: "Using time to live (TTL) in DynamoDB" and "Change data capture for DynamoDB Streams" of the developer guide.

use dynoxide::DynoxideError;
use dynoxide::actions::transact_write_items::{
    self, TransactDelete, TransactWriteItem, TransactWriteItemsRequest,
};
use dynoxide::storage::Storage;
use dynoxide::types::Item as EngineItem;
use rusqlite::params;
use stipule_runtime::item::Item;
use stipule_runtime::store::{StoreError, TableSchema, Transaction};

use super::{attribute, now_or_lost};

/// Rows that one commit removes at most: a transaction of the engine takes no more.
pub const BATCH: usize = Transaction::MAX_ACTIONS;

/// Seconds after which a row's expiry is taken for a mistake.
const TOO_OLD: i64 = 5 * 365 * 86_400;

/// Seconds for which a record is kept.
const KEPT: i64 = 86_400;

/// A row that expiry removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// Order of the removals.
    pub position: i64,
    /// When it was removed, in seconds since 1970.
    pub at: i64,
    /// The row as it was.
    pub item: Item,
}

/// Makes the index and the records, if they aren't there.
pub(super) fn prepare(storage: &Storage, table: &TableSchema) -> Result<(), DynoxideError> {
    let (rows, expiry) = (quoted(table.name), expiry(table));
    storage.conn().execute_batch(&format!(
        "CREATE INDEX IF NOT EXISTS stipule_expiry ON {rows} ({expiry}) WHERE {expiry} IS NOT NULL;
         CREATE TABLE IF NOT EXISTS stipule_removal (
             position INTEGER PRIMARY KEY AUTOINCREMENT,
             at       INTEGER NOT NULL,
             item     TEXT NOT NULL
         );
         CREATE INDEX IF NOT EXISTS stipule_removal_at ON stipule_removal (at);"
    ))?;
    Ok(())
}

/// Removes what has expired at `now`, at most [`BATCH`] rows; how many.
pub(super) fn expire(storage: &Storage, table: &TableSchema, now: i64) -> Result<usize, DynoxideError> {
    let connection = storage.conn();
    let (rows, expiry) = (quoted(table.name), expiry(table));
    let mut select = connection.prepare_cached(&format!(
        "SELECT item_json FROM {rows} WHERE {expiry} IS NOT NULL AND {expiry} <= ?1 AND {expiry} > ?2
         ORDER BY {expiry} LIMIT ?3"
    ))?;
    let expired = select.query_map(params![now, now - TOO_OLD, BATCH], |row| row.get(0))?;
    let expired: Vec<String> = expired.collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM stipule_removal WHERE at < ?1")?.execute(params![now - KEPT])?;
    if expired.is_empty() {
        return Ok(0);
    }
    let mut record = connection.prepare_cached("INSERT INTO stipule_removal (at, item) VALUES (?1, ?2)")?;
    let mut transact_items = Vec::with_capacity(expired.len());
    for row in &expired {
        record.execute(params![now, row])?;
        let mut item = parsed(row)?;
        item.retain(|name, _| name == table.pk || name == table.sk);
        let delete =
            TransactDelete { table_name: table.name.to_owned(), key: item, ..TransactDelete::default() };
        transact_items.push(TransactWriteItem { delete: Some(delete), ..TransactWriteItem::default() });
    }
    let request = TransactWriteItemsRequest { transact_items, ..TransactWriteItemsRequest::default() };
    now_or_lost(transact_write_items::execute(storage, request))?;
    Ok(expired.len())
}

/// Records after a position, in order, as text.
pub(super) fn removals(
    storage: &Storage,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, i64, EngineItem)>, DynoxideError> {
    let mut select = storage.conn().prepare_cached(
        "SELECT position, at, item FROM stipule_removal WHERE position > ?1 ORDER BY position LIMIT ?2",
    )?;
    let rows = select.query_map(params![after, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(i64, i64, String)> = rows.collect::<Result<_, _>>()?;
    rows.into_iter().map(|(position, at, item)| Ok((position, at, parsed(&item)?))).collect()
}

/// A record in the words of the port.
///
/// # Errors
/// [`StoreError::Invalid`] for an attribute that the port has no kind for.
pub(super) fn removal((position, at, item): (i64, i64, EngineItem)) -> Result<Removal, StoreError> {
    Ok(Removal { position, at, item: attribute::item_in(item)? })
}

fn parsed(row: &str) -> Result<EngineItem, DynoxideError> {
    let unreadable =
        |fault| DynoxideError::InternalServerError(format!("a stored row can't be read: {fault}"));
    serde_json::from_str(row).map_err(unreadable)
}

/// The expiry of a row of the engine, which keeps items as DynamoDB's JSON; null where the row has none.
fn expiry(table: &TableSchema) -> String {
    let path = format!("$.\"{}\".N", table.ttl_attribute()).replace('\'', "''");
    format!("CAST(json_extract(item_json, '{path}') AS NUMERIC)")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
