//! Consumers of events.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::context::Context;
use crate::event::{Envelope, EventPayload, Received};
use crate::failure::{Failed, StoreFailure};

/// One consumer of one event, and how the event reaches it.
#[derive(Clone)]
pub struct Subscription {
    /// Unique: `loans.on-copy-returned`. Part of the key under which a handled event is remembered.
    pub name: &'static str,
    /// The service that consumes.
    pub service: &'static str,
    /// Name of the event.
    pub event: &'static str,
    /// Accepted versions of its payload, ascending.
    pub versions: &'static [u32],
    /// The EventBridge pattern that routes events to it, as JSON: about `source`, `detail-type` and `detail`, which is
    /// the [`Envelope`].
    pub rule: &'static str,
    /// How it arrives.
    pub delivery: Delivery,
    /// Tries before the dead letters, at least 1.
    pub max_attempts: u32,
    /// Wait before the second try; doubles each time.
    pub backoff: Duration,
    /// Longest wait between tries.
    pub max_backoff: Duration,
    /// Name of the dead-letter queue.
    pub dead_letters: &'static str,
    /// Events handled at once.
    pub concurrency: u32,
    /// Events per batch.
    pub batch: u32,
    /// What is done with it.
    pub handler: EventHandler,
}

impl Subscription {
    /// Whether the event is for this consumer.
    pub fn accepts(&self, envelope: &Envelope) -> bool {
        self.event == envelope.name && self.versions.contains(&envelope.version)
    }

    /// Wait after so many failed tries (from 1), without jitter.
    pub fn delay(&self, failed: u32) -> Duration {
        let doublings = failed.saturating_sub(1).min(31);
        self.backoff.saturating_mul(1 << doublings).min(self.max_backoff)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("name", &self.name)
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

/// How an event reaches its consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Through a queue, in any order.
    Queue,
    /// Through a queue, one at a time per ordering key.
    OrderedQueue {
        /// What becomes of the events behind one that was parked.
        gap: Gap,
    },
    /// Straight to the function.
    Direct,
    /// Through a topic that hands each event to every one of its subscribers' queues.
    FanOut {
        /// Name of the topic.
        topic: &'static str,
    },
}

/// What becomes of the events of an ordering key behind one that couldn't be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// They are parked behind it, and come back with it in their order.
    Park,
    /// They are handled without it.
    Skip,
}

/// What is done with an event; made by [`event_handler`].
pub type EventHandler =
    Arc<dyn Fn(Context, Envelope) -> BoxFuture<'static, Result<(), Failure>> + Send + Sync + 'static>;

/// A handler of one type of payload. An envelope that doesn't fit the type is parked: it won't fit next time.
pub fn event_handler<E, F, R>(handle: F) -> EventHandler
where
    E: EventPayload + Send + 'static,
    F: Fn(Context, Received<E>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Failure>> + Send + 'static,
{
    Arc::new(move |cx, envelope| match envelope.decode::<E>() {
        Ok(data) => Box::pin(handle(cx, Received { envelope, data })),
        Err(violations) => {
            let failure =
                Failure::park(format!("the payload doesn't fit version {}: {violations}", E::VERSION));
            Box::pin(async move { Err(failure) })
        }
    })
}

/// Why an event wasn't handled. What it says is kept with the dead letter and shown to operators: no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may go better next time.
    Retry(String),
    /// It never will: straight to the dead letters.
    Park(String),
    /// It was handled before and need not be again. [`App::deliver`](crate::App::deliver) makes a success of it.
    AlreadyHandled,
}

impl Failure {
    /// It may go better next time.
    pub fn retry(reason: impl fmt::Display) -> Self {
        Self::Retry(reason.to_string())
    }

    /// It never will.
    pub fn park(reason: impl fmt::Display) -> Self {
        Self::Park(reason.to_string())
    }

    /// Why.
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry(reason) | Self::Park(reason) => reason,
            Self::AlreadyHandled => "the event was handled before",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Failure {}

impl From<StoreFailure> for Failure {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::AlreadyHandled => Self::AlreadyHandled,
            StoreFailure::Busy | StoreFailure::Unavailable(_) => Self::retry(failure),
            StoreFailure::Corrupt { .. }
            | StoreFailure::AlreadyAnswered
            | StoreFailure::SecondWrite
            | StoreFailure::Unanswered
            | StoreFailure::BadCursor
            | StoreFailure::Invalid(_) => Self::park(failure),
        }
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Store(failure) => failure.into(),
            Failed::Unavailable(_) => Self::retry(failed),
            Failed::Internal(_) => Self::park(failed),
        }
    }
}
