//! The file of the runs: its writer owns it and commits what has gathered since its last commit together.

use std::path::Path;

use rusqlite::{Connection, Transaction};
use thiserror::Error;
use tokio::sync::oneshot;

use super::schema;
use crate::committer::{self, Committer, UNDONE, Worked, Writers};
use crate::database::Schema;

/// Jobs that may share one commit.
const LARGEST_GROUP: usize = 256;

/// Why the runs can't go on.
#[derive(Debug, Error)]
pub enum RunsError {
    /// The file says no: disk full, read-only, damaged.
    #[error(
        "the file of the sagas can't be used: {0}; is the disk full, or the file damaged? --reset starts over"
    )]
    File(#[from] rusqlite::Error),
    /// The file was written by a newer release.
    #[error(
        "the file of the sagas has layout {found}, this release knows up to {known}: use a newer release or --reset"
    )]
    Newer {
        /// Layout of the file.
        found: i64,
        /// Newest layout this release reads.
        known: i64,
    },
    /// A stored run can't be read.
    #[error("the run `{name}` can't be read: {reason}")]
    Damaged {
        /// Its name.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A saga's definition can't be read.
    #[error("the state machine of `{name}`: {reason}")]
    Definition {
        /// Name of the saga.
        name: String,
        /// Why not.
        reason: String,
    },
    /// Another job of the same group failed, so nothing of the group was committed.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The writer thread is gone: the platform is stopping.
    #[error("the runs are closed")]
    Closed,
}

type Job = Box<dyn FnOnce(&Transaction<'_>) -> Worked + Send>;

/// Sends jobs to the writer, which ends when the last sender is gone.
#[derive(Clone)]
pub(super) struct Ledger(Committer<Job>);

impl Ledger {
    /// Opens the file, or one in memory; what `read` finds in it comes back as well.
    pub(super) fn open<T>(
        file: Option<&Path>,
        writers: Writers,
        read: impl FnOnce(&Connection) -> Result<T, RunsError>,
    ) -> Result<(Self, T), RunsError> {
        let schema = Schema { create: schema::CREATE, steps: &[], version: schema::VERSION };
        let mut connection =
            schema.open(file, writers, |found| RunsError::Newer { found, known: schema::VERSION })?;
        let found = read(&connection)?;
        let commit = move |group| commit(&mut connection, group);
        let committer = Committer::start("saga-ledger", writers, LARGEST_GROUP, commit)
            .map_err(|error| RunsError::Commit(error.to_string()))?;
        Ok((Self(committer), found))
    }

    /// Does something in the writer's next transaction; the result once that is on disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, RunsError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |transaction| {
            let result = job(transaction);
            let keep = result.is_ok();
            let answer = move |committed: Result<(), String>| {
                let answer = match committed {
                    Ok(()) => result.map_err(RunsError::File),
                    Err(reason) => Err(RunsError::Commit(reason)),
                };
                // Who asked may have gone; the change stands all the same.
                let _ = reply.send(answer);
            };
            Worked { keep, answer: Box::new(answer) }
        });
        if !self.0.send(job) {
            return Err(RunsError::Closed);
        }
        answer.await.unwrap_or_else(|_| Err(RunsError::Commit(UNDONE.to_owned())))
    }

    /// Waits until the writer has finished and closed the file, which it does when the last clone is gone.
    pub(super) fn close(self) {
        self.0.close();
    }
}

fn commit(connection: &mut Connection, group: Vec<Job>) {
    for (answer, outcome) in committer::commit(connection, group, |transaction, job: Job| job(transaction)) {
        answer(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn where_no_transaction_begins_the_ledger_is_not_closed_but_failing() {
        let fail = |connection: &Connection| connection.execute_batch("BEGIN").map_err(RunsError::File);
        let (ledger, ()) = Ledger::open(None, Writers::Threads, fail).expect("it opens");
        for _ in 0..2 {
            let said = ledger.run(|_| Ok(())).await;
            assert!(matches!(&said, Err(RunsError::Commit(why)) if why == UNDONE), "{said:?}");
        }
    }
}
