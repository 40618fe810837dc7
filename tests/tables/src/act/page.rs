//! Reads that give pages.

use std::ops::Bound;

use stipule_ir::table::{self, EntityId, FieldRef, Key, Read, Segment, SegmentKind};
use stipule_runtime::page::{self, PageRequest, Pattern};
use stipule_runtime::store::{Partition, Query, Scan, Sort};
use stipule_runtime::{Attr, Item, StoreFailure};

use super::key::{Part, one_segment, sort_buf};
use super::{Actor, Asked, Mutant};
use crate::value::{Row, Value, to_attribute};
use crate::world::lasting;

impl Actor<'_> {
    pub(super) async fn query(
        &self,
        tenant: &str,
        read: &Read,
        query: &table::Query,
        asked: &Asked,
    ) -> Result<Vec<Item>, StoreFailure> {
        let of = query.of[0];
        let key = self.key_in(of, query.index);
        let native = query.index.is_some_and(|it| self.world.table().indexes[it.0 as usize].native.is_some());
        let sort = match asked.range.as_ref().filter(|_| query.range.is_some()) {
            range if native => self.values_within(of, key, query.prefix, &asked.bound, range),
            Some(range) => self.within(of, key, query.prefix, &asked.bound, range),
            None => self.starting(of, key, query.prefix, &asked.bound),
        };
        let over = |shard: Option<u32>| Query {
            index: query.index.map(|index| self.index_name(index)),
            partition: match native {
                true => Partition::Values(
                    std::iter::once(Attr::text(tenant))
                        .chain(self.values(of, &key.pk, &asked.bound))
                        .collect(),
                ),
                false => Partition::Key(self.partition_of(tenant, of, key, &asked.bound, shard)),
            },
            sort: sort.clone(),
            descending: query.descending != self.is(Mutant::OtherWay),
            limit: None,
            start: None,
            consistent: query.consistent.value,
            select: self.select(read),
        };
        let queries: Vec<Query> = match shards(key).filter(|_| query.fan_out) {
            Some(_) if self.is(Mutant::OneShard) => vec![over(Some(0))],
            Some(shards) => (0..shards).map(|shard| over(Some(shard))).collect(),
            None => vec![over(None)],
        };
        let pattern = Pattern {
            name: lasting(&read.name.wire),
            template: "",
            page: query.page,
            max_page: query.max_page,
        };
        let cx = self.world.context(tenant);
        let (mut items, mut cursor) = (Vec::new(), None);
        loop {
            let request = PageRequest::at(cursor.as_deref()).limited(Some(asked.limit));
            let found = match queries.as_slice() {
                [query] => page::page(&cx, &pattern, query.clone(), request).await?,
                queries => page::merged(&cx, &pattern, queries.to_vec(), request).await?,
            };
            let skipped = usize::from(cursor.is_some() && self.is(Mutant::PageSkips));
            items.extend(found.items.into_iter().skip(skipped));
            match found.next {
                None => return Ok(items),
                next => cursor = next,
            }
        }
    }

    pub(super) async fn scan(
        &self,
        tenant: &str,
        read: &Read,
        scan: &table::Scan,
        asked: &Asked,
    ) -> Result<Vec<Item>, StoreFailure> {
        let pattern = Pattern {
            name: lasting(&read.name.wire),
            template: "",
            page: scan.page,
            max_page: scan.max_page,
        };
        let cx = self.world.context(tenant);
        let mut items = Vec::new();
        for segment in 0..scan.segments.unwrap_or(1) {
            let mut cursor = None;
            loop {
                let over = Scan {
                    index: scan.index.map(|index| self.index_name(index)),
                    segment: scan.segments.map(|segments| (segment, segments)),
                    consistent: scan.consistent.value,
                    select: self.select(read),
                    ..Scan::table()
                };
                let request = PageRequest::at(cursor.as_deref()).limited(Some(asked.limit));
                let entity = self.world.entities[scan.entity.0 as usize];
                let found = page::scan(&cx, &pattern, entity, over, request).await?;
                let skipped = usize::from(cursor.is_some() && self.is(Mutant::PageSkips));
                items.extend(found.items.into_iter().skip(skipped));
                match found.next {
                    None => break,
                    next => cursor = next,
                }
            }
        }
        Ok(items)
    }

    /// The values of fields, as they are stored.
    fn values(&self, of: EntityId, segments: &[Segment], bound: &Row) -> Vec<Attr> {
        let value = |segment: &Segment| {
            let SegmentKind::Field { field, .. } = segment.kind else { return None };
            Some(to_attribute(self.world, self.world.field(of, field), bound.get(&field)?))
        };
        segments.iter().filter_map(value).collect()
    }

    /// Of an index over fields: what begins with so many values, and whose next field lies within a range.
    fn values_within(
        &self,
        of: EntityId,
        key: &Key,
        prefix: usize,
        bound: &Row,
        range: Option<&(Bound<Value>, Bound<Value>)>,
    ) -> Sort {
        let equal = self.values(of, &key.sk[..prefix], bound);
        let next = key.sk.get(prefix).map(|segment| &segment.kind);
        let (Some(range), Some(SegmentKind::Field { field, .. })) = (range, next) else {
            return Sort::equal(equal);
        };
        let declared = self.world.field(of, *field);
        let end = |end: &Bound<Value>| match end {
            Bound::Excluded(value) if self.is(Mutant::EndsIncluded) => {
                Bound::Included(to_attribute(self.world, declared, value))
            }
            end => end.as_ref().map(|value| to_attribute(self.world, declared, value)),
        };
        Sort::Values { equal, from: end(&range.0), to: end(&range.1) }
    }

    fn index_name(&self, index: table::IndexId) -> &'static str {
        lasting(&self.world.table().indexes[index.0 as usize].name.wire)
    }

    /// The sort keys that begin with so many segments and whose next one lies within a range.
    fn within(
        &self,
        of: EntityId,
        key: &Key,
        prefix: usize,
        bound: &Row,
        range: &(Bound<Value>, Bound<Value>),
    ) -> Sort {
        let value = |field: FieldRef| bound.get(&field).cloned();
        let start = self.parts(of, &key.sk[..prefix], &value, None);
        let Some(SegmentKind::Field { field, codec }) = key.sk.get(prefix).map(|segment| &segment.kind)
        else {
            return self.starting(of, key, prefix, bound);
        };
        let of_value = |value: &Value| self.part(of, *field, *codec, value);
        let part = |end: &Bound<Value>| match end {
            Bound::Unbounded => Bound::Unbounded,
            Bound::Included(value) => Bound::Included(of_value(value)),
            Bound::Excluded(value) if self.is(Mutant::EndsIncluded) => Bound::Included(of_value(value)),
            Bound::Excluded(value) => Bound::Excluded(of_value(value)),
        };
        self.ranged(&start, &(part(&range.0), part(&range.1)))
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
}

fn shards(key: &Key) -> Option<u32> {
    key.pk.iter().find_map(|segment| match segment.kind {
        SegmentKind::Shard { shards, .. } => Some(shards),
        _ => None,
    })
}
