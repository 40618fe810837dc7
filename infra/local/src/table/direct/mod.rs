//! Reads of single items and of short pages, straight from the engine's rows.
//!
//! The engine reads and checks expressions, looks up what its tables are made of, and prepares each statement anew: most
//! of the time of a read. What services ask for is known without any of it. So a read by key, and a page of a partition
//! under text keys, is one prepared statement here. Everything that the engine would refuse, that ends at the megabyte of
//! a page, or that isn't such a read at all, is left to the engine: it alone decides those cases.

mod decode;
mod plan;
mod pool;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rusqlite::types::Type;
use rusqlite::{Connection, params, params_from_iter};
use stipule_runtime::item::Item;
use stipule_runtime::key::{MAX_PK_BYTES, MAX_SK_BYTES};
use stipule_runtime::store::{PrimaryKey, QueryPage, TableSchema};

pub(super) use plan::Plan;
pub(super) use pool::Pool;

/// Size of a page in bytes from which the engine decides where it ends. What an item counts is never more than the length
/// of its row. Source: `Query` of the DynamoDB API reference.
const PAGE: usize = 1_048_576;

/// What came of a direct read.
#[derive(Debug)]
pub(super) enum Direct<T> {
    /// This was found.
    Found(T),
    /// The engine has to say.
    Engine,
}

/// The statement that reads an item.
pub(super) fn of_item(schema: &TableSchema) -> Arc<str> {
    format!("SELECT item_json FROM {} WHERE pk = ?1 AND sk = ?2", quoted(schema.name)).into()
}

/// Reads one item, with the statement [`of_item`].
///
/// # Errors
/// Of the file.
pub(super) fn get(
    connection: &Connection,
    sql: &str,
    key: &PrimaryKey,
) -> rusqlite::Result<Direct<Option<Item>>> {
    if !is_key(&key.pk, MAX_PK_BYTES) || !is_key(&key.sk, MAX_SK_BYTES) {
        return Ok(Direct::Engine);
    }
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![text(&key.pk), text(&key.sk)])?;
    let Some(row) = rows.next()? else { return Ok(Direct::Found(None)) };
    Ok(match decode::item(row_text(row)?) {
        Ok(item) => Direct::Found(Some(item)),
        Err(_) => Direct::Engine,
    })
}

/// Reads a page.
///
/// # Errors
/// Of the file.
pub(super) fn query(connection: &Connection, plan: &Plan) -> rusqlite::Result<Direct<QueryPage>> {
    let mut statement = connection.prepare_cached(&plan.sql)?;
    let mut rows = statement.query(params_from_iter(&plan.values))?;
    let (mut page, mut bytes) = (QueryPage::default(), 0);
    while let Some(row) = rows.next()? {
        let row = row_text(row)?;
        bytes += row.len();
        let Ok(item) = decode::item(row) else { return Ok(Direct::Engine) };
        if bytes > PAGE {
            return Ok(Direct::Engine);
        }
        page.items.push(item);
    }
    if plan.limit.is_some_and(|limit| page.items.len() >= limit) {
        page.next = page.items.last().map(|last| plan.place_of(last));
    }
    if let Some(wanted) = &plan.wanted {
        for item in &mut page.items {
            *item = wanted.iter().filter_map(|name| Some((*name, item.remove(name)?))).collect();
        }
    }
    Ok(Direct::Found(page))
}

fn row_text<'r>(row: &'r rusqlite::Row<'_>) -> rusqlite::Result<&'r str> {
    let unread = |error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error));
    row.get_ref(0)?.as_str().map_err(unread)
}

/// Whether the engine takes it for a part of a key.
fn is_key(part: &str, most: usize) -> bool {
    (1..=most).contains(&part.len())
}

/// How the engine keeps a text in the column of a key.
fn text(value: &str) -> String {
    ["S:", value].concat()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
