//! Connections that only read.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
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
    connections: Vec<Mutex<Connection>>,
    next: AtomicUsize,
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
            connections: (0..count).map(open).collect::<rusqlite::Result<_>>()?,
            next: AtomicUsize::new(0),
        })
    }

    /// Reads with a connection that nobody reads with; if there is none, after somebody.
    pub(in super::super) fn with<T>(&self, read: impl FnOnce(&Connection) -> T) -> T {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.connections.len();
        let (before, after) = self.connections.split_at(first);
        let free = after.iter().chain(before).find_map(|connection| connection.try_lock().ok());
        // What a reader that panicked left is a statement that its connection begins anew.
        let connection = free.unwrap_or_else(|| after[0].lock().unwrap_or_else(PoisonError::into_inner));
        read(&connection)
    }
}
