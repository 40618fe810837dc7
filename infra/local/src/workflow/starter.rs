//! Starts sagas by events: each saga has a queue of its own, as a consumer has.

use std::sync::Arc;
use std::time::Duration;

use stipule_runtime::event::Envelope;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::{RunContext, Saga, Start, WorkflowError, Workflows};
use tokio_util::sync::CancellationToken;

use super::Runs;
use crate::queue::{Message, QueueError, Queues, next};
use crate::remote::Remote;

/// Longest sleep of an idle starter: arrivals wake it, this only bounds a lost wake-up.
const IDLE: Duration = Duration::from_secs(5);

/// Milliseconds before a start is tried again.
const PAUSE: i64 = 500;

/// Tries of a function to start a run. Source: `maxReceiveCount` of the queues of starts in `infra/stacks`.
const MOST_TRIES: u32 = 8;

/// Where events go that start nothing for reasons that no further try mends.
const DEAD_LETTERS: &str = "sagas-dead";

/// The queue of a saga's starts.
pub(crate) fn queue_of(saga: &Saga) -> String {
    format!("saga:{}", saga.name)
}

/// Starts the runs of one saga.
pub(crate) struct Starter {
    pub(crate) saga: Saga,
    pub(crate) ports: Arc<Ports>,
    pub(crate) queues: Queues,
    pub(crate) runs: Runs,
    /// Where functions are processes of their own.
    pub(crate) remote: Option<Arc<Remote>>,
}

impl Starter {
    /// Starts runs until told to stop.
    pub(crate) async fn run(self, stopping: CancellationToken) {
        let queue = queue_of(&self.saga);
        let bell = self.queues.bell(&queue);
        while !stopping.is_cancelled() {
            let arrival = next(&bell);
            if let Some(message) = self.queues.receive(&queue, self.now()) {
                if let Err(error) = self.begin(&message).await {
                    tracing::warn!(%error, saga = self.saga.name, "an event that starts it will come again");
                }
                continue;
            }
            let due = self.queues.next_due(&queue).map_or(IDLE, |due| {
                Duration::from_millis(u64::try_from(due - self.now()).unwrap_or(0)).min(IDLE)
            });
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                () = arrival => {}
                () = self.ports.clock.sleep(due) => {}
            }
        }
    }

    async fn begin(&self, message: &Message) -> Result<(), QueueError> {
        if let Some(remote) = &self.remote {
            return self.hand_over(remote, message).await;
        }
        let (queues, now) = (&self.queues, self.now());
        let envelope = match Envelope::from_json(message.body.as_bytes()) {
            Ok(envelope) => envelope,
            Err(error) => return queues.park(message, DEAD_LETTERS, &error.to_string(), None, now).await,
        };
        let Some(name) = self.saga.run_of(&envelope) else {
            return queues.park(message, DEAD_LETTERS, "the event doesn't name a run", None, now).await;
        };
        let context = RunContext::of_event(&envelope);
        let start = Start::new(self.saga.name, name, &context, self.saga.input_of(&envelope));
        match self.runs.start(start).await {
            Ok(_) => queues.done(message, now).await,
            Err(WorkflowError::Unavailable(reason)) => {
                tracing::warn!(reason, saga = self.saga.name, "a start is tried again");
                queues.retry(message, now.saturating_add(PAUSE)).await
            }
            Err(error) => queues.park(message, DEAD_LETTERS, &error.to_string(), None, now).await,
        }
    }

    /// Has the starter's function begin it. Why it didn't is in its log: after a few tries the event is parked.
    async fn hand_over(&self, remote: &Remote, message: &Message) -> Result<(), QueueError> {
        let Err(reason) = remote.start(&self.saga, message).await else {
            return self.queues.done(message, self.now()).await;
        };
        if message.attempts + 1 >= MOST_TRIES {
            return self.queues.park(message, DEAD_LETTERS, &reason, None, self.now()).await;
        }
        tracing::warn!(reason, saga = self.saga.name, "a start is tried again");
        self.queues.retry(message, self.now().saturating_add(PAUSE)).await
    }

    fn now(&self) -> i64 {
        self.queues.now(&*self.ports.clock)
    }
}
