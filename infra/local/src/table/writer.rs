//! The thread that writes: many transactions of the engine in one commit.
//!
//! A commit costs an fsync, whatever is in it. So the writer takes everything that waits, runs each piece of work
//! between savepoints of one transaction, and answers after the one commit. Work that fails is rolled back to its
//! savepoint and leaves no trace in the group; nobody is answered before the commit, and readers see nothing of a group
//! until then.
//!
//! The engine begins and ends a transaction of its own around each call. Within a group those statements are compiled
//! to nothing: the authorizer answers with `SQLITE_IGNORE`, which disallows the action and lets the statement be.
//! Source: <https://www.sqlite.org/c3ref/set_authorizer.html>.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use dynoxide::DynoxideError;
use dynoxide::storage::Storage;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use tokio::sync::oneshot;

use super::direct::Pool;
use super::lane::{Lost, Outcome};
use crate::committer::Writers;

/// Pieces of work that share a commit at most: the first of them waits for the last.
const LARGEST_GROUP: usize = 256;

enum Job {
    Write(Write),
    /// For a table in memory, whose one connection has the data.
    Read(Read),
}

type Read = Box<dyn FnOnce(&Storage) + Send>;

/// Work between two savepoints.
type Write = Box<dyn FnOnce(&Storage) -> Written + Send>;

/// Work that was done and isn't committed yet.
struct Written {
    /// Whether it is to be committed; otherwise it is rolled back.
    keep: bool,
    answer: Answer,
}

/// Tells whoever waits; with an error for the commit that failed.
type Answer = Box<dyn FnOnce(Result<(), &str>) + Send>;

/// Whoever writes, and its queue.
pub(super) struct Writer(Way);

enum Way {
    Thread {
        // Taken on drop: the thread ends when nobody can send any more.
        jobs: Option<Sender<Job>>,
        thread: Option<JoinHandle<()>>,
    },
    /// Whoever asks, one after the other.
    Here(Box<Mutex<(Storage, Grouped)>>),
}

impl Writer {
    /// Starts over its own connection. `near` are those that read beside its thread.
    pub(super) fn start(
        storage: Storage,
        writers: Writers,
        near: Option<Arc<Pool>>,
    ) -> std::io::Result<Self> {
        let grouped = Grouped::watch(storage.conn());
        if writers == Writers::Here {
            return Ok(Self(Way::Here(Box::new(Mutex::new((storage, grouped))))));
        }
        let (jobs, queue) = channel();
        let work_off = move || work_off(&queue, &storage, &grouped, near.as_deref());
        let thread = Builder::new().name("table-writer".to_owned()).spawn(work_off)?;
        Ok(Self(Way::Thread { jobs: Some(jobs), thread: Some(thread) }))
    }

    /// Does work that writes; answered when it is committed. Dropping the future doesn't take the work back.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> Result<T, DynoxideError> + Send + 'static,
    ) -> Outcome<T> {
        let (answer, answered) = oneshot::channel();
        let write: Write = Box::new(move |storage| {
            let outcome = work(storage);
            let keep = outcome.is_ok();
            let answer: Answer = Box::new(move |committed| {
                // What failed by itself failed, whatever became of the others.
                let outcome = outcome.and_then(|done| {
                    let failed =
                        |why: &str| DynoxideError::InternalServerError(format!("the commit failed: {why}"));
                    committed.map(|()| done).map_err(failed)
                });
                // Nobody waits any more when the caller's future was dropped: the work counts all the same.
                let _ = answer.send(outcome);
            });
            Written { keep, answer }
        });
        self.send(Job::Write(write))?;
        answered.await.map_err(|_| Lost)
    }

    /// Does work that reads, between two groups.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> Result<T, DynoxideError> + Send + 'static,
    ) -> Outcome<T> {
        let (answer, answered) = oneshot::channel();
        self.send(Job::Read(Box::new(move |storage| {
            let _ = answer.send(work(storage));
        })))?;
        answered.await.map_err(|_| Lost)
    }

    fn send(&self, job: Job) -> Result<(), Lost> {
        match &self.0 {
            Way::Thread { jobs, .. } => jobs.as_ref().ok_or(Lost)?.send(job).map_err(|_| Lost),
            Way::Here(connection) => {
                // Nothing that panics leaves a group open: each piece of work is caught.
                let held = connection.lock().unwrap_or_else(PoisonError::into_inner);
                let (storage, grouped) = &*held;
                match job {
                    Job::Read(read) => look(storage, read),
                    Job::Write(write) => commit(storage, vec![write], grouped, None),
                }
                Ok(())
            }
        }
    }
}

impl Drop for Writer {
    /// Waits until the work already sent is committed, so that the file is closed before the folder is released.
    fn drop(&mut self) {
        let Way::Thread { jobs, thread } = &mut self.0 else { return };
        *jobs = None;
        if let Some(thread) = thread.take() {
            // The thread can't panic: each job's panic is caught.
            let _ = thread.join();
        }
    }
}

fn work_off(queue: &Receiver<Job>, storage: &Storage, grouped: &Grouped, near: Option<&Pool>) {
    // What was taken from the queue and didn't fit into the last group.
    let mut next = None;
    while let Some(job) = next.take().or_else(|| queue.recv().ok()) {
        match job {
            Job::Read(read) => look(storage, read),
            Job::Write(first) => {
                let mut group = vec![first];
                while group.len() < LARGEST_GROUP {
                    match queue.try_recv() {
                        Ok(Job::Write(write)) => group.push(write),
                        Ok(read @ Job::Read(_)) => {
                            next = Some(read);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                commit(storage, group, grouped, near);
            }
        }
    }
    empty_log(storage.conn(), near);
}

/// Writes the log back and cuts it: what was erased is to lie in nothing that is beside the file either. The file's last
/// connection would do that by itself, but it may be one that only reads.
fn empty_log(connection: &Connection, near: Option<&Pool>) {
    let _writing = near.map(Pool::writing);
    if let Err(fault) = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
        tracing::warn!(%fault, "the table's log stays beside its file");
    }
}

fn look(storage: &Storage, read: Read) {
    // Whoever waits learns of a panic because the sender is gone.
    let _ = catch_unwind(AssertUnwindSafe(|| read(storage)));
}

/// Runs a group in one transaction, and answers.
fn commit(storage: &Storage, group: Vec<Write>, grouped: &Grouped, near: Option<&Pool>) {
    let connection = storage.conn();
    let writing = near.map(Pool::writing);
    let mut answers = Vec::with_capacity(group.len());
    let outcome = run(storage, group, grouped, &mut answers);
    if outcome.is_err() && !connection.is_autocommit() {
        // Without it the next group couldn't begin. If even this fails, that one says so.
        let _ = connection.execute_batch("ROLLBACK");
    }
    drop(writing);
    for answer in answers {
        answer(outcome.as_ref().copied().map_err(String::as_str));
    }
}

/// After an error nothing of the group is committed. Work that wasn't begun is dropped, and whoever waits for it is told
/// that it was lost.
fn run(
    storage: &Storage,
    group: Vec<Write>,
    grouped: &Grouped,
    answers: &mut Vec<Answer>,
) -> Result<(), String> {
    // Compiled once, and in words that the engine doesn't use: its own are compiled to nothing within a group.
    let run = |sql: &str| -> Result<(), String> {
        let done = storage.conn().prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        done.map(drop).map_err(|fault| fault.to_string())
    };
    run("BEGIN IMMEDIATE TRANSACTION")?;
    for write in group {
        run("SAVEPOINT work")?;
        let within = grouped.begin();
        let written = catch_unwind(AssertUnwindSafe(|| write(storage)));
        drop(within);
        // A panic leaves no answer: whoever waits learns of it because the sender is gone.
        let keep = written.is_ok_and(|Written { keep, answer }| {
            answers.push(answer);
            keep
        });
        if storage.conn().is_autocommit() {
            return Err("the file's own transaction ended: the disk is full or fails".to_owned());
        }
        if !keep {
            run("ROLLBACK TO work")?;
        }
        run("RELEASE work")?;
    }
    run("COMMIT TRANSACTION")
}

/// Whether a group is running, shared with the authorizer of the connection.
struct Grouped(Arc<AtomicBool>);

impl Grouped {
    /// Lets the connection's statements of transactions pass only outside of groups.
    fn watch(connection: &Connection) -> Self {
        let grouped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&grouped);
        connection.authorizer(Some(move |context: AuthContext<'_>| match context.action {
            AuthAction::Transaction { .. } if seen.load(Ordering::Relaxed) => Authorization::Ignore,
            _ => Authorization::Allow,
        }));
        Self(grouped)
    }

    /// Until the value is dropped, the engine's own transactions are the group's.
    fn begin(&self) -> Within<'_> {
        self.0.store(true, Ordering::Relaxed);
        Within(&self.0)
    }
}

struct Within<'g>(&'g AtomicBool);

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
