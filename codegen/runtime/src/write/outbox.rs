//! Events of a write, before they have a number.

use stipule_wire::{Any, EventPayload};

use crate::context::Context;
use crate::event::{Aggregate, Envelope};
use crate::id;
use crate::mutant::Mutant;

/// An event that a write emits.
pub(super) struct Emitted {
    name: &'static str,
    source: &'static str,
    version: u32,
    pub(super) aggregate: Aggregate,
    ordering_key: String,
    data: Any,
}

impl Emitted {
    pub(super) fn new<P: EventPayload>(payload: &P, data: Any) -> Self {
        Self {
            name: P::NAME,
            source: P::SOURCE,
            version: P::VERSION,
            aggregate: Aggregate { name: P::AGGREGATE.to_owned(), id: payload.aggregate_id() },
            ordering_key: payload.ordering_key(),
            data,
        }
    }

    /// The event as it will travel: the `index`-th of its transaction, the `seq`-th of its aggregate.
    pub(super) fn envelope(&self, cx: &Context, seed: &[u8; 16], index: u16, seq: u64) -> Envelope {
        let trace = cx.trace();
        let random = Mutant::EventIdRandom.is_on().then(|| cx.ports().ids.random());
        let seed = random.as_ref().unwrap_or(seed);
        Envelope {
            id: id::of_event(seed, cx.id_time().as_ref(), index),
            name: self.name.to_owned(),
            source: self.source.to_owned(),
            version: self.version,
            time: cx.now(),
            tenant: cx.tenant().to_owned(),
            aggregate: self.aggregate.clone(),
            seq,
            ordering_key: self.ordering_key.clone(),
            correlation_id: trace.correlation_id.clone(),
            causation_id: trace.causation_id.clone(),
            trace_id: trace.trace_id.clone(),
            data: self.data.clone(),
        }
    }
}
