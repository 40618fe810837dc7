//! From the queues to the handlers.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stipule_runtime::App;
use stipule_runtime::event::Envelope;
use stipule_runtime::mutant::Mutant;
use stipule_runtime::ports::Ports;
use stipule_runtime::subscription::{Delivery, Failure, Gap, Subscription};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::chaos::Storm;
use crate::happening::{Happening, Happenings, Outcome, UNDER, Under};
use crate::queue::{Message, Queues, next};
use crate::remote::Remote;

/// Longest sleep of an idle consumer: arrivals wake it, this only bounds a lost wake-up.
const IDLE: Duration = Duration::from_secs(5);

/// Hands the messages of one subscription to its handler.
#[derive(Clone)]
pub(crate) struct Consumer {
    pub(crate) app: Arc<App>,
    pub(crate) subscription: Subscription,
    pub(crate) ports: Arc<Ports>,
    pub(crate) queues: Queues,
    pub(crate) happenings: Happenings,
    pub(crate) storm: Arc<Storm>,
    /// Where functions are processes of their own.
    pub(crate) remote: Option<Arc<Remote>>,
}

impl Consumer {
    /// Handles messages until told to stop, then finishes what it has begun.
    pub(crate) async fn run(self, stopping: CancellationToken) {
        let places = Arc::new(Semaphore::new(self.subscription.concurrency.max(1) as usize));
        let bell = self.queues.bell(self.subscription.name);
        let mut begun = JoinSet::new();
        loop {
            let arrival = next(&bell);
            let place = tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                place = Arc::clone(&places).acquire_owned() => place,
            };
            // The semaphore is never closed; if it were, there would be nobody left to handle anything.
            let Ok(place) = place else { break };
            while begun.try_join_next().is_some() {}
            let batch = self.batch();
            if !batch.is_empty() {
                let consumer = self.clone();
                begun.spawn(async move {
                    consumer.handle_all(batch).await;
                    drop(place);
                });
                continue;
            }
            drop(place);
            tokio::select! {
                biased;
                () = stopping.cancelled() => break,
                () = arrival => {}
                () = self.ports.clock.sleep(self.until_due()) => {}
            }
        }
        while begun.join_next().await.is_some() {}
    }

    /// What is due now, as much as goes into one batch.
    fn batch(&self) -> Vec<Message> {
        let now = self.now();
        let due = || self.queues.receive(self.subscription.name, now);
        std::iter::from_fn(due).take(self.subscription.batch.max(1) as usize).collect()
    }

    fn now(&self) -> i64 {
        self.queues.now(&*self.ports.clock)
    }

    fn until_due(&self) -> Duration {
        let due = self.queues.next_due(self.subscription.name);
        due.map_or(IDLE, |due| Duration::from_millis(u64::try_from(due - self.now()).unwrap_or(0))).min(IDLE)
    }

    /// Handles a batch: one after the other, each with an outcome of its own, or all in one call of a function.
    async fn handle_all(&self, batch: Vec<Message>) {
        let Some(remote) = &self.remote else {
            for message in batch {
                let began = Instant::now();
                if Mutant::RemovedBeforeHandled.is_on() {
                    self.finish(&message, Outcome::Done).await;
                }
                let Some(envelope) = self.readable(&message, began).await else { continue };
                let handled = UNDER.scope(self.under(&envelope), self.deliver(&envelope)).await;
                self.settle(&message, envelope, handled, began).await;
            }
            return;
        };
        let began = Instant::now();
        let mut ready = Vec::with_capacity(batch.len());
        for message in batch {
            if let Some(envelope) = self.readable(&message, began).await {
                ready.push((message, envelope));
            }
        }
        let Some((_, first)) = ready.first() else { return };
        // A batch is one call: what it writes is told as of its first event.
        let handled = UNDER.scope(self.under(first), self.hand_over(remote, &ready)).await;
        for ((message, envelope), handled) in ready.into_iter().zip(handled) {
            self.settle(&message, envelope, handled, began).await;
        }
    }

    /// Has a function handle a batch; once more where the weather has it so.
    async fn hand_over(
        &self,
        remote: &Remote,
        batch: &[(Message, Arc<Envelope>)],
    ) -> Vec<Result<(), Failure>> {
        let batch: Vec<_> = batch.iter().map(|(message, envelope)| (message, &**envelope)).collect();
        let once = || remote.deliver(&self.subscription, &batch);
        let killed = || batch.iter().map(|_| Err(Failure::retry("the function was killed"))).collect();
        let handled = self.storm.invoke(pin!(once())).await.unwrap_or_else(killed);
        if handled.iter().all(Result::is_ok) && self.storm.repeats() { once().await } else { handled }
    }

    /// The event of a message that is to be handled; none of one that was given up.
    async fn readable(&self, message: &Message, began: Instant) -> Option<Arc<Envelope>> {
        let envelope = match Envelope::from_json(message.body.as_bytes()) {
            Ok(envelope) => Arc::new(envelope),
            Err(error) => {
                self.give_up(message, &format!("the message can't be read: {error}"), None).await;
                return None;
            }
        };
        let Some(first) = self.blocked_by(message) else { return Some(envelope) };
        let reason = format!("it stands behind {first}, which is in the dead letters");
        let outcome = self.give_up(message, &reason, Some(first)).await;
        self.tell(envelope, outcome, began.elapsed());
        None
    }

    fn under(&self, envelope: &Envelope) -> Under {
        Under {
            correlation_id: envelope.correlation_id.clone(),
            tenant: envelope.tenant.clone(),
            cause: format!("event/{}/{}", envelope.id, self.subscription.name),
        }
    }

    async fn settle(
        &self,
        message: &Message,
        envelope: Arc<Envelope>,
        handled: Result<(), Failure>,
        began: Instant,
    ) {
        let outcome = match handled {
            Ok(()) => self.finish(message, Outcome::Done).await,
            Err(Failure::AlreadyHandled) => self.finish(message, Outcome::Repeated).await,
            Err(Failure::Park(reason)) => self.give_up(message, &reason, None).await,
            Err(Failure::Retry(reason)) if message.attempts + 1 >= self.subscription.max_attempts => {
                let reason = format!("{reason} (after {} tries)", message.attempts + 1);
                self.give_up(message, &reason, None).await
            }
            Err(Failure::Retry(reason)) => self.try_again(message, reason).await,
        };
        self.tell(envelope, outcome, began.elapsed());
    }

    /// Hands an event to its handler; once more where the weather has it so.
    async fn deliver(&self, envelope: &Envelope) -> Result<(), Failure> {
        let once = || self.app.deliver(envelope.clone(), &self.subscription, &self.ports);
        let delivered = self.storm.invoke(pin!(once())).await;
        let delivered = delivered.unwrap_or_else(|| Err(Failure::retry("the function was killed")));
        if delivered.is_ok() && self.storm.repeats() { once().await } else { delivered }
    }

    fn tell(&self, event: Arc<Envelope>, outcome: Outcome, took: Duration) {
        let subscription = self.subscription.name;
        self.happenings.tell(Happening::Handled { event, subscription, outcome, took });
    }

    /// The event that a message must wait for where an ordered queue keeps no gap.
    fn blocked_by(&self, message: &Message) -> Option<String> {
        match self.subscription.delivery {
            Delivery::OrderedQueue { gap: Gap::Park } if !Mutant::GapIgnored.is_on() => {
                self.queues.parked_before(message)
            }
            _ => None,
        }
    }

    async fn finish(&self, message: &Message, outcome: Outcome) -> Outcome {
        if let Err(error) = self.queues.done(message, self.now()).await {
            tracing::warn!(%error, subscription = self.subscription.name, "a handled message will come again");
        }
        outcome
    }

    async fn try_again(&self, message: &Message, reason: String) -> Outcome {
        let delay = self.subscription.delay(message.attempts + 1);
        let at = self.now().saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX));
        tracing::info!(
            subscription = self.subscription.name,
            event = message.event_id,
            reason,
            "will be tried again"
        );
        if Mutant::RetryForgotten.is_on() {
            return self.finish(message, Outcome::Retried { reason }).await;
        }
        if let Err(error) = self.queues.retry(message, at).await {
            tracing::warn!(%error, subscription = self.subscription.name, "a retry isn't on disk");
        }
        Outcome::Retried { reason }
    }

    async fn give_up(&self, message: &Message, reason: &str, behind: Option<String>) -> Outcome {
        tracing::warn!(subscription = self.subscription.name, event = message.event_id, reason, "parked");
        if Mutant::DeadLetterDropped.is_on() {
            return self.finish(message, Outcome::Parked { reason: reason.to_owned() }).await;
        }
        let queue = self.subscription.dead_letters;
        if let Err(error) = self.queues.park(message, queue, reason, behind, self.now()).await {
            tracing::error!(%error, subscription = self.subscription.name, "parking failed; it will come again");
        }
        Outcome::Parked { reason: reason.to_owned() }
    }
}
