//! The file of the queues: its writer owns it and commits in groups.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use stipule_runtime::mutant::Mutant;
use thiserror::Error;
use tokio::sync::oneshot;

use super::rows::{
    archived, archived_between, change_message, dead_letters, last_published, publish, redrive,
    waiting_messages,
};
use super::schema;
use super::search::{search, tenants};
use super::{Archived, DeadLetter, Message, Publication, Wanted};
use crate::committer::{self, Committer, UNDONE, Worked, Writers};
use crate::database::Schema;

/// Jobs that may share one commit.
const LARGEST_GROUP: usize = 512;

/// Why the queues can't go on.
#[derive(Debug, Error)]
pub enum QueueError {
    /// The file says no: disk full, read-only, damaged.
    #[error("the queue file can't be used: {0}; is the disk full, or the file damaged? --reset starts over")]
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
    Search(Wanted, Reply<Vec<Archived>>),
    Tenants(Reply<Vec<String>>),
}

type Reply<T> = oneshot::Sender<Result<T, QueueError>>;

/// Sends jobs to the writer, which ends when the last sender is gone.
#[derive(Clone)]
pub(super) struct Journal(Committer<Job>);

/// Told of messages as soon as they are on disk, whether or not who published them still waits.
pub(super) type Arrived = Arc<dyn Fn(Vec<Message>) + Send + Sync>;

impl Journal {
    /// With the dead letters that are there, and the time of the last event.
    pub(super) fn open(
        file: Option<&Path>,
        writers: Writers,
        arrived: Arrived,
    ) -> Result<(Self, Vec<DeadLetter>, i64), QueueError> {
        let schema = Schema { create: schema::CREATE, steps: schema::STEPS, version: schema::VERSION };
        let mut connection =
            schema.open(file, writers, |found| QueueError::Newer { found, known: schema::VERSION })?;
        if !Mutant::QueueForgotten.is_on() {
            arrived(waiting_messages(&connection)?);
        }
        let letters = dead_letters(&connection)?;
        let last = last_published(&connection)?;
        let commit = move |group| commit(&mut connection, group, &arrived);
        let committer = Committer::start("queue-journal", writers, LARGEST_GROUP, commit)
            .map_err(|error| QueueError::Commit(error.to_string()))?;
        Ok((Self(committer), letters, last))
    }

    /// Waits until the writer has finished and closed the file, which it does when the last clone is gone.
    pub(super) fn close(self) {
        self.0.close();
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

    pub(super) async fn search(&self, wanted: Wanted) -> Result<Vec<Archived>, QueueError> {
        self.ask(|reply| Job::Search(wanted, reply)).await
    }

    pub(super) async fn tenants(&self) -> Result<Vec<String>, QueueError> {
        self.ask(Job::Tenants).await
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        if !self.0.send(job(reply)) {
            return Err(QueueError::Closed);
        }
        answer.await.unwrap_or_else(|_| Err(QueueError::Commit(UNDONE.to_owned())))
    }
}

fn commit(connection: &mut Connection, group: Vec<Job>, arrived: &Arrived) {
    let mut messages = Vec::new();
    let told = committer::commit(connection, group, |transaction, job| {
        let mut added = Vec::new();
        let worked = apply(transaction, job, &mut added);
        // Of those whose commit fails nobody hears.
        messages.push(if worked.keep { added } else { Vec::new() });
        worked
    });
    let committed = messages.into_iter().zip(&told).filter(|(_, (_, outcome))| outcome.is_ok());
    arrived(committed.flat_map(|(added, _)| added).collect());
    for (answer, outcome) in told {
        answer(outcome);
    }
}

fn apply(transaction: &Transaction<'_>, job: Job, messages: &mut Vec<Message>) -> Worked {
    match job {
        Job::Publish(publications, reply) => later(reply, publish(transaction, publications, messages)),
        Job::Change(change, reply) => later(reply, change_message(transaction, change)),
        Job::Redrive { subscription, event_id, now, reply } => {
            let revived = redrive(transaction, &subscription, &event_id, now).map(|revived| {
                let found = !revived.is_empty();
                messages.extend(revived);
                found
            });
            later(reply, revived)
        }
        Job::DeadLetters(reply) => later(reply, dead_letters(transaction)),
        Job::Archive { tenant, after, limit, reply } => {
            later(reply, archived(transaction, &tenant, after, limit))
        }
        Job::Between { span, after, limit, reply } => {
            later(reply, archived_between(transaction, span, after, limit))
        }
        Job::Search(wanted, reply) => later(reply, search(transaction, &wanted)),
        Job::Tenants(reply) => later(reply, tenants(transaction)),
    }
}

fn later<T: Send + 'static>(reply: Reply<T>, result: Result<T, rusqlite::Error>) -> Worked {
    let keep = result.is_ok();
    let answer = move |committed: Result<(), String>| {
        let answer = match committed {
            Ok(()) => result.map_err(QueueError::File),
            Err(reason) => Err(QueueError::Commit(reason)),
        };
        // Who asked may have gone; the change stands all the same.
        let _ = reply.send(answer);
    };
    Worked { keep, answer: Box::new(answer) }
}
