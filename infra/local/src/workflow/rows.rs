//! Runs, their history and parked cases as rows.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde_json::Value;
use stipule_machine::{Event, Execution, Status};

use super::ledger::RunsError;
use super::{ParkedCase, RunKey, RunSummary};

/// The status of a run as it is stored.
pub(super) fn status(status: &Status) -> &'static str {
    match status {
        Status::Running => "RUNNING",
        Status::Succeeded(_) => "SUCCEEDED",
        Status::Failed(_) => "FAILED",
        Status::TimedOut => "TIMED_OUT",
        Status::Aborted(_) => "ABORTED",
    }
}

/// Everything about a run that changes in one step.
pub(super) struct Change {
    pub(super) key: RunKey,
    pub(super) state: String,
    pub(super) status: &'static str,
    pub(super) ended: Option<i64>,
    pub(super) events: Vec<Event>,
    pub(super) parked: Vec<NewCase>,
    /// Calls whose cases are nobody's concern any more.
    pub(super) resolved: Vec<u64>,
}

/// A case to be parked.
pub(super) struct NewCase {
    pub(super) call: u64,
    pub(super) token: Option<String>,
    pub(super) message: Value,
    pub(super) at: i64,
}

/// Inserts a new run; the state of the one that has its name instead, if there is one.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    tenant: &str,
    started: i64,
    change: &Change,
) -> Result<Option<String>, rusqlite::Error> {
    let RunKey { saga, name } = &change.key;
    let added = transaction.execute(
        "INSERT OR IGNORE INTO run (saga, name, tenant, status, started, ended, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![saga, name, tenant, change.status, started, change.ended, change.state],
    )?;
    if added == 1 {
        follow_up(transaction, change)?;
        return Ok(None);
    }
    let state = transaction.query_row(
        "SELECT state FROM run WHERE saga = ?1 AND name = ?2",
        params![saga, name],
        |row| row.get(0),
    )?;
    Ok(Some(state))
}

/// Stores what became of a run.
pub(super) fn update(transaction: &Transaction<'_>, change: &Change) -> Result<(), rusqlite::Error> {
    let RunKey { saga, name } = &change.key;
    transaction
        .prepare_cached("UPDATE run SET state = ?3, status = ?4, ended = ?5 WHERE saga = ?1 AND name = ?2")?
        .execute(params![saga, name, change.state, change.status, change.ended])?;
    follow_up(transaction, change)
}

fn follow_up(transaction: &Transaction<'_>, change: &Change) -> Result<(), rusqlite::Error> {
    let RunKey { saga, name } = &change.key;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO event (run, id, previous, at, kind, state, details)
         VALUES ((SELECT id FROM run WHERE saga = ?1 AND name = ?2), ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for event in &change.events {
        let details = event.details.to_string();
        insert.execute(params![
            saga,
            name,
            event.id,
            event.previous,
            event.at,
            event.kind,
            event.state,
            details
        ])?;
    }
    for case in &change.parked {
        transaction.execute(
            "INSERT INTO parked (saga, name, call, token, message, parked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![saga, name, case.call, case.token, case.message.to_string(), case.at],
        )?;
    }
    for call in &change.resolved {
        transaction.execute(
            "DELETE FROM parked WHERE saga = ?1 AND name = ?2 AND call = ?3",
            params![saga, name, call],
        )?;
    }
    Ok(())
}

/// Every run that isn't over.
pub(super) fn running(connection: &Connection) -> Result<Vec<(RunKey, Execution)>, RunsError> {
    let mut select =
        connection.prepare("SELECT saga, name, state FROM run WHERE status = 'RUNNING' ORDER BY id")?;
    let rows = select.query_map([], |row| {
        Ok((RunKey { saga: row.get(0)?, name: row.get(1)? }, row.get::<_, String>(2)?))
    })?;
    let mut runs = Vec::new();
    for row in rows {
        let (key, state) = row?;
        let damaged = |error: serde_json::Error| RunsError::Damaged {
            name: key.name.clone(),
            reason: error.to_string(),
        };
        let run = serde_json::from_str(&state).map_err(damaged)?;
        runs.push((key, run));
    }
    Ok(runs)
}

/// When something last happened in a run that isn't over, in milliseconds since 1970; 0 if there is none.
pub(super) fn last_event(connection: &Connection) -> Result<i64, RunsError> {
    let last =
        "SELECT coalesce(max(at), 0) FROM event WHERE run IN (SELECT id FROM run WHERE status = 'RUNNING')";
    Ok(connection.query_row(last, [], |row| row.get(0))?)
}

/// Runs of a saga, the newest first.
pub(super) fn list(
    transaction: &Transaction<'_>,
    saga: &str,
    limit: u32,
) -> Result<Vec<RunSummary>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT saga, name, tenant, status, started, ended FROM run WHERE saga = ?1 ORDER BY id DESC LIMIT ?2",
    )?;
    let rows = select.query_map(params![saga, limit], |row| {
        Ok(RunSummary {
            key: RunKey { saga: row.get(0)?, name: row.get(1)? },
            tenant: row.get(2)?,
            status: row.get(3)?,
            started: row.get(4)?,
            ended: row.get(5)?,
        })
    })?;
    rows.collect()
}

/// The stored state of a run.
pub(super) fn state(transaction: &Transaction<'_>, key: &RunKey) -> Result<Option<String>, rusqlite::Error> {
    let mut select = transaction.prepare_cached("SELECT state FROM run WHERE saga = ?1 AND name = ?2")?;
    select.query_row(params![key.saga, key.name], |row| row.get(0)).optional()
}

/// What happened in a run, in order.
pub(super) fn history(transaction: &Transaction<'_>, key: &RunKey) -> Result<Vec<Event>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT id, previous, at, kind, state, details FROM event
         WHERE run = (SELECT id FROM run WHERE saga = ?1 AND name = ?2) ORDER BY id",
    )?;
    let rows = select.query_map(params![key.saga, key.name], |row| {
        Ok(Event {
            id: row.get(0)?,
            previous: row.get(1)?,
            at: row.get(2)?,
            kind: row.get(3)?,
            state: row.get(4)?,
            details: json(row, 5)?,
        })
    })?;
    rows.collect()
}

/// Every parked case, oldest first.
pub(super) fn parked(transaction: &Transaction<'_>) -> Result<Vec<ParkedCase>, rusqlite::Error> {
    let mut select = transaction
        .prepare_cached("SELECT id, saga, name, token, message, parked_at FROM parked ORDER BY id")?;
    let rows = select.query_map([], |row| {
        Ok(ParkedCase {
            id: row.get(0)?,
            key: RunKey { saga: row.get(1)?, name: row.get(2)? },
            token: row.get(3)?,
            message: json(row, 4)?,
            parked_at: row.get(5)?,
        })
    })?;
    rows.collect()
}

fn json(row: &Row<'_>, column: usize) -> Result<Value, rusqlite::Error> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}
