//! From the outbox to the queues.
//!
//! Rows are read shard by shard, their messages committed to the queues, and only then are the rows deleted. A crash
//! in between publishes again: queues ignore what they still hold, and consumers have an inbox.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use stipule_runtime::App;
use stipule_runtime::event::{Envelope, outbox_partition};
use stipule_runtime::item::Item;
use stipule_runtime::mutant::Mutant;
use stipule_runtime::ports::Ports;
use stipule_runtime::seen::{self, Seen};
use stipule_runtime::store::{Action, PrimaryKey, Query, StoreError, TransactError, Transaction};
use stipule_runtime::subscription::Delivery;
use thiserror::Error;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use crate::bus::Bus;
use crate::functions::Failed;
use crate::happening::{Happening, Happenings};
use crate::queue::{Publication, QueueError, Queues};
use crate::remote::Remote;
use crate::workflow::queue_of;

/// Rows published in one commit; a transaction deletes at most 100.
const BATCH: u32 = 100;

/// Rows that nobody announced are found after this time: left over by a crash, or by a lost wake-up.
const SWEEP: Duration = Duration::from_secs(1);

/// Wait after a failure before the next try.
const PAUSE: Duration = Duration::from_millis(200);

/// Why events can't be published at the moment. They stay in the outbox.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The outbox can't be read.
    #[error("reading the outbox: {0}")]
    Read(#[from] StoreError),
    /// Published rows can't be removed.
    #[error("removing published rows: {0}")]
    Remove(#[from] TransactError),
    /// The queues can't take them.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The publisher's function failed.
    #[error("the publisher: {0}")]
    Function(#[from] Failed),
}

/// Moves events from the outbox to the queues of their subscribers.
pub(crate) struct Publisher {
    pub(crate) app: Arc<App>,
    bus: Bus,
    pub(crate) ports: Arc<Ports>,
    pub(crate) queues: Queues,
    pub(crate) happenings: Happenings,
    pub(crate) written: Arc<Notify>,
    /// Who publishes, where functions are processes of their own.
    remote: OnceLock<Arc<Remote>>,
    /// One round at a time: `settle` may ask for one while the loop is at it.
    round: Mutex<()>,
}

impl Publisher {
    pub(crate) fn new(
        app: Arc<App>,
        bus: Bus,
        ports: Arc<Ports>,
        queues: Queues,
        happenings: Happenings,
        written: Arc<Notify>,
    ) -> Self {
        Self { app, bus, ports, queues, happenings, written, remote: OnceLock::new(), round: Mutex::new(()) }
    }

    /// Has the publisher's function publish from now on.
    pub(crate) fn through(&self, remote: Arc<Remote>) {
        // A platform has one set of functions.
        let _ = self.remote.set(remote);
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.ports.clock.now().unix_millis()
    }

    /// Publishes until told to stop.
    pub(crate) async fn run(&self, stopping: CancellationToken) {
        while !stopping.is_cancelled() {
            let wait = match self.round().await {
                Ok(_) => SWEEP,
                Err(error) => {
                    tracing::warn!(%error, "publishing failed; the events stay in the outbox");
                    PAUSE
                }
            };
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                () = self.written.notified() => {}
                () = self.ports.clock.sleep(wait) => {}
            }
        }
    }

    /// Publishes everything that is in the outbox now; the number of events.
    ///
    /// # Errors
    /// At the first shard that fails; what was published before is published.
    pub(crate) async fn round(&self) -> Result<usize, PublishError> {
        let _alone = self.round.lock().await;
        let mut published = 0;
        for shard in 0..self.ports.table.outbox_shards {
            loop {
                let rows = self.rows(shard).await?;
                let complete = rows.len() < BATCH as usize;
                let moved = self.publish(rows).await?;
                published += moved;
                // Rows that can't be read stay; without this they would be read for ever.
                if complete || moved == 0 {
                    break;
                }
            }
        }
        Ok(published)
    }

    async fn rows(&self, shard: u32) -> Result<Vec<Item>, StoreError> {
        let query = Query { limit: Some(BATCH), ..Query::partition(outbox_partition(shard)) };
        Ok(self.ports.store.query(query).await?.items)
    }

    async fn publish(&self, rows: Vec<Item>) -> Result<usize, PublishError> {
        if let Some(remote) = self.remote.get().filter(|_| !rows.is_empty()) {
            // What it can't read it leaves where it is, and that isn't counted.
            let known = rows.iter().filter(|row| Envelope::from_item(row).is_ok()).count();
            remote.publish(&rows).await?;
            return Ok(known);
        }
        let mut keys = Vec::with_capacity(rows.len());
        let mut envelopes = Vec::with_capacity(rows.len());
        for row in &rows {
            match (PrimaryKey::of(row, self.ports.table), Envelope::from_item(row)) {
                (Some(key), Ok(envelope)) => {
                    keys.push(key);
                    envelopes.push(Arc::new(envelope));
                }
                // Left where it is, so that nothing is lost; said loudly, because nobody but a person can mend it.
                (_, Err(error)) => tracing::error!(%error, "a row of the outbox can't be read"),
                (None, Ok(_)) => tracing::error!("a row of the outbox has no key"),
            }
        }
        if keys.is_empty() {
            return Ok(0);
        }
        in_order(&mut envelopes);
        let publications = envelopes.iter().map(|envelope| self.publication(envelope)).collect();
        let actions = keys.into_iter().map(|key| Action::Delete { key, condition: None }).collect();
        let published = Transaction { actions };
        if Mutant::RemovedBeforePublished.is_on() {
            self.ports.store.transact(published).await?;
            self.queues.publish(publications).await?;
        } else {
            self.queues.publish(publications).await?;
            self.ports.store.transact(published).await?;
        }
        let moved = envelopes.len();
        for envelope in envelopes {
            seen::note(Seen::Event { event: &envelope.name, version: envelope.version });
            self.happenings.tell(Happening::Published(envelope));
        }
        Ok(moved)
    }

    /// An event on its way to its subscribers again, or to one of them.
    pub(crate) fn addressed(&self, envelope: &Envelope, to: Option<&str>) -> Publication {
        let mut publication = self.publication(envelope);
        publication.to.retain(|(subscription, _)| to.is_none_or(|to| to == subscription));
        publication
    }

    pub(crate) fn publication(&self, envelope: &Envelope) -> Publication {
        let subscribers = self.bus.routes(&self.app, envelope);
        let to = subscribers.into_iter().map(|subscription| {
            let key = match subscription.delivery {
                Delivery::Queue | Delivery::Direct | Delivery::FanOut { .. } => None,
                Delivery::OrderedQueue { .. } if Mutant::OrderIgnored.is_on() => None,
                Delivery::OrderedQueue { .. } => {
                    Some(format!("{}#{}", envelope.tenant, envelope.ordering_key))
                }
            };
            (subscription.name.to_owned(), key)
        });
        let started = self.app.sagas().iter().filter(|saga| saga.run_of(envelope).is_some());
        let to = to.chain(started.map(|saga| (queue_of(saga), None)));
        Publication {
            event_id: envelope.id.to_string(),
            tenant: envelope.tenant.clone(),
            published_at: self.queues.now(&*self.ports.clock),
            body: envelope.to_json().into(),
            to: to.collect(),
        }
    }
}

/// Puts events into the order in which they happened. Rows of one transaction share their time: their numbers say which came
/// first, and do so as well where the clock was set back in between.
fn in_order(envelopes: &mut [Arc<Envelope>]) {
    envelopes.sort_by(|a, b| (&a.ordering_key, a.seq).cmp(&(&b.ordering_key, b.seq)));
    let mut times = Vec::with_capacity(envelopes.len());
    for (at, envelope) in envelopes.iter().enumerate() {
        let before =
            at.checked_sub(1).filter(|before| envelopes[*before].ordering_key == envelope.ordering_key);
        let time = before.map_or(envelope.time, |before: usize| envelope.time.max(times[before]));
        times.push(time);
    }
    let mut order: Vec<usize> = (0..envelopes.len()).collect();
    order.sort_by_key(|at| (times[*at], *at));
    let ordered: Vec<_> = order.into_iter().map(|at| Arc::clone(&envelopes[at])).collect();
    envelopes.clone_from_slice(&ordered);
}
