//! Connections that only read.
//!
//! A read begins a transaction and ends it: with the locks of the file, most of the time of a read that finds its page in
//! memory. So while nothing is written a connection stays in its transaction, which sees what any new one would. Whoever
//! writes says so before the commit, and then no connection stays: one that did would see the table of before, and
//! keep the log from being written back into the file
//! ([source](https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files)).

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::table::keep_statements;

/// Connections at most: more don't read at the same time.
const MOST: usize = 8;

/// How long a read waits where somebody has the file for itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections, one for each who reads at the same time.
pub(in super::super) struct Pool {
    readers: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    /// Whether somebody writes: no connection stays in its transaction.
    writing: AtomicBool,
}

/// Somebody writes until this is dropped.
pub(in super::super) struct Writing<'p>(&'p Pool);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.writing.store(false, Ordering::SeqCst);
    }
}

impl Pool {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// Of the file.
    pub(in super::super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let count = available_parallelism().map_or(1, usize::from).min(MOST);
        let open = |_| {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            keep_statements(&connection)?;
            Ok(Mutex::new(connection))
        };
        Ok(Self {
            readers: (0..count).map(open).collect::<rusqlite::Result<_>>()?,
            next: AtomicUsize::new(0),
            writing: AtomicBool::new(false),
        })
    }

    /// Reads with a connection that nobody reads with; if there is none, after somebody.
    pub(in super::super) fn with<T>(&self, read: impl FnOnce(&Connection) -> T) -> T {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.readers.len();
        let (before, after) = self.readers.split_at(first);
        let free = after.iter().chain(before).find_map(|reader| reader.try_lock().ok());
        let reader = free.unwrap_or_else(|| held(&after[0]));
        // Under the lock: whoever begins to write after this look waits for the lock before anything is written.
        if reader.is_autocommit() && !self.writing.load(Ordering::SeqCst) {
            run(&reader, "BEGIN");
        }
        read(&reader)
    }

    /// Has no connection stay in what it sees until what is given is dropped: before the commit of what is written, and
    /// after it.
    pub(in super::super) fn writing(&self) -> Writing<'_> {
        self.writing.store(true, Ordering::SeqCst);
        for reader in &self.readers {
            let reader = held(reader);
            if !reader.is_autocommit() {
                run(&reader, "COMMIT");
            }
        }
        Writing(self)
    }
}

/// What a reader that panicked left is a statement that its connection begins anew.
fn held(reader: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    reader.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a transaction doesn't begin, each read has its own; one that only read always ends.
fn run(reader: &Connection, sql: &str) {
    if let Err(fault) = reader.prepare_cached(sql).and_then(|mut it| it.execute([])) {
        tracing::warn!(%fault, sql, "a connection that reads can't stay in what it sees");
    }
}
