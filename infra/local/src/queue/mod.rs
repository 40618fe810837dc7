//! Durable queues: every message is on disk before its event leaves the outbox, and stays until its consumer is done.
//!
//! One SQLite file beside the table. A writer thread owns it and commits whatever has gathered since its last commit
//! in one transaction, so that many small writes share one fsync. Who waits for a message looks at memory only.
//!
//! Delivery is at least once: leases live in memory, so after a crash every message that wasn't finished is visible
//! again. Consumers are protected by the inbox.

mod bells;
mod journal;
mod lane;
mod rows;
mod schema;
mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stipule_runtime::mutant::Mutant;
use stipule_runtime::ports::Clock;
use tokio::sync::Notify;

use bells::Bells;
use journal::{Change, Journal};
use lane::Lane;

use crate::committer::Writers;
use crate::steady::Steady;

pub(crate) use bells::next;
pub use journal::QueueError;

/// Milliseconds before a message comes again that the disk didn't let go.
const PAUSE: i64 = 1_000;

/// One copy of an event on its way to one consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Name of the subscription.
    pub subscription: String,
    /// Id of the event; with the subscription it is the message's identity.
    pub event_id: String,
    /// Messages with one key are handled one at a time and in order; `None` in queues without order.
    pub ordering_key: Option<String>,
    /// The event as JSON.
    pub body: Arc<str>,
    /// Tries so far that did not succeed.
    pub attempts: u32,
    /// Milliseconds since 1970 before which it isn't handed out.
    pub visible_at: i64,
    /// Order of arrival, given by the queue. A message that comes back from the dead letters has its old one.
    pub position: i64,
}

/// An event as it was published, kept for its timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Order of publication.
    pub position: i64,
    /// Id of the event.
    pub event_id: String,
    /// Tenant it belongs to.
    pub tenant: String,
    /// Milliseconds since 1970.
    pub published_at: i64,
    /// The event as JSON.
    pub body: Arc<str>,
}

/// A message that was given up, with its payload, so that it can be redriven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Name of the dead-letter queue.
    pub queue: String,
    /// The message as it was.
    pub message: Message,
    /// Why it was given up.
    pub reason: String,
    /// Id of the event that it stands behind: it never failed itself.
    pub behind: Option<String>,
    /// Milliseconds since 1970.
    pub parked_at: i64,
}

/// An event and the subscriptions it goes to.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Id of the event: a second publication of it changes nothing.
    pub event_id: String,
    /// Tenant it belongs to.
    pub tenant: String,
    /// Milliseconds since 1970.
    pub published_at: i64,
    /// The event as JSON.
    pub body: Arc<str>,
    /// Subscriptions with the ordering key where the queue is ordered.
    pub to: Vec<(String, Option<String>)>,
}

/// What somebody looks for in the archive. Everything that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Text that stands anywhere in the event.
    pub text: Option<String>,
    /// Name of the event.
    pub name: Option<String>,
    /// Tenant it belongs to.
    pub tenant: Option<String>,
    /// Stories it belongs to one of; any when there are none.
    pub stories: Vec<String>,
    /// Only events that were published before the one at this position.
    pub before: Option<i64>,
    /// Most events.
    pub limit: u32,
}

/// The messages in memory, by subscription.
type Lanes = Arc<Mutex<BTreeMap<String, Lane>>>;

fn lock(lanes: &Lanes) -> MutexGuard<'_, BTreeMap<String, Lane>> {
    // A panic while the lock is held can't leave a lane half changed: every change is one call.
    lanes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All queues of a platform. Cloning is cheap and shares them.
#[derive(Clone)]
pub struct Queues {
    lanes: Lanes,
    arrived: Arc<AtomicU64>,
    bells: Arc<Bells>,
    journal: Journal,
    steady: Arc<Steady>,
}

impl Queues {
    /// Opens the queues in `file`, or in memory, with everything that was not finished visible again.
    ///
    /// # Errors
    /// When the file can't be opened or read.
    pub fn open(file: Option<&Path>, writers: Writers) -> Result<Self, QueueError> {
        let lanes = Lanes::default();
        let bells = Arc::new(Bells::default());
        let count = Arc::new(AtomicU64::new(0));
        let (arrived_in, arrived, counted) = (Arc::clone(&lanes), Arc::clone(&bells), Arc::clone(&count));
        let (journal, letters, last) = Journal::open(
            file,
            writers,
            Arc::new(move |messages: Vec<Message>| {
                let mut lanes = lock(&arrived_in);
                // Under the lock: who sees the count sees the messages.
                counted.fetch_add(messages.len() as u64, Ordering::SeqCst);
                let mut reached = BTreeSet::new();
                for message in messages {
                    reached.insert(message.subscription.clone());
                    lanes.entry(message.subscription.clone()).or_default().add(message);
                }
                drop(lanes);
                arrived.ring(&reached);
            }),
        )?;
        for letter in &letters {
            let mut lanes = lock(&lanes);
            lanes.entry(letter.message.subscription.clone()).or_default().park(&letter.message);
        }
        Ok(Self { lanes, arrived: count, bells, journal, steady: Arc::new(Steady::since(last)) })
    }

    /// The time by which messages wait, in milliseconds since 1970. It doesn't go back where the clock is set back: nothing
    /// waits longer than it was told to.
    pub(crate) fn now(&self, clock: &dyn Clock) -> i64 {
        self.steady.now(clock)
    }

    /// Archives events and puts a message per subscription, durably, in one commit. Repeating it has no effect
    /// on messages that are still there and makes new ones where they were finished: consumers have an inbox.
    ///
    /// # Errors
    /// When the disk refuses; then nothing was published.
    pub async fn publish(&self, publications: Vec<Publication>) -> Result<(), QueueError> {
        self.journal.publish(publications).await
    }

    /// The next message of a subscription that is due at `now` (milliseconds since 1970); nobody else gets it until it
    /// is given back by [`done`](Self::done), [`retry`](Self::retry) or [`park`](Self::park).
    pub fn receive(&self, subscription: &str, now: i64) -> Option<Message> {
        self.lanes().get_mut(subscription)?.take(now)
    }

    /// When the next message of a subscription becomes due, if one waits.
    pub fn next_due(&self, subscription: &str) -> Option<i64> {
        self.lanes().get(subscription)?.next_due()
    }

    /// Resolves when something changes in any queue. Make the future before you look, so that nothing is missed.
    pub(crate) fn change(&self) -> impl Future<Output = ()> + '_ {
        next(self.bells.any())
    }

    /// Rings when a message of a subscription may be there to receive: on its arrival, and when the one before it is done.
    pub(crate) fn bell(&self, subscription: &str) -> Arc<Notify> {
        self.bells.of(subscription)
    }

    /// Removes a message that was handled, at `now` (milliseconds since 1970).
    ///
    /// # Errors
    /// When the disk refuses; the message will come again in a while.
    pub async fn done(&self, message: &Message, now: i64) -> Result<(), QueueError> {
        let result = self.journal.change(Change::Done(message.clone())).await;
        self.settle(message, result.is_ok(), now);
        result
    }

    /// Gives a message back to be tried again at `at`, with one more attempt counted.
    ///
    /// # Errors
    /// When the disk refuses; the message is visible all the same.
    pub async fn retry(&self, message: &Message, at: i64) -> Result<(), QueueError> {
        let mut again = message.clone();
        again.attempts += u32::from(!Mutant::TriesUncounted.is_on());
        again.visible_at = at;
        let result = self.journal.change(Change::Retry(again.clone())).await;
        let mut lanes = self.lanes();
        lanes.entry(again.subscription.clone()).or_default().give_back(again);
        drop(lanes);
        self.bells.ring([&message.subscription]);
        result
    }

    /// Id of the event in the dead letters that a message of the same ordering key must not overtake.
    pub fn parked_before(&self, message: &Message) -> Option<String> {
        self.lanes().get(&message.subscription)?.parked_before(message)
    }

    /// Moves a message to a dead-letter queue; `behind` names the event that it stands behind, if it didn't fail itself.
    ///
    /// # Errors
    /// When the disk refuses; the message will come again.
    pub async fn park(
        &self,
        message: &Message,
        queue: &str,
        reason: &str,
        behind: Option<String>,
        at: i64,
    ) -> Result<(), QueueError> {
        let letter = DeadLetter {
            queue: queue.to_owned(),
            message: message.clone(),
            reason: reason.to_owned(),
            behind,
            parked_at: at,
        };
        let result = self.journal.change(Change::Park(letter)).await;
        if result.is_ok()
            && let Some(lane) = self.lanes().get_mut(&message.subscription)
        {
            lane.park(message);
        }
        self.settle(message, result.is_ok(), at);
        result
    }

    /// Moves a dead letter back to its queue with its attempts forgotten, and with it those that were parked behind it;
    /// `false` if it isn't there (any more).
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn redrive(&self, subscription: &str, event_id: &str, now: i64) -> Result<bool, QueueError> {
        self.journal.redrive(subscription.to_owned(), event_id.to_owned(), now).await
    }

    /// Every dead letter, oldest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, QueueError> {
        self.journal.dead_letters().await
    }

    /// Published events of a tenant after `position`, at most `limit`, in order of publication.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn archive(
        &self,
        tenant: &str,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Archived>, QueueError> {
        self.journal.archive(tenant.to_owned(), position, limit).await
    }

    /// Events of all tenants published from `from` until `until` (milliseconds since 1970, the second excluded) after
    /// `position`, at most `limit`, in order of publication.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn archived_between(
        &self,
        from: i64,
        until: i64,
        position: i64,
        limit: u32,
    ) -> Result<Vec<Archived>, QueueError> {
        self.journal.archived_between((from, until), position, limit).await
    }

    /// Number of messages that ever lined up in this process: two equal readings say that none came in between.
    pub fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::SeqCst)
    }

    /// Number of messages that wait or are being handled.
    pub fn depth(&self) -> usize {
        self.lanes().values().map(Lane::len).sum()
    }

    /// Of each queue how many messages wait, and how many are being handled.
    pub fn depths(&self) -> Vec<(String, usize, usize)> {
        let lanes = self.lanes();
        let depths = lanes.iter().map(|(name, lane)| (name, lane.depth()));
        depths.map(|(name, (waiting, handled))| (name.clone(), waiting, handled)).collect()
    }

    /// Published events as a person looks for them, the newest first.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn search(&self, wanted: Wanted) -> Result<Vec<Archived>, QueueError> {
        self.journal.search(wanted).await
    }

    /// The tenants of the last events.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn tenants(&self) -> Result<Vec<String>, QueueError> {
        self.journal.tenants().await
    }

    /// Waits until everything handed over is on disk and the file is closed. Other clones must be gone.
    pub fn close(self) {
        self.journal.close();
    }

    fn settle(&self, message: &Message, finished: bool, now: i64) {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get_mut(&message.subscription) {
            if finished {
                lane.finish(message);
            } else {
                let mut again = message.clone();
                again.visible_at = now.saturating_add(PAUSE);
                lane.give_back(again);
            }
        }
        drop(lanes);
        self.bells.ring([&message.subscription]);
    }

    fn lanes(&self) -> MutexGuard<'_, BTreeMap<String, Lane>> {
        lock(&self.lanes)
    }
}

#[cfg(test)]
mod tests;
