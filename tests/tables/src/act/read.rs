//! Reads of the contract, with their arguments.

use std::ops::Bound;

use stipule_ir::table::{EntityId, FieldRef, IndexId, Key, Read, ReadKind};
use stipule_runtime::batch::{self, Terms};
use stipule_runtime::page;
use stipule_runtime::store::{Query, Sort};
use stipule_runtime::{Item, StoreFailure};

use super::item::Stored;
use super::key::sort_buf;
use super::{Actor, Mutant};
use crate::value::{Row, Value, row_of};
use crate::world::lasting;

/// A range of the first field that isn't bound.
pub type Range = (Bound<Value>, Bound<Value>);

/// A read with its arguments.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Place of the read among those of the table.
    pub read: usize,
    /// The values of the bound fields.
    pub bound: Row,
    /// Rows with the keys of a batch.
    pub keys: Vec<Row>,
    /// The range, for reads that take one.
    pub range: Option<Range>,
    /// Items per page.
    pub limit: u32,
}

/// What a read found: rows in their order, and what is none of the entities that it names.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Rows of the entities that the read names; of some fields only where only some are asked for.
    pub rows: Vec<(EntityId, Stored)>,
    /// The entity names of other items.
    pub foreign: Vec<String>,
}

impl Actor<'_> {
    /// Reads.
    ///
    /// # Errors
    /// [`StoreFailure`] from the store.
    pub async fn read(&self, tenant: &str, asked: &Asked) -> Result<Found, StoreFailure> {
        let read = &self.world.table().reads[asked.read];
        let cx = self.world.context(tenant);
        let items = match &read.kind {
            ReadKind::Get { entity, consistent } => {
                let key = self.primary_key(tenant, *entity, &asked.bound);
                page::one(&cx, key, *consistent).await?.into_iter().collect()
            }
            ReadKind::Batch { entity, max, consistent } => {
                let terms =
                    Terms { max: max.value as usize, consistent: *consistent, select: self.select(read) };
                let key = |row: &Row| self.primary_key(tenant, *entity, row);
                batch::read(&cx, terms, &asked.keys, key, |item| Ok(item.clone())).await?.complete()?
            }
            ReadKind::Partition(partition) => {
                let key = &self.world.entity(partition.of).key;
                let mut query =
                    Query::partition(self.partition_of(tenant, partition.of, key, &asked.bound, None));
                query.consistent = partition.consistent;
                query.select = self.select(read);
                query.sort = self.starting(partition.of, key, partition.prefix, &asked.bound);
                page::all(&cx, query).await?
            }
            ReadKind::Query(query) => self.query(tenant, read, query, asked).await?,
            ReadKind::Scan(scan) => self.scan(tenant, read, scan, asked).await?,
        };
        Ok(self.found(read, &items))
    }

    fn found(&self, read: &Read, items: &[Item]) -> Found {
        let named = read.entities();
        let mut found = Found::default();
        for item in items {
            let owner = named.iter().find(|id| self.world.entities[id.0 as usize].owns(item));
            match owner {
                Some(id) => found.rows.push((*id, selected(read, *id, self.stored(*id, item)))),
                None => {
                    let name = item.text(self.world.schema().type_attribute);
                    found.foreign.push(name.unwrap_or("nothing").to_owned());
                }
            }
        }
        found
    }

    /// The row of an item.
    pub fn stored(&self, id: EntityId, item: &Item) -> Stored {
        let version = item.get(stipule_runtime::entity::VERSION).and_then(stipule_runtime::Attr::as_unsigned);
        Stored { row: row_of(self.world, id, item), version: version.unwrap_or(0) }
    }

    /// The attributes that are asked for; none where an entity comes whole.
    pub(super) fn select(&self, read: &Read) -> Option<&'static [&'static str]> {
        let mut names: Vec<&'static str> = Vec::new();
        for id in read.entities() {
            for field in read.selected(id)? {
                names.push(lasting(&self.world.field(id, field.value).name.wire));
            }
            names.extend(self.world.entity(id).version.then_some(stipule_runtime::entity::VERSION));
        }
        names.sort_unstable();
        names.dedup();
        Some(lasting_list(names))
    }

    pub(super) fn partition_of(
        &self,
        tenant: &str,
        id: EntityId,
        key: &Key,
        bound: &Row,
        shard: Option<u32>,
    ) -> String {
        let value = |field: FieldRef| bound.get(&field).cloned();
        self.partition(tenant, &self.parts(id, &key.pk, &value, shard))
    }

    /// The sort keys that begin with so many segments.
    pub(super) fn starting(&self, id: EntityId, key: &Key, segments: usize, bound: &Row) -> Sort {
        let value = |field: FieldRef| bound.get(&field).cloned();
        let prefix = self.parts(id, &key.sk[..segments], &value, None);
        if self.mutant.is_none() {
            return Sort::prefix(&sort_buf(&prefix));
        }
        match self.sort(&prefix) {
            prefix if prefix.is_empty() || self.is(Mutant::NoPrefix) => Sort::All,
            prefix => Sort::Prefix(prefix),
        }
    }

    /// The key of an entity in an index, or its primary key.
    pub fn key_in(&self, id: EntityId, index: Option<IndexId>) -> &Key {
        let entity = self.world.entity(id);
        match index {
            None => &entity.key,
            Some(index) => {
                let found = entity.index_keys.iter().find(|found| found.index == index);
                &found.expect("lowering has found the entity in the index").key
            }
        }
    }
}

/// What a read gives of a row.
pub(crate) fn selected(read: &Read, id: EntityId, mut stored: Stored) -> Stored {
    if let Some(fields) = read.selected(id) {
        stored.row.retain(|field, _| fields.iter().any(|wanted| wanted.value == *field));
    }
    stored
}

/// A list of names as generated code has it; random tables have few different ones.
fn lasting_list(names: Vec<&'static str>) -> &'static [&'static str] {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    static LISTS: Mutex<BTreeSet<&'static [&'static str]>> = Mutex::new(BTreeSet::new());
    let mut lists = LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lists.get(names.as_slice()) {
        return known;
    }
    let list: &'static [&'static str] = names.leak();
    lists.insert(list);
    list
}
