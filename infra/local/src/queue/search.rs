//! The archive as a person looks through it. The writer thread does it, so it looks at the newest events only.

use rusqlite::{Transaction, params};

use super::rows::archived_row;
use super::{Archived, Wanted};

/// Events that are looked at.
const DEPTH: i64 = 50_000;

/// What is wanted, the newest first.
pub(super) fn search(
    transaction: &Transaction<'_>,
    wanted: &Wanted,
) -> Result<Vec<Archived>, rusqlite::Error> {
    let stories = serde_json::Value::from(wanted.stories.clone()).to_string();
    let mut select = transaction.prepare_cached(
        "SELECT position, event_id, tenant, published_at, body FROM (
             SELECT * FROM archive WHERE ?1 IS NULL OR position < ?1 ORDER BY position DESC LIMIT ?2)
         WHERE (?3 IS NULL OR instr(body, ?3) > 0) AND (?4 IS NULL OR tenant = ?4)
           AND (?5 IS NULL OR json_extract(body, '$.name') = ?5)
           AND (?6 = '[]' OR json_extract(body, '$.correlationId') IN (SELECT value FROM json_each(?6)))
         LIMIT ?7",
    )?;
    let Wanted { text, name, tenant, before, limit, .. } = wanted;
    select.query_map(params![before, DEPTH, text, tenant, name, stories, limit], archived_row)?.collect()
}

/// The tenants of the newest events.
pub(super) fn tenants(transaction: &Transaction<'_>) -> Result<Vec<String>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT DISTINCT tenant FROM (SELECT tenant FROM archive ORDER BY position DESC LIMIT ?1) ORDER BY tenant",
    )?;
    select.query_map(params![DEPTH], |row| row.get(0))?.collect()
}
