//! The rows of the queues' file, read and written.

use std::sync::Arc;

use rusqlite::{Connection, Row, Transaction, params};

use super::journal::Change;
use super::{Archived, DeadLetter, Message, Publication};

pub(super) fn publish(
    transaction: &Transaction<'_>,
    publications: Vec<Publication>,
    messages: &mut Vec<Message>,
) -> Result<(), rusqlite::Error> {
    let mut archive = transaction.prepare_cached(
        "INSERT OR IGNORE INTO archive (event_id, tenant, published_at, body) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO message (subscription, event_id, ordering_key, body, attempts, visible_at)
         VALUES (?1, ?2, ?3, ?4, 0, ?5)",
    )?;
    for publication in publications {
        let Publication { event_id, tenant, published_at, body, to } = publication;
        archive.execute(params![event_id, tenant, published_at, &*body])?;
        for (subscription, ordering_key) in to {
            let added =
                insert.execute(params![subscription, event_id, ordering_key, &*body, published_at])?;
            if added == 1 {
                messages.push(Message {
                    subscription,
                    event_id: event_id.clone(),
                    ordering_key,
                    body: Arc::clone(&body),
                    attempts: 0,
                    visible_at: published_at,
                    position: transaction.last_insert_rowid(),
                });
            }
        }
    }
    Ok(())
}

pub(super) fn change_message(transaction: &Transaction<'_>, change: Change) -> Result<(), rusqlite::Error> {
    match change {
        Change::Done(message) => {
            let mut delete = transaction.prepare_cached("DELETE FROM message WHERE position = ?1")?;
            delete.execute(params![message.position])?;
        }
        Change::Retry(message) => {
            let mut update = transaction
                .prepare_cached("UPDATE message SET attempts = ?2, visible_at = ?3 WHERE position = ?1")?;
            update.execute(params![message.position, message.attempts, message.visible_at])?;
        }
        Change::Park(DeadLetter { queue, message, reason, behind, parked_at }) => {
            transaction.execute(
                "INSERT OR REPLACE INTO dead_letter
                 (queue, subscription, event_id, ordering_key, body, attempts, reason, parked_at, arrival, behind)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    queue,
                    message.subscription,
                    message.event_id,
                    message.ordering_key,
                    &*message.body,
                    message.attempts,
                    reason,
                    parked_at,
                    message.position,
                    behind
                ],
            )?;
            transaction.execute("DELETE FROM message WHERE position = ?1", params![message.position])?;
        }
    }
    Ok(())
}

/// A dead letter back in its place, and those that stand behind it.
pub(super) fn redrive(
    transaction: &Transaction<'_>,
    subscription: &str,
    event_id: &str,
    now: i64,
) -> Result<Vec<Message>, rusqlite::Error> {
    let mut delete = transaction.prepare_cached(
        "DELETE FROM dead_letter WHERE subscription = ?1 AND (event_id = ?2 OR behind IS NOT NULL AND EXISTS (
             SELECT 1 FROM dead_letter AS first
             WHERE first.subscription = ?1 AND first.event_id = ?2
               AND first.ordering_key = dead_letter.ordering_key AND first.arrival < dead_letter.arrival))
         RETURNING event_id, ordering_key, body, arrival",
    )?;
    let letters = delete.query_map(params![subscription, event_id], |row| {
        let body: String = row.get(2)?;
        Ok((row.get::<_, Option<i64>>(3)?, row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?, body))
    })?;
    let mut letters = letters.collect::<Result<Vec<_>, _>>()?;
    letters.sort();
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO message (position, subscription, event_id, ordering_key, body, attempts, visible_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
    )?;
    let mut revived = Vec::with_capacity(letters.len());
    for (arrival, event_id, ordering_key, body) in letters {
        if insert.execute(params![arrival, subscription, event_id, ordering_key, body, now])? == 1 {
            revived.push(Message {
                subscription: subscription.to_owned(),
                event_id,
                ordering_key,
                body: body.into(),
                attempts: 0,
                visible_at: now,
                position: transaction.last_insert_rowid(),
            });
        }
    }
    Ok(revived)
}

pub(super) fn waiting_messages(connection: &Connection) -> Result<Vec<Message>, rusqlite::Error> {
    let mut select = connection.prepare(
        "SELECT subscription, event_id, ordering_key, body, attempts, visible_at, position
         FROM message ORDER BY position",
    )?;
    let rows = select.query_map([], |row| {
        Ok(Message {
            subscription: row.get(0)?,
            event_id: row.get(1)?,
            ordering_key: row.get(2)?,
            body: row.get::<_, String>(3)?.into(),
            attempts: row.get(4)?,
            visible_at: row.get(5)?,
            position: row.get(6)?,
        })
    })?;
    rows.collect()
}

pub(super) fn dead_letters(connection: &Connection) -> Result<Vec<DeadLetter>, rusqlite::Error> {
    let mut select = connection.prepare_cached(
        "SELECT queue, subscription, event_id, ordering_key, body, attempts, reason, parked_at,
         coalesce(arrival, 9223372036854775807), behind
         FROM dead_letter ORDER BY position",
    )?;
    let rows = select.query_map([], |row| {
        let parked_at = row.get(7)?;
        Ok(DeadLetter {
            queue: row.get(0)?,
            message: Message {
                subscription: row.get(1)?,
                event_id: row.get(2)?,
                ordering_key: row.get(3)?,
                body: row.get::<_, String>(4)?.into(),
                attempts: row.get(5)?,
                visible_at: parked_at,
                position: row.get(8)?,
            },
            reason: row.get(6)?,
            behind: row.get(9)?,
            parked_at,
        })
    })?;
    rows.collect()
}

/// When the last event was published, in milliseconds since 1970; 0 if there is none.
pub(super) fn last_published(connection: &Connection) -> Result<i64, rusqlite::Error> {
    let last = "SELECT coalesce((SELECT published_at FROM archive ORDER BY position DESC LIMIT 1), 0)";
    connection.query_row(last, [], |row| row.get(0))
}

pub(super) fn archived(
    transaction: &Transaction<'_>,
    tenant: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<Archived>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT position, event_id, tenant, published_at, body FROM archive
         WHERE tenant = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )?;
    select.query_map(params![tenant, after, limit], archived_row)?.collect()
}

pub(super) fn archived_between(
    transaction: &Transaction<'_>,
    (from, until): (i64, i64),
    after: i64,
    limit: u32,
) -> Result<Vec<Archived>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT position, event_id, tenant, published_at, body FROM archive
         WHERE position > ?1 AND published_at >= ?2 AND published_at < ?3 ORDER BY position LIMIT ?4",
    )?;
    select.query_map(params![after, from, until, limit], archived_row)?.collect()
}

pub(super) fn archived_row(row: &Row<'_>) -> Result<Archived, rusqlite::Error> {
    Ok(Archived {
        position: row.get(0)?,
        event_id: row.get(1)?,
        tenant: row.get(2)?,
        published_at: row.get(3)?,
        body: row.get::<_, String>(4)?.into(),
    })
}
