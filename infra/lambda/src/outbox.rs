//! From the outbox to the bus and to ordered queues, by the stream or by a look at what was left behind. Rows are removed
//! after their events were taken: a crash in between sends them again, and consumers have an inbox.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use stipule_runtime::App;
use stipule_runtime::event::{Envelope, outbox_partition};
use stipule_runtime::item::Item;
use stipule_runtime::ports::Ports;
use stipule_runtime::store::{BatchAction, PrimaryKey, Query};
use stipule_runtime::subscription::Delivery;
use thiserror::Error;

use crate::function::Fault;
use crate::{names, record};

/// Most rows that a look at what was left behind takes.
const LOOKED_AT: u32 = 100;

/// Times that rows are removed again which the table left for later.
const LATER: usize = 3;

/// Younger rows are the publisher's.
const LEFT_BEHIND: Duration = Duration::from_secs(60);

/// An event for the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who emitted it.
    pub source: String,
    /// Its name.
    pub name: String,
    /// The envelope as JSON.
    pub detail: String,
}

/// An event for an ordered queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// The name of the queue behind those of the platform and its stage: `loans-on-copy-returned.fifo`.
    pub queue: String,
    /// One at a time of each.
    pub group: String,
    /// What makes the same one the same.
    pub id: String,
    /// As the bus would deliver it.
    pub body: String,
}

/// Where events go.
pub trait Bus: Send + Sync {
    /// Takes events; an error when it didn't take all of them: then all come again.
    fn put(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), BusError>>;

    /// Takes an event into an ordered queue.
    fn send(&self, message: Ordered) -> BoxFuture<'_, Result<(), BusError>>;
}

/// Events weren't taken; it may go better next time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("events weren't taken: {0}")]
pub struct BusError(pub String);

/// Sends the events that records of the stream tell of.
///
/// # Errors
/// [`Fault`] when they weren't all taken: the stream comes again with them.
pub(crate) async fn publish(
    bus: &dyn Bus,
    app: &App,
    platform: &str,
    ports: &Ports,
    event: &[u8],
) -> Result<Vec<u8>, Fault> {
    let rows = record::items(event)?;
    send(bus, app, platform, ports, rows).await?;
    Ok(br#"{"batchItemFailures":[]}"#.to_vec())
}

/// Sends the events of rows that are still there though the publisher should have removed them.
///
/// # Errors
/// [`Fault`] at the first shard that fails; the next look goes on with it.
pub(crate) async fn sweep(bus: &dyn Bus, app: &App, platform: &str, ports: &Ports) -> Result<Vec<u8>, Fault> {
    let now = ports.clock.now();
    let mut sent = 0;
    for shard in 0..ports.table.outbox_shards {
        let query = Query { limit: Some(LOOKED_AT), ..Query::partition(outbox_partition(shard)) };
        let page = ports.store.query(query).await.map_err(|error| Fault::new("Outbox.Unread", error))?;
        let left = page.items.into_iter().filter(|row| {
            let time = Envelope::from_item(row).ok().and_then(|envelope| now.since(envelope.time));
            time.is_some_and(|age| age >= LEFT_BEHIND)
        });
        sent += send(bus, app, platform, ports, left.collect()).await?;
    }
    Ok(serde_json::json!({ "sent": sent }).to_string().into_bytes())
}

async fn send(
    bus: &dyn Bus,
    app: &App,
    platform: &str,
    ports: &Ports,
    rows: Vec<Item>,
) -> Result<usize, Fault> {
    let mut known = Vec::with_capacity(rows.len());
    for row in &rows {
        match (PrimaryKey::of(row, ports.table), Envelope::from_item(row)) {
            (Some(key), Ok(envelope)) => known.push((key, Arc::new(envelope))),
            // Left where it is, so that nothing is lost; said loudly, because nobody but a person can mend it.
            (_, Err(error)) => tracing::error!(%error, "a row of the outbox can't be read"),
            (None, Ok(_)) => tracing::error!("a row of the outbox has no key"),
        }
    }
    // Rows of one transaction share their time: their numbers say which came first.
    known.sort_by(|(_, a), (_, b)| (a.time, &a.ordering_key, a.seq).cmp(&(b.time, &b.ordering_key, b.seq)));
    let not_taken = |error: BusError| Fault::new("Bus.NotTaken", error);
    for (_, envelope) in &known {
        for message in ordered(app, platform, envelope) {
            bus.send(message).await.map_err(not_taken)?;
        }
    }
    let entries = known.iter().map(|(_, envelope)| Entry {
        source: envelope.source.clone(),
        name: envelope.name.clone(),
        detail: envelope.to_json(),
    });
    if !known.is_empty() {
        bus.put(entries.collect()).await.map_err(not_taken)?;
    }
    let keys: Vec<PrimaryKey> = known.iter().map(|(key, _)| key.clone()).collect();
    for keys in keys.chunks(BatchAction::MOST) {
        remove(ports, keys).await?;
    }
    Ok(known.len())
}

/// Removes rows, each for itself: in a transaction they would cost twice as much, and one that stays is only sent again.
async fn remove(ports: &Ports, keys: &[PrimaryKey]) -> Result<(), Fault> {
    let mut left: Vec<BatchAction> = keys.iter().cloned().map(BatchAction::Delete).collect();
    for _ in 0..=LATER {
        let removed = ports.store.batch_write(left).await;
        left = removed.map_err(|error| Fault::new("Outbox.NotCleared", error))?;
        if left.is_empty() {
            return Ok(());
        }
    }
    Err(Fault::new("Outbox.NotCleared", format_args!("{} rows are left for later", left.len())))
}

/// The ordered queues that an event goes to: no rule of the bus could give it the group of its key.
fn ordered<'a>(
    app: &'a App,
    platform: &'a str,
    envelope: &'a Envelope,
) -> impl Iterator<Item = Ordered> + 'a {
    let queues = app.subscriptions().iter().filter(|it| matches!(it.delivery, Delivery::OrderedQueue { .. }));
    queues.filter(|it| names::matches(it, envelope)).map(move |subscription| Ordered {
        queue: format!("{}{}", names::queue_of(platform, subscription.name), names::ORDERED),
        group: names::group(&envelope.tenant, &envelope.ordering_key),
        id: envelope.id.to_string(),
        body: names::on_bus(envelope),
    })
}
