//! The writer thread: owns the file, commits in groups.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use thiserror::Error;
use tokio::sync::oneshot;

use super::schema;
use super::{Archived, DeadLetter, Message, Publication};
use crate::database::Schema;

/// Jobs that may share one commit.
const LARGEST_GROUP: usize = 512;

/// Why the queues can't go on.
#[derive(Debug, Error)]
pub enum QueueError {
    /// The file says no: disk full, read-only, damaged.
    #[error("the queue file: {0}")]
    File(#[from] rusqlite::Error),
    /// The file was written by a newer release.
    #[error(
        "the queue file has layout {found}, this release knows up to {known}: use a newer release or --reset"
    )]
    Newer {
        /// Layout of the file.
        found: i64,
        /// Newest layout this release reads.
        known: i64,
    },
    /// Another job of the same group failed, so nothing of the group was committed.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The writer thread is gone: the platform is stopping.
    #[error("the queues are closed")]
    Closed,
}

/// A change of one message.
pub(super) enum Change {
    Done(Message),
    Retry(Message),
    Park(DeadLetter),
}

enum Job {
    Publish(Vec<Publication>, Reply<()>),
    Change(Change, Reply<()>),
    Redrive { subscription: String, event_id: String, now: i64, reply: Reply<bool> },
    DeadLetters(Reply<Vec<DeadLetter>>),
    Archive { tenant: String, after: i64, limit: u32, reply: Reply<Vec<Archived>> },
    Between { span: (i64, i64), after: i64, limit: u32, reply: Reply<Vec<Archived>> },
}

type Reply<T> = oneshot::Sender<Result<T, QueueError>>;

/// Sends jobs to the writer thread, which ends when the last sender is gone.
#[derive(Clone)]
pub(super) struct Journal {
    jobs: mpsc::Sender<Job>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Told of messages as soon as they are on disk, whether or not who published them still waits.
pub(super) type Arrived = Arc<dyn Fn(Vec<Message>) + Send + Sync>;

impl Journal {
    pub(super) fn open(file: Option<&Path>, arrived: Arrived) -> Result<Self, QueueError> {
        let schema = Schema { create: schema::CREATE, version: schema::VERSION };
        let connection = schema.open(file, |found| QueueError::Newer { found, known: schema::VERSION })?;
        arrived(waiting_messages(&connection)?);
        let (jobs, inbox) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("queue-journal".to_owned())
            .spawn(move || write(connection, &inbox, &arrived))
            .map_err(|error| QueueError::Commit(error.to_string()))?;
        Ok(Self { jobs, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Waits until the writer has finished and closed the file, which it does when the last clone is gone.
    pub(super) fn close(self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(self);
        if let Some(thread) = thread {
            // A writer that panicked has closed the file as well.
            let _ = thread.join();
        }
    }

    pub(super) async fn publish(&self, publications: Vec<Publication>) -> Result<(), QueueError> {
        self.ask(|reply| Job::Publish(publications, reply)).await
    }

    pub(super) async fn change(&self, change: Change) -> Result<(), QueueError> {
        self.ask(|reply| Job::Change(change, reply)).await
    }

    pub(super) async fn redrive(
        &self,
        subscription: String,
        event_id: String,
        now: i64,
    ) -> Result<bool, QueueError> {
        self.ask(|reply| Job::Redrive { subscription, event_id, now, reply }).await
    }

    pub(super) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, QueueError> {
        self.ask(Job::DeadLetters).await
    }

    pub(super) async fn archive(
        &self,
        tenant: String,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Archived>, QueueError> {
        self.ask(|reply| Job::Archive { tenant, after, limit, reply }).await
    }

    pub(super) async fn archived_between(
        &self,
        span: (i64, i64),
        after: i64,
        limit: u32,
    ) -> Result<Vec<Archived>, QueueError> {
        self.ask(|reply| Job::Between { span, after, limit, reply }).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        self.jobs.send(job(reply)).map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }
}

/// An answer that waits for the commit of its group.
type Answer = Box<dyn FnOnce(Result<(), String>) + Send>;

fn write(mut connection: Connection, inbox: &mpsc::Receiver<Job>, arrived: &Arrived) {
    while let Ok(first) = inbox.recv() {
        let mut group = vec![first];
        group.extend(inbox.try_iter().take(LARGEST_GROUP - 1));
        commit(&mut connection, group, arrived);
    }
}

fn commit(connection: &mut Connection, group: Vec<Job>, arrived: &Arrived) {
    let mut answers: Vec<Answer> = Vec::with_capacity(group.len());
    let mut messages = Vec::new();
    let outcome = (|| {
        let transaction = connection.transaction()?;
        for job in group {
            answers.push(apply(&transaction, job, &mut messages));
        }
        transaction.commit()
    })()
    .map_err(|error: rusqlite::Error| error.to_string());
    if outcome.is_ok() {
        arrived(messages);
    }
    for answer in answers {
        answer(outcome.clone());
    }
}

fn apply(transaction: &Transaction<'_>, job: Job, messages: &mut Vec<Message>) -> Answer {
    match job {
        Job::Publish(publications, reply) => later(reply, publish(transaction, publications, messages)),
        Job::Change(change, reply) => later(reply, change_message(transaction, change)),
        Job::Redrive { subscription, event_id, now, reply } => {
            let revived = redrive(transaction, &subscription, &event_id, now);
            later(reply, revived.map(|message| message.map(|message| messages.push(message)).is_some()))
        }
        Job::DeadLetters(reply) => later(reply, dead_letters(transaction)),
        Job::Archive { tenant, after, limit, reply } => {
            later(reply, archived(transaction, &tenant, after, limit))
        }
        Job::Between { span, after, limit, reply } => {
            later(reply, archived_between(transaction, span, after, limit))
        }
    }
}

fn later<T: Send + 'static>(reply: Reply<T>, result: Result<T, rusqlite::Error>) -> Answer {
    Box::new(move |committed| {
        let answer = match committed {
            Ok(()) => result.map_err(QueueError::File),
            Err(reason) => Err(QueueError::Commit(reason)),
        };
        // Who asked may have gone; the change stands all the same.
        let _ = reply.send(answer);
    })
}

fn publish(
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

fn change_message(transaction: &Transaction<'_>, change: Change) -> Result<(), rusqlite::Error> {
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
        Change::Park(DeadLetter { queue, message, reason, parked_at }) => {
            transaction.execute(
                "INSERT OR REPLACE INTO dead_letter
                 (queue, subscription, event_id, ordering_key, body, attempts, reason, parked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    queue,
                    message.subscription,
                    message.event_id,
                    message.ordering_key,
                    &*message.body,
                    message.attempts,
                    reason,
                    parked_at
                ],
            )?;
            transaction.execute("DELETE FROM message WHERE position = ?1", params![message.position])?;
        }
    }
    Ok(())
}

fn redrive(
    transaction: &Transaction<'_>,
    subscription: &str,
    event_id: &str,
    now: i64,
) -> Result<Option<Message>, rusqlite::Error> {
    let letter: Option<(Option<String>, String)> = transaction
        .query_row(
            "DELETE FROM dead_letter WHERE subscription = ?1 AND event_id = ?2 RETURNING ordering_key, body",
            params![subscription, event_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((ordering_key, body)) = letter else { return Ok(None) };
    let added = transaction.execute(
        "INSERT OR IGNORE INTO message (subscription, event_id, ordering_key, body, attempts, visible_at)
         VALUES (?1, ?2, ?3, ?4, 0, ?5)",
        params![subscription, event_id, ordering_key, body, now],
    )?;
    Ok((added == 1).then(|| Message {
        subscription: subscription.to_owned(),
        event_id: event_id.to_owned(),
        ordering_key,
        body: body.into(),
        attempts: 0,
        visible_at: now,
        position: transaction.last_insert_rowid(),
    }))
}

fn waiting_messages(connection: &Connection) -> Result<Vec<Message>, rusqlite::Error> {
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

fn dead_letters(transaction: &Transaction<'_>) -> Result<Vec<DeadLetter>, rusqlite::Error> {
    let mut select = transaction.prepare_cached(
        "SELECT queue, subscription, event_id, ordering_key, body, attempts, reason, parked_at, position
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
            parked_at,
        })
    })?;
    rows.collect()
}

fn archived(
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

fn archived_between(
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

fn archived_row(row: &Row<'_>) -> Result<Archived, rusqlite::Error> {
    Ok(Archived {
        position: row.get(0)?,
        event_id: row.get(1)?,
        tenant: row.get(2)?,
        published_at: row.get(3)?,
        body: row.get::<_, String>(4)?.into(),
    })
}
