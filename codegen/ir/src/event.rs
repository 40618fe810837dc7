//! Events and who consumes them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::name::Name;
use crate::span::{Span, Spanned};
use crate::types::{Docs, TypeId};

/// An event among those of the [`Contract`](crate::Contract): one name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u32);

/// One version of an event: a file of `contracts/events`.
#[derive(Clone, Debug)]
pub struct Event {
    /// `Order.Placed`: the detail-type.
    pub name: Name,
    /// EventBridge source: `commerce.orders`.
    pub source: String,
    /// Schema version, from 1.
    pub version: u32,
    /// Name of the aggregate that it is about: `Order`.
    pub aggregate: Name,
    /// Wire name of the payload field with the aggregate's id.
    pub aggregate_id: Spanned<String>,
    /// Wire name of the payload field that orders delivery; the aggregate's id unless said otherwise.
    pub ordering_key: Spanned<String>,
    /// The payload, a struct.
    pub payload: TypeId,
    /// How long the archive keeps it.
    pub retention: Duration,
    /// Whether somebody outside of this repository consumes it.
    pub outside: bool,
    /// Why it carries personal data, if it does. No erasure reaches that once the event is archived.
    pub personal: Option<Spanned<String>>,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// One consumer of one event: an entry of `contracts/events/subscriptions.yaml`.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Unique: `orders.on-inventory-reserved`; derived from service and event.
    pub name: Name,
    /// The consuming service.
    pub service: Spanned<String>,
    /// The newest accepted version of the event: what the handler receives.
    pub event: EventId,
    /// All accepted versions, ascending.
    pub versions: Vec<u32>,
    /// The EventBridge pattern that routes events to it, compact JSON: source, name and accepted versions of the event,
    /// and what `pattern` adds.
    pub rule: String,
    /// The pattern over the content, if it takes some events only.
    pub pattern: Option<EventPattern>,
    /// How it arrives.
    pub delivery: Delivery,
    /// What becomes of the events behind one that was parked, in an ordered queue.
    pub gap: Gap,
    /// The topic that a fan-out goes through, and only that.
    pub topic: Option<Spanned<String>>,
    /// Tries before the dead-letter queue.
    pub max_attempts: u32,
    /// Wait before the second try; doubles each time.
    pub backoff: Duration,
    /// Longest wait between tries.
    pub max_backoff: Duration,
    /// Name of the dead-letter queue.
    pub dead_letters: Spanned<String>,
    /// Events handled at once.
    pub concurrency: u32,
    /// Events per batch.
    pub batch: u32,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// An EventBridge pattern as a person wrote it. On the bus, `detail` is the event's envelope, with the payload in `data`.
#[derive(Clone, Debug)]
pub struct EventPattern {
    /// Compact JSON with the keys in the order of the contract; compiles.
    pub json: String,
    /// Where each value of it was written, by JSON pointer.
    pub places: BTreeMap<String, Span>,
    /// Where it was written.
    pub span: Span,
}

/// What becomes of the events of an ordering key behind one that couldn't be handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// They are parked behind it, and come back with it in their order.
    Park,
    /// They are handled without it.
    Skip,
}

/// How an event reaches its consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Through a queue, in any order.
    Queue,
    /// Through a queue, one at a time per ordering key.
    OrderedQueue,
    /// Straight to the function, without a queue of ours: the service keeps it, and tries it up to three times.
    Direct,
    /// Through a topic that hands each event to every one of its subscribers' queues: one rule of the bus for many.
    FanOut,
}
