//! One page from several shards, in one order.

use std::collections::VecDeque;

use futures_util::future::try_join_all;

use super::cursor::{Scope, key};
use super::place::Place;
use super::{PageRequest, Paged, Pattern, patient};
use crate::context::Context;
use crate::failure::StoreFailure;
use crate::item::Item;
use crate::store::{PrimaryKey, Query, TableSchema};

/// One page of a read that is spread over shards: every query is one shard, all alike but for the partition key.
/// The items come in the order of their sort keys, as if there were one partition.
///
/// The cursor holds one place per shard.
///
/// # Errors
/// As [`page`](super::page).
pub async fn merged(
    cx: &Context,
    pattern: &Pattern,
    queries: Vec<Query>,
    request: PageRequest<'_>,
) -> Result<Paged<Item>, StoreFailure> {
    let scope = || Scope::of_queries(cx, pattern, &queries);
    let places = match request.cursor {
        Some(cursor) => scope()?.open(cursor)?,
        None => vec![Place::Start; queries.len()],
    };
    let limit = request.items(pattern);
    let mark = queries.first().map(|query| Mark::of(query, &places, cx.ports().table)).transpose()?;
    let mark = mark.flatten();
    let mark = mark.as_ref();
    let shards = queries.iter().zip(places).map(|(query, place)| Shard::read(cx, query, place, mark, limit));
    let mut shards = try_join_all(shards).await?;
    let mut items = Vec::new();
    while items.len() < limit as usize {
        // Only now that a further item is wanted: the last page of a shard need not be looked for.
        for shard in shards.iter_mut().filter(|shard| shard.must_read_on()) {
            *shard = Shard::read(cx, shard.query, shard.place.clone(), mark, limit).await?;
        }
        let Some(next) = first_in_order(&shards) else { break };
        items.extend(shards[next].take(cx.ports().table)?);
    }
    let places: Vec<Place> = shards.iter().map(Shard::place).collect();
    let done = places.iter().all(|place| matches!(place, Place::End(_)));
    Ok(Paged { items, next: if done { None } else { Some(scope()?.seal(&places)?) } })
}

/// The sort key of the last item of the page before. What comes to stand before it later is behind the reader in every
/// shard, also in those of which nothing was taken yet.
struct Mark {
    sort: &'static str,
    text: String,
    descending: bool,
}

impl Mark {
    fn of(query: &Query, places: &[Place], table: &TableSchema) -> Result<Option<Self>, StoreFailure> {
        let sort = sort_attribute(query, table)?;
        let lasts = places.iter().filter_map(|place| place.last()?.text(sort));
        let text = if query.descending { lasts.min() } else { lasts.max() };
        Ok(text.map(|text| Self { sort, text: text.to_owned(), descending: query.descending }))
    }

    fn is_behind(&self, item: &Item) -> bool {
        let at = item.text(self.sort).unwrap_or_default();
        if self.descending { at > self.text.as_str() } else { at < self.text.as_str() }
    }
}

/// One shard: what was read of it and not yet taken.
struct Shard<'q> {
    query: &'q Query,
    /// Attribute by which the items are in order.
    sort: &'static str,
    /// After the last item taken.
    place: Place,
    waiting: VecDeque<Item>,
    /// Whether the store has more after the waiting ones.
    more: bool,
}

impl<'q> Shard<'q> {
    async fn read(
        cx: &Context,
        query: &'q Query,
        place: Place,
        mark: Option<&Mark>,
        limit: u32,
    ) -> Result<Self, StoreFailure> {
        let table = cx.ports().table;
        let sort = sort_attribute(query, table)?;
        let mut shard = Self { query, sort, place, waiting: VecDeque::new(), more: false };
        let mut start = match &shard.place {
            Place::End(_) => return Ok(shard),
            Place::Start => None,
            Place::After(key) => Some(key.clone()),
        };
        if query.sort.is_empty() {
            return Ok(shard);
        }
        loop {
            let page = patient::query(cx, &Query { start, limit: Some(limit), ..query.clone() }).await?;
            let ahead = |item: &Item| !mark.is_some_and(|mark| mark.is_behind(item));
            shard.waiting.extend(page.items.into_iter().filter(ahead));
            shard.more = page.next.is_some();
            if !shard.waiting.is_empty() || !shard.more {
                return Ok(shard);
            }
            start = page.next;
        }
    }

    /// The first waiting item. The place moves behind it.
    fn take(&mut self, table: &TableSchema) -> Result<Option<Item>, StoreFailure> {
        let Some(item) = self.waiting.pop_front() else { return Ok(None) };
        self.place = Place::After(start_key(&item, self.query, table)?);
        Ok(Some(item))
    }

    fn must_read_on(&self) -> bool {
        self.waiting.is_empty() && self.more
    }

    fn place(&self) -> Place {
        let through = self.waiting.is_empty() && !self.more;
        if through { Place::End(self.place.last().cloned()) } else { self.place.clone() }
    }
}

/// The shard whose first waiting item comes next. Each shard with more to come has a waiting item.
fn first_in_order(shards: &[Shard<'_>]) -> Option<usize> {
    let heads = shards.iter().enumerate().filter_map(|(at, shard)| {
        let head = shard.waiting.front()?;
        Some((head.text(shard.sort).unwrap_or_default(), at, shard.query.descending))
    });
    heads
        .min_by(|(left, at, descending), (right, other, _)| {
            let order = if *descending { right.cmp(left) } else { left.cmp(right) };
            order.then(at.cmp(other))
        })
        .map(|(_, at, _)| at)
}

fn sort_attribute(query: &Query, table: &TableSchema) -> Result<&'static str, StoreFailure> {
    match query.index {
        None => Ok(table.sk),
        Some(name) => table
            .index(name)
            .map(|index| index.sk)
            .ok_or_else(|| StoreFailure::Invalid(format!("there is no index `{name}`"))),
    }
}

/// The key attributes of an item in the table and in the index: what a store takes as exclusive start key.
fn start_key(item: &Item, query: &Query, table: &TableSchema) -> Result<Item, StoreFailure> {
    let shape = key(table, query.index)?;
    let attribute = |name: &'static str| Some((name.to_owned(), item.get(name)?.clone()));
    let key: Option<Item> = table.key_attributes(&shape).into_iter().map(attribute).collect();
    key.ok_or_else(|| {
        let key = PrimaryKey::of(item, table).unwrap_or_else(|| PrimaryKey::new("", ""));
        StoreFailure::corrupt(&key.pk, &key.sk, "an item of an index lacks a key attribute")
    })
}
