//! Units of reads.

use stipule_ir::table::{EntityId, IndexId, Partition, Query, Read, ReadKind, Scan, SegmentKind};

use super::{Amount, Meter, Place, READ_BYTES, Step, Unit, Usage, units_of};

/// Share of a unit that a read takes which may miss the latest writes.
const EVENTUAL: f64 = 0.5;

impl Meter<'_> {
    /// What one call of a read uses.
    ///
    /// A projection changes nothing: what is read is billed, not what is sent.
    pub fn read(&self, read: &Read) -> Usage {
        let step = match &read.kind {
            ReadKind::Get { entity, consistent } => self.get(*entity, *consistent),
            ReadKind::Batch { entity, max, consistent } => {
                let most = f64::from(max.value);
                self.by_keys(*entity, read.typical.unwrap_or(most).min(most), most, *consistent)
            }
            ReadKind::Partition(partition) => self.partition(read, partition),
            ReadKind::Query(query) => self.query(read, query),
            ReadKind::Scan(scan) => self.scan(read, scan),
        };
        Usage { steps: vec![step] }
    }

    fn name(&self, entity: EntityId) -> &str {
        &self.table.entities[entity.0 as usize].name.wire
    }

    fn names(&self, entities: impl IntoIterator<Item = EntityId>) -> String {
        let names: Vec<&str> = entities.into_iter().map(|id| self.name(id)).collect();
        names.join(", ")
    }

    /// Bytes of an item where it is read.
    fn bytes(&self, id: EntityId, index: Option<IndexId>) -> Amount {
        let entity = &self.table.entities[id.0 as usize];
        let example = self.examples.get(id);
        let typical = example.map(|example| match index {
            None => example.item.size_bytes(),
            Some(index) => example.size_in(self.table, index),
        });
        let most = match index {
            None => self.largest.item(entity),
            Some(index) => self.largest.in_index(entity, index),
        };
        Amount {
            typical: typical.map_or(READ_BYTES, |bytes| bytes as f64),
            most: most.map(|bytes| bytes as f64),
        }
    }

    /// Bytes of an item of any of these entities: the mean of their examples, and the largest there may be.
    fn bytes_of_any(&self, entities: &[EntityId], index: Option<IndexId>) -> Amount {
        let all: Vec<Amount> = entities.iter().map(|id| self.bytes(*id, index)).collect();
        let sum = all.iter().fold(0.0, |sum, bytes| sum + bytes.typical);
        let most = all.iter().try_fold(0.0_f64, |most, bytes| Some(most.max(bytes.most?)));
        Amount { typical: sum / (all.len().max(1) as f64), most }
    }

    fn get(&self, entity: EntityId, consistent: bool) -> Step {
        let bytes = self.bytes(entity, None);
        Step {
            what: format!("get {}", self.name(entity)),
            entity: Some(entity),
            place: Place::Table,
            unit: Unit::Read,
            items: Amount::fixed(1.0),
            bytes,
            units: units_of(bytes, READ_BYTES).map(|units| units * share(consistent)),
        }
    }

    /// Each item is billed for itself.
    fn by_keys(&self, entity: EntityId, typical: f64, most: f64, consistent: bool) -> Step {
        let items = Amount { typical, most: Some(most) };
        let one = self.get(entity, consistent);
        let what = format!("batch of {}", self.name(entity));
        Step { what, items, units: one.units.times(items), ..one }
    }

    /// A head and its collections, read as one.
    fn partition(&self, read: &Read, partition: &Partition) -> Step {
        let head = partition.one.map(|one| self.bytes(one, None));
        let heads = if head.is_some() { 1.0 } else { 0.0 };
        let beside = self.bytes_of_any(&partition.many, None);
        let most_beside = partition.many.iter().try_fold(0.0, |total, id| {
            Some(total + self.table.entities[id.0 as usize].max_per_pk.as_ref()?.value as f64)
        });
        let typical = read.typical.unwrap_or(heads + partition.many.len() as f64);
        let items = Amount { typical, most: most_beside.map(|most| heads + most) };
        let rest = beside.times(Amount { typical: (typical - heads).max(0.0), most: most_beside });
        let total = head.unwrap_or(Amount::NONE).plus(rest);
        Step {
            what: format!("partition of {}", self.names(read.entities())),
            entity: Some(partition.of),
            place: Place::Table,
            unit: Unit::Read,
            items,
            bytes: each(total, items),
            units: units_of(total, READ_BYTES).map(|units| units * share(partition.consistent)),
        }
    }

    fn query(&self, read: &Read, query: &Query) -> Step {
        let first = query.of.first().copied();
        let shards = match first {
            Some(first) if query.fan_out => f64::from(self.shards(query.index, first)),
            _ => 1.0,
        };
        let page = f64::from(query.page);
        let items =
            Amount { typical: read.typical.unwrap_or(page).min(page), most: Some(f64::from(query.max_page)) };
        let bytes = self.bytes_of_any(&query.of, query.index);
        // Every shard is asked for a whole page, since nobody knows beforehand in which the first rows are; typically
        // each holds its part of what is found.
        let found = Amount { typical: items.typical / shards, most: items.most };
        let per_shard =
            units_of(bytes.times(found), READ_BYTES).map(|units| units * share(query.consistent.value));
        let times = if query.fan_out { format!(", {shards} shards") } else { String::new() };
        Step {
            what: format!("page of {}{times}", self.names(query.of.iter().copied())),
            entity: first,
            place: query.index.map_or(Place::Table, Place::Index),
            unit: Unit::Read,
            items,
            bytes,
            units: per_shard.map(|units| units * shards),
        }
    }

    /// A page of everything. Items of other entities are read and billed too; how many nobody can say from the file.
    fn scan(&self, read: &Read, scan: &Scan) -> Step {
        let page = f64::from(scan.page);
        let items = Amount { typical: read.typical.unwrap_or(page).min(page), most: None };
        let bytes = self.bytes(scan.entity, scan.index);
        let units =
            units_of(bytes.times(items), READ_BYTES).map(|units| units * share(scan.consistent.value));
        Step {
            what: format!("scan for {}", self.name(scan.entity)),
            entity: None,
            place: scan.index.map_or(Place::Table, Place::Index),
            unit: Unit::Read,
            items,
            bytes,
            units,
        }
    }

    fn shards(&self, index: Option<IndexId>, of: EntityId) -> u32 {
        let entity = &self.table.entities[of.0 as usize];
        let key = match index {
            None => Some(&entity.key),
            Some(index) => entity.index_keys.iter().find(|it| it.index == index).map(|it| &it.key),
        };
        let parts = key.map_or(&[][..], |key| &key.pk);
        let shards = parts.iter().filter_map(|part| match part.kind {
            SegmentKind::Shard { shards, .. } => Some(shards),
            _ => None,
        });
        shards.fold(1, u32::saturating_mul)
    }
}

fn share(consistent: bool) -> f64 {
    if consistent { 1.0 } else { EVENTUAL }
}

fn each(total: Amount, items: Amount) -> Amount {
    Amount {
        typical: total.typical / items.typical.max(1.0),
        most: total.most.zip(items.most).map(|(total, items)| total / items.max(1.0)),
    }
}
