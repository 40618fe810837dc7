//! Files of rows that the platform keeps beside the table.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use crate::committer::Writers;

/// SQLite's own store of files in memory: those whose path begins with `/` are shared by the connections of a process, and are
/// there as long as one has them open. Source: `src/memdb.c` of SQLite.
const IN_MEMORY: &str = "memdb";

/// Has a file forget what is deleted from it: its place is overwritten, rather than merely free. Source:
/// <https://www.sqlite.org/pragma.html#pragma_secure_delete>.
///
/// # Errors
/// Of the file.
pub(crate) fn forget_what_is_deleted(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", "ON")
}

/// The tables of a file, and the version of their form.
pub(crate) struct Schema {
    /// Makes the tables.
    pub(crate) create: &'static str,
    /// From each older version to the next, the first from version 1.
    pub(crate) steps: &'static [&'static str],
    /// Written into the file with them.
    pub(crate) version: i64,
}

impl Schema {
    /// Opens a file, or one in memory, and makes its tables if it is new or takes an older one to this version. What is written
    /// is on disk when a transaction ends; a simulation has no disk.
    ///
    /// # Errors
    /// Of the file; `newer` of the version that is found when it is a newer one.
    pub(crate) fn open<E: From<rusqlite::Error>>(
        &self,
        file: Option<&Path>,
        writers: Writers,
        newer: impl FnOnce(i64) -> E,
    ) -> Result<Connection, E> {
        let connection = match file {
            Some(path) if writers == Writers::Here => in_memory(path)?,
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        forget_what_is_deleted(&connection)?;
        let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let Self { create, steps, version } = self;
        match found {
            0 => connection
                .execute_batch(&format!("BEGIN; {create} PRAGMA user_version = {version}; COMMIT;"))?,
            found if found > *version => return Err(newer(found)),
            found => {
                let done = usize::try_from(found - 1).unwrap_or(0);
                let steps: String = steps.iter().skip(done).copied().collect();
                connection
                    .execute_batch(&format!("BEGIN; {steps} PRAGMA user_version = {version}; COMMIT;"))?;
            }
        }
        Ok(connection)
    }
}

/// A file of a simulation.
fn in_memory(path: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags_and_vfs(path, OpenFlags::default(), IN_MEMORY)
}

/// The files of a simulation, which stay as long as this value does: what a platform that is killed leaves to the next.
pub struct Files {
    _open: Vec<Connection>,
}

impl Files {
    /// Of a platform in a folder.
    ///
    /// # Errors
    /// Of SQLite.
    pub(crate) fn hold(paths: &[PathBuf]) -> rusqlite::Result<Self> {
        let open = paths.iter().map(|path| in_memory(path)).collect::<rusqlite::Result<_>>()?;
        Ok(Self { _open: open })
    }
}
