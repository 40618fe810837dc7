//! Reads of the contract, with their arguments.

use std::ops::Bound;

use stipule_ir::table::{EntityId, FieldRef, IndexId, Key, Read, ReadKind, SegmentKind};
use stipule_runtime::page::{self, PageRequest};
use stipule_runtime::store::{Query, Sort};
use stipule_runtime::{Item, StoreFailure};

use super::item::Stored;
use super::key::{Part, one_segment, sort_buf};
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
    /// The values of the bound fields; of a partition, those of its key.
    pub bound: Row,
    /// The range, for reads that take one.
    pub range: Option<Range>,
    /// Items per page.
    pub limit: u32,
}

/// What a read found: rows in their order, and what is none of the entities that it names.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Rows of the entities that the read names.
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
            ReadKind::Partition { one, .. } => {
                let key = &self.world.entity(*one).key;
                let pk = self.partition_of(tenant, *one, key, &asked.bound, None);
                page::all(&cx, Query::partition(pk)).await?
            }
            ReadKind::Query { .. } => self.query(tenant, read, asked).await?,
        };
        Ok(self.found(&named(read), &items))
    }

    fn found(&self, named: &[EntityId], items: &[Item]) -> Found {
        let mut found = Found::default();
        for item in items {
            let owner = named.iter().find(|id| self.world.entities[id.0 as usize].owns(item));
            match owner {
                Some(id) => found.rows.push((*id, self.stored(*id, item))),
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

    fn partition_of(&self, tenant: &str, id: EntityId, key: &Key, bound: &Row, shard: Option<u32>) -> String {
        let value = |field: FieldRef| bound.get(&field).cloned();
        self.partition(tenant, &self.parts(id, &key.pk, &value, shard))
    }

    async fn query(&self, tenant: &str, read: &Read, asked: &Asked) -> Result<Vec<Item>, StoreFailure> {
        let ReadKind::Query { index, of, bind, range, descending, page, fan_out } = &read.kind else {
            return Ok(Vec::new());
        };
        let key = self.key_in(*of, *index);
        let fixed = key.sk.iter().take_while(|segment| match segment.kind {
            SegmentKind::Literal(_) => true,
            SegmentKind::Field { field, .. } => bind.contains(&field),
            SegmentKind::Shard { .. } => false,
        });
        let fixed = fixed.count();
        let value = |field: FieldRef| asked.bound.get(&field).cloned();
        let prefix = self.parts(*of, &key.sk[..fixed], &value, None);
        let range = asked.range.as_ref().filter(|_| range.is_some());
        let codec = key.sk.get(fixed).and_then(|segment| match segment.kind {
            SegmentKind::Field { field, codec } => Some((field, codec)),
            _ => None,
        });
        let sort = match range.zip(codec) {
            Some(((low, high), (field, codec))) => {
                let of_value = |value: &Value| self.part(*of, field, codec, value);
                let part = |end: &Bound<Value>| match end {
                    Bound::Unbounded => Bound::Unbounded,
                    Bound::Included(value) => Bound::Included(of_value(value)),
                    Bound::Excluded(value) if self.is(Mutant::EndsIncluded) => {
                        Bound::Included(of_value(value))
                    }
                    Bound::Excluded(value) => Bound::Excluded(of_value(value)),
                };
                self.ranged(&prefix, &(part(low), part(high)))
            }
            None if self.mutant.is_none() => Sort::prefix(&sort_buf(&prefix)),
            None => match self.sort(&prefix) {
                prefix if prefix.is_empty() || self.is(Mutant::NoPrefix) => Sort::All,
                prefix => Sort::Prefix(prefix),
            },
        };
        let query = |shard: Option<u32>| Query {
            index: index.map(|index| lasting(&self.world.table().indexes[index.0 as usize].name.wire)),
            pk: self.partition_of(tenant, *of, key, &asked.bound, shard),
            sort: sort.clone(),
            descending: *descending != self.is(Mutant::OtherWay),
            limit: None,
            start: None,
            consistent: index.is_none(),
            select: None,
        };
        let queries: Vec<Query> = match shards(key).filter(|_| *fan_out) {
            Some(_) if self.is(Mutant::OneShard) => vec![query(Some(0))],
            Some(shards) => (0..shards).map(|shard| query(Some(shard))).collect(),
            None => vec![query(None)],
        };
        self.pages(tenant, read, queries, (asked.limit, *page)).await
    }

    fn ranged(&self, prefix: &[Part], range: &(Bound<Part>, Bound<Part>)) -> Sort {
        if self.mutant.is_none_or(|mutant| mutant == Mutant::EndsIncluded) {
            return Sort::range(&sort_buf(prefix), range, one_segment);
        }
        let at = |part: &Part| {
            let parts: Vec<Part> = prefix.iter().chain([part]).cloned().collect();
            let key = self.sort(&parts);
            key.strip_suffix('#').map(str::to_owned).unwrap_or(key)
        };
        let start = self.sort(prefix);
        let low = match &range.0 {
            Bound::Included(part) => at(part),
            Bound::Excluded(part) => at(part) + "$",
            Bound::Unbounded => start.clone() + "!",
        };
        let high = match &range.1 {
            Bound::Included(part) => at(part) + "$",
            Bound::Excluded(part) => at(part),
            Bound::Unbounded => start + "\u{10FFFF}",
        };
        Sort::Between(low, high)
    }

    /// Page after page, to the end.
    async fn pages(
        &self,
        tenant: &str,
        read: &Read,
        queries: Vec<Query>,
        (limit, page): (u32, u32),
    ) -> Result<Vec<Item>, StoreFailure> {
        let cx = self.world.context(tenant);
        let name = lasting(&read.name.wire);
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let request = PageRequest::at(cursor.as_deref()).limited(Some(limit));
            let found = match queries.as_slice() {
                [query] => page::page(&cx, name, query.clone(), request, page).await?,
                queries => page::merged(&cx, name, queries.to_vec(), request, page).await?,
            };
            let skipped = usize::from(cursor.is_some() && self.is(Mutant::PageSkips));
            items.extend(found.items.into_iter().skip(skipped));
            match found.next {
                None => return Ok(items),
                next => cursor = next,
            }
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

/// The entities that a read may return.
pub(crate) fn named(read: &Read) -> Vec<EntityId> {
    match &read.kind {
        ReadKind::Get { entity, .. } => vec![*entity],
        ReadKind::Partition { one, many } => std::iter::once(*one).chain(many.iter().copied()).collect(),
        ReadKind::Query { of, .. } => vec![*of],
    }
}

fn shards(key: &Key) -> Option<u32> {
    key.pk.iter().find_map(|segment| match segment.kind {
        SegmentKind::Shard { shards, .. } => Some(shards),
        _ => None,
    })
}
