//! Units of writes: what the file lists, what the platform adds, and what follows in the indexes.

mod platform;

use stipule_ir::table::{
    Batch, BatchKind, Changes, Each, Entity, EntityId, FieldRef, IndexKey, SegmentKind, Table, Write,
    WriteKind, WriteOperation,
};

use super::{Amount, Meter, Place, Step, Unit, Usage, WRITE_BYTES, units_of};
use crate::key::field_name;

/// Every item of a transaction is prepared and committed.
const TRANSACTION: f64 = 2.0;

/// What an operation does to an item, as far as indexes are concerned.
#[derive(Clone, Copy)]
enum Effect<'s> {
    /// The item is new, or gone.
    Whole,
    /// These fields change.
    Fields(&'s Changes),
}

impl Meter<'_> {
    /// What one call of a write uses.
    pub fn write(&self, write: &Write) -> Usage {
        let mut steps = Vec::new();
        for operation in &write.operations {
            self.operation(operation, &mut steps);
        }
        self.platform(write, &mut steps);
        Usage { steps }
    }

    /// What one call of a batch uses: no transaction, no rows of the platform.
    pub fn batch(&self, batch: &Batch) -> Usage {
        let most = f64::from(batch.max.value);
        let count = Amount { typical: batch.typical.unwrap_or(most).min(most), most: Some(most) };
        let entity = self.entity(batch.entity);
        let bytes = self.bytes_of(batch.entity);
        let mut steps = vec![Step {
            what: format!("{} {}", if batch.kind == BatchKind::Put { "put" } else { "delete" }, entity.name),
            entity: Some(batch.entity),
            place: Place::Table,
            unit: Unit::Write,
            items: count,
            bytes,
            units: units_of(bytes, WRITE_BYTES).times(count),
        }];
        for index in &entity.index_keys {
            self.index(batch.entity, index, Effect::Whole, count, &mut steps);
        }
        Usage { steps }
    }

    fn bytes_of(&self, id: EntityId) -> Amount {
        Amount {
            typical: self.examples.get(id).map_or(WRITE_BYTES, |it| it.item.size_bytes() as f64),
            most: self.largest.item(self.entity(id)).map(|bytes| bytes as f64),
        }
    }

    fn entity(&self, id: EntityId) -> &Entity {
        &self.table.entities[id.0 as usize]
    }

    fn operation(&self, operation: &WriteOperation, steps: &mut Vec<Step>) {
        let count = times(operation.each.as_ref());
        let (verb, effect) = match &operation.kind {
            WriteKind::Put { .. } => ("put", Some(Effect::Whole)),
            WriteKind::Delete { .. } => ("delete", Some(Effect::Whole)),
            WriteKind::Update { changes, .. } => ("update", Some(Effect::Fields(changes))),
            WriteKind::Upsert { changes, .. } => ("upsert", Some(Effect::Fields(changes))),
            WriteKind::Check { .. } => ("check", None),
            // The rows of events come with those of the platform.
            WriteKind::Emit { .. } => return,
        };
        let Some(id) = operation.kind.entity() else { return };
        let entity = self.entity(id);
        let bytes = self.bytes_of(id);
        let units = units_of(bytes, WRITE_BYTES).map(|units| units * TRANSACTION);
        steps.push(Step {
            what: format!("{verb} {}", entity.name),
            entity: Some(id),
            place: Place::Table,
            unit: Unit::Write,
            items: count,
            bytes,
            units: units.times(count),
        });
        let Some(effect) = effect else { return };
        self.locks(entity, effect, count, steps);
        for index in &entity.index_keys {
            self.index(id, index, effect, count, steps);
        }
    }

    /// What follows in an index.
    fn index(&self, id: EntityId, key: &IndexKey, effect: Effect<'_>, count: Amount, steps: &mut Vec<Step>) {
        let entity = self.entity(id);
        let index = &self.table.indexes[key.index.0 as usize];
        let example =
            self.examples.get(id).and_then(|it| it.index_keys.iter().find(|it| it.index == key.index));
        let present = example.is_none_or(|it| it.present);
        let writes = match effect {
            Effect::Whole => 1.0,
            Effect::Fields(changes) => self.index_writes(entity, key, changes),
        };
        if writes == 0.0 {
            return;
        }
        // Of a sparse index the example tells whether items typically are in it, unless the write decides that.
        let decides =
            matches!(effect, Effect::Fields(it) if key.when.iter().any(|when| it.touches(when.field)));
        let typical = if present || decides { writes } else { 0.0 };
        let writes = Amount { typical, most: Some(writes) };
        let bytes = Amount {
            typical: self.examples.get(id).map_or(WRITE_BYTES, |it| it.size_in(self.table, key.index) as f64),
            most: self.largest.in_index(entity, key.index).map(|bytes| bytes as f64),
        };
        let items = count.times(writes);
        steps.push(Step {
            what: format!("{} in {}", entity.name, index.name),
            entity: Some(id),
            place: Place::Index(key.index),
            unit: Unit::Write,
            items,
            bytes,
            units: units_of(bytes, WRITE_BYTES).times(items),
        });
    }

    /// How often an update writes to an index: twice when the key there changes (the old place, the new one), once when
    /// something else that it carries does, or when the item enters or leaves.
    fn index_writes(&self, entity: &Entity, key: &IndexKey, changes: &Changes) -> f64 {
        let in_key = |field: FieldRef| {
            key.key.pk.iter().chain(&key.key.sk).any(|part| match part.kind {
                SegmentKind::Field { field: part, .. } | SegmentKind::Shard { field: part, .. } => {
                    part == field
                }
                SegmentKind::Literal(_) => false,
            })
        };
        // Only an index over fields can be over a counter.
        if changes.fields().chain(changes.add.iter().map(|add| add.field)).any(in_key) {
            return 2.0;
        }
        if key.when.iter().any(|when| changes.touches(when.field)) {
            return 1.0;
        }
        let fields = changes.fields().chain(changes.add.iter().map(|add| add.field));
        let mut changed: Vec<&str> = fields.map(|field| field_name(self.contract, entity, field)).collect();
        changed.extend(entity.version.then_some(Table::VERSION));
        let carried = match self.table.carried(key.index) {
            None => true,
            Some(names) => changed.iter().any(|changed| names.contains(changed)),
        };
        if carried { 1.0 } else { 0.0 }
    }
}

/// How often an operation is done per call.
fn times(each: Option<&Each>) -> Amount {
    match each {
        None => Amount::fixed(1.0),
        Some(each) => {
            let most = f64::from(each.max.value);
            Amount { typical: each.typical.unwrap_or(1.0).min(most), most: Some(most) }
        }
    }
}
