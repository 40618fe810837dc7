//! The platform's own rows in a transaction: the mark of its cause, locks, events and their numbers.

use std::collections::BTreeMap;

use stipule_ir::table::{Entity, Write, WriteKind};
use stipule_ir::{Event, EventId};
use stipule_runtime::event::{Aggregate, Envelope};
use stipule_runtime::store::TableSchema;
use stipule_wire::{Any, DateTime, Json, Uuid};

use super::{Effect, TRANSACTION, times};
use crate::key::TENANT;
use crate::sample::Samples;
use crate::unit::{Amount, Meter, Place, READ_BYTES, Step, Unit, WRITE_BYTES, units_of};

/// Bytes of the row that stands for a cause: keys with tenant, subscriber and event id, nonce, fingerprint, expiry.
/// Answers that are kept for a repeated call come on top; a handful of attributes fits into the same unit.
const MARK: f64 = 420.0;

/// Bytes of the row with the number of an aggregate's last event.
const NUMBER: f64 = 180.0;

/// Bytes of a lock beside the value that it stands for.
const LOCK: f64 = 160.0;

/// Names as in the platform's own rows; their lengths are what counts.
static ROWS: TableSchema = TableSchema {
    name: "",
    pk: "pk",
    sk: "sk",
    ttl: Some("expires_at"),
    type_attribute: "_t",
    indexes: &[],
    native: &[],
    outbox_shards: 16,
};

impl Meter<'_> {
    pub(super) fn locks(&self, entity: &Entity, effect: Effect<'_>, count: Amount, steps: &mut Vec<Step>) {
        for unique in &entity.unique {
            let rows = match effect {
                Effect::Whole => 1.0,
                // The lock of the value before and that of the value after.
                Effect::Fields(it) if it.fields().any(|field| unique.has(field)) => 2.0,
                Effect::Fields(..) => continue,
            };
            let bytes = Amount::fixed(LOCK);
            let items = count.map(|count| count * rows);
            steps.push(Step {
                what: format!("lock on {}", unique.name),
                entity: None,
                place: Place::Platform,
                unit: Unit::Write,
                items,
                bytes,
                units: units_of(bytes, WRITE_BYTES).map(|units| units * TRANSACTION).times(items),
            });
        }
    }

    /// Rows of events, the numbers of their aggregates, and the mark of the cause.
    pub(super) fn platform(&self, write: &Write, steps: &mut Vec<Step>) {
        let mut numbers: BTreeMap<&str, Amount> = BTreeMap::new();
        for operation in &write.operations {
            let WriteKind::Emit { event } = operation.kind else { continue };
            let count = times(operation.each.as_ref());
            let bytes = self.event_bytes(event);
            let event = self.contract.event(event);
            steps.push(Step {
                what: format!("event {}", event.name),
                entity: None,
                place: Place::Platform,
                unit: Unit::Write,
                items: count,
                bytes,
                units: units_of(bytes, WRITE_BYTES).map(|units| units * TRANSACTION).times(count),
            });
            // Events of one aggregate share its number. Lists may be about as many aggregates as they have elements.
            let rows = numbers.entry(&event.aggregate.wire).or_insert(Amount::NONE);
            *rows = Amount {
                typical: rows.typical.max(count.typical),
                most: rows.most.zip(count.most).map(|(one, two)| one.max(two)),
            };
        }
        for (aggregate, rows) in numbers {
            let bytes = Amount::fixed(NUMBER);
            let step = |what: String, unit: Unit, units: Amount| Step {
                what,
                entity: None,
                place: Place::Platform,
                unit,
                items: rows,
                bytes,
                units: units.times(rows),
            };
            let read = units_of(bytes, READ_BYTES);
            steps.push(step(format!("read number of {aggregate}"), Unit::Read, read));
            let raise = units_of(bytes, WRITE_BYTES).map(|units| units * TRANSACTION);
            steps.push(step(format!("raise number of {aggregate}"), Unit::Write, raise));
        }
        let bytes = Amount::fixed(MARK);
        steps.push(Step {
            what: "mark of the cause".to_owned(),
            entity: None,
            place: Place::Platform,
            unit: Unit::Write,
            items: Amount::fixed(1.0),
            bytes,
            units: units_of(bytes, WRITE_BYTES).map(|units| units * TRANSACTION),
        });
    }

    /// Write units that the partitions of the outbox take for a call: each event is put there, and touched again
    /// when it is published.
    pub fn outbox(&self, write: &Write) -> f64 {
        let units = write.operations.iter().map(|operation| {
            let WriteKind::Emit { event } = operation.kind else { return 0.0 };
            let bytes = self.event_bytes(event);
            let units = units_of(bytes, WRITE_BYTES).times(times(operation.each.as_ref()));
            units.typical * (TRANSACTION + 1.0)
        });
        units.sum()
    }

    /// Bytes of an event's row in the outbox: an envelope around the example payload.
    fn event_bytes(&self, event: EventId) -> Amount {
        let event = self.contract.event(event);
        let payload = Samples::new(&self.contract.types).of(event.payload).unwrap_or(Json::Null);
        let row = envelope(event, payload.clone()).to_item(&ROWS, &DateTime::UNIX_EPOCH);
        let typical = row.size_bytes() as f64;
        let around = typical - payload.to_text().len() as f64;
        // As text, a payload is written with quotes and commas, about a tenth more than its values take.
        let most = self.largest.value(event.payload).map(|bytes| around + bytes as f64 * 1.1);
        Amount { typical, most }
    }
}

/// The payload as it would lie in the outbox.
fn envelope(event: &Event, payload: Any) -> Envelope {
    let id = payload.get(&event.aggregate_id.value).and_then(Json::as_str).unwrap_or("1").to_owned();
    let ordering_key =
        payload.get(&event.ordering_key.value).and_then(Json::as_str).unwrap_or("1").to_owned();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    Envelope {
        id: Uuid::default(),
        name: event.name.wire.clone(),
        source: event.source.clone(),
        version: event.version,
        time: DateTime::UNIX_EPOCH,
        tenant: TENANT.to_owned(),
        aggregate: Aggregate { name: event.aggregate.wire.clone(), id },
        seq: 1,
        ordering_key,
        correlation_id: trace.to_owned(),
        causation_id: trace.to_owned(),
        trace_id: trace.to_owned(),
        data: payload,
    }
}
