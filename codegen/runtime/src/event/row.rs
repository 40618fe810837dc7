//! Envelopes as rows of the outbox: written with the change they tell of, published afterwards.

use stipule_wire::{DateTime, Json, Limits};

use super::{Aggregate, BadEnvelope, Envelope};
use crate::item::{Attr, Item};
use crate::key::{KeyBuf, shard_of};
use crate::store::{PrimaryKey, TableSchema};

/// Value of the type attribute in rows of the outbox.
pub const OUTBOX_TYPE: &str = "Outbox";

/// Partition key of one shard of the outbox: `#OUTBOX#3#`. It starts with an empty segment, which no tenant is.
pub fn outbox_partition(shard: u32) -> String {
    KeyBuf::partition("").literal("OUTBOX").shard(shard).finish()
}

impl Envelope {
    /// Key of its row. `written` is when the writing transaction was put together, after the sequence number was
    /// read: rows of one aggregate sort by it as they do by number.
    pub fn outbox_key(&self, table: &TableSchema, written: &DateTime) -> PrimaryKey {
        let shard = shard_of(&self.ordering_key, table.outbox_shards);
        PrimaryKey::new(outbox_partition(shard), KeyBuf::new().date_time(written).uuid(&self.id).finish())
    }

    /// Its row in the outbox.
    pub fn to_item(&self, table: &TableSchema, written: &DateTime) -> Item {
        let mut item = self.outbox_key(table, written).to_item(table);
        item.insert(table.type_attribute, Attr::from(OUTBOX_TYPE));
        for (name, value) in [
            ("id", self.id.to_string()),
            ("name", self.name.clone()),
            ("source", self.source.clone()),
            ("time", self.time.to_string()),
            ("tenant", self.tenant.clone()),
            ("aggregate", self.aggregate.name.clone()),
            ("aggregate_id", self.aggregate.id.clone()),
            ("ordering_key", self.ordering_key.clone()),
            ("correlation_id", self.correlation_id.clone()),
            ("causation_id", self.causation_id.clone()),
            ("trace_id", self.trace_id.clone()),
            ("data", self.data.to_text()),
        ] {
            item.insert(name, Attr::S(value));
        }
        item.insert("version", Attr::unsigned(u64::from(self.version)));
        item.insert("seq", Attr::unsigned(self.seq));
        item
    }

    /// The envelope of a row that [`to_item`](Self::to_item) made.
    ///
    /// # Errors
    /// [`BadEnvelope`] for any other item.
    pub fn from_item(item: &Item) -> Result<Self, BadEnvelope> {
        let text = |name: &str| {
            item.text(name)
                .map(str::to_owned)
                .ok_or_else(|| BadEnvelope::new(format!("it has no text `{name}`")))
        };
        let number = |name: &str| {
            let value = item.get(name).and_then(Attr::as_unsigned);
            value.ok_or_else(|| BadEnvelope::new(format!("it has no number `{name}`")))
        };
        let data = text("data")?;
        Ok(Self {
            id: text("id")?.parse().map_err(BadEnvelope::new)?,
            name: text("name")?,
            source: text("source")?,
            version: u32::try_from(number("version")?).map_err(BadEnvelope::new)?,
            time: text("time")?.parse().map_err(BadEnvelope::new)?,
            tenant: text("tenant")?,
            aggregate: Aggregate { name: text("aggregate")?, id: text("aggregate_id")? },
            seq: number("seq")?,
            ordering_key: text("ordering_key")?,
            correlation_id: text("correlation_id")?,
            causation_id: text("causation_id")?,
            trace_id: text("trace_id")?,
            data: Json::parse(data.as_bytes(), Limits::default()).map_err(BadEnvelope::new)?.into_owned(),
        })
    }
}
