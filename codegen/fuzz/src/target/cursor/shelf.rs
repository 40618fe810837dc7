//! A few items in memory behind the port of the store: enough for pages of every kind of read.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use stipule_runtime::entity::Entity;
use stipule_runtime::saga::NoWorkflows;
use stipule_runtime::socket::NoSockets;
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Get, IndexSchema, KeyAttribute, KeyShape, NativeIndex, Projection,
    Query, QueryPage, Scan, Sort, Store, StoreError, TableSchema, TransactError, Transaction,
};
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Attr, Clock, CursorKey, Ids, Item, Ports, PrimaryKey};

/// A table with an index of each kind.
pub(super) static TABLE: TableSchema = TableSchema {
    name: "shelf",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "_t",
    indexes: &[IndexSchema { name: "gsi1", pk: "gsi1pk", sk: "gsi1sk", projection: Projection::All }],
    native: &[NativeIndex {
        name: "gsi2",
        pk: &[KeyAttribute::text("of"), KeyAttribute::number("copies")],
        sk: &[KeyAttribute::number("price"), KeyAttribute::text("title")],
        projection: Projection::All,
    }],
    outbox_shards: 1,
};

pub(super) static ENTITY: Entity = Entity { name: "Book", table: &TABLE, attributes: 10 };

/// A book that stands on a shelf under a sort key, and in both indexes under what that key is or says.
pub(super) fn book(shelf: &str, sort: &str, number: usize) -> Item {
    let price = sort.parse::<f64>().ok().filter(|price| price.is_finite()).unwrap_or(0.5);
    let start: String = sort.chars().take(2).collect();
    Item::new()
        .with("pk", Attr::text(shelf))
        .with("sk", Attr::text(sort))
        .with("_t", Attr::text("Book"))
        .with("gsi1pk", Attr::text("all"))
        .with("gsi1sk", Attr::text(format!("{start}{number}")))
        .with("of", Attr::text("all"))
        .with("copies", Attr::integer(7))
        .with("price", Attr::N(price.to_string()))
        .with("title", Attr::text(sort))
        .with("number", Attr::integer(i64::try_from(number).unwrap_or(0)))
}

/// The items.
#[derive(Debug)]
pub(super) struct Shelf(Vec<Item>);

impl Shelf {
    /// With these; of two with one key the later stays.
    pub(super) fn of(items: impl IntoIterator<Item = Item>) -> Self {
        let mut kept: Vec<Item> = Vec::new();
        for item in items {
            let key = PrimaryKey::of(&item, &TABLE);
            kept.retain(|other| PrimaryKey::of(other, &TABLE) != key);
            kept.push(item);
        }
        Self(kept)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The ports of a platform over it.
    pub(super) fn ports(self: &Arc<Self>) -> Arc<Ports> {
        Arc::new(Ports {
            store: Arc::clone(self) as Arc<dyn Store>,
            table: &TABLE,
            clock: Arc::new(Still),
            ids: Arc::new(Still),
            cursor_key: CursorKey::new([3; 32]),
            workflows: Arc::new(NoWorkflows),
            sockets: Arc::new(NoSockets),
        })
    }

    /// Those that are wanted, in the order of a key, after a start.
    fn page(
        &self,
        key: &KeyShape,
        wanted: impl Fn(&Item) -> bool,
        descending: bool,
        start: Option<&Item>,
        limit: Option<u32>,
    ) -> QueryPage {
        let order = |one: &Item, two: &Item| {
            let order = by_key(key, one, two);
            if descending { order.reverse() } else { order }
        };
        let mut found: Vec<&Item> = self.0.iter().filter(|item| wanted(item)).collect();
        found.sort_by(|one, two| order(one, two));
        found.retain(|item| start.is_none_or(|start| order(item, start) == Ordering::Greater));
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        let items: Vec<Item> = found.into_iter().take(limit).cloned().collect();
        // As DynamoDB does it: a full page has a next one, though nothing may be there.
        let last = items.last().filter(|_| items.len() == limit);
        let next = last.map(|last| {
            let names = TABLE.key_attributes(key);
            names.into_iter().filter_map(|name| Some((name, last.get(name)?.clone()))).collect()
        });
        QueryPage { items, next }
    }
}

/// In the order of the partition, of the sort key, and of the key in the table.
fn by_key(key: &KeyShape, one: &Item, two: &Item) -> Ordering {
    let attribute = |name: &str| match (one.get(name), two.get(name)) {
        (Some(Attr::N(one)), Some(Attr::N(two))) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
            number(one).total_cmp(&number(two))
        }
        (one, two) => one.and_then(Attr::as_text).cmp(&two.and_then(Attr::as_text)),
    };
    let names = key.attributes().map(|attribute| attribute.name).chain([TABLE.pk, TABLE.sk]);
    names.map(attribute).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

impl Store for Shelf {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        let found = self.0.iter().find(|item| PrimaryKey::of(item, &TABLE).as_ref() == Some(&request.key));
        Box::pin(ready(Ok(found.cloned())))
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        let Some(key) = TABLE.key_shape(request.index) else {
            return Box::pin(ready(Err(StoreError::Invalid("no such index".to_owned()))));
        };
        let partition = request.partition.values();
        let wanted = |item: &Item| {
            let inside =
                key.pk.iter().zip(&partition).all(|(part, value)| item.get(part.name) == Some(value));
            let sort = key.sk.first().and_then(|part| item.text(part.name)).unwrap_or_default();
            inside
                && match &request.sort {
                    Sort::Prefix(prefix) => sort.starts_with(prefix),
                    Sort::Between(low, high) => low.as_str() <= sort && sort <= high.as_str(),
                    Sort::All | Sort::Values { .. } => true,
                }
        };
        let page = self.page(&key, wanted, request.descending, request.start.as_ref(), request.limit);
        Box::pin(ready(Ok(page)))
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        let Some(key) = TABLE.key_shape(request.index) else {
            return Box::pin(ready(Err(StoreError::Invalid("no such index".to_owned()))));
        };
        let (segment, of) = request.segment.unwrap_or((0, 1));
        let wanted = |item: &Item| {
            let number = item.integer("number").unwrap_or(0);
            number.rem_euclid(i64::from(of.max(1))) == i64::from(segment)
        };
        let page = self.page(&key, wanted, false, request.start.as_ref(), request.limit);
        Box::pin(ready(Ok(page)))
    }

    fn batch_get(&self, _: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        Box::pin(ready(Err(StoreError::Invalid("pages need no batches".to_owned()))))
    }

    fn batch_write(&self, _: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        Box::pin(ready(Err(StoreError::Invalid("nothing is written".to_owned()))))
    }

    fn transact(&self, _: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(ready(Err(TransactError::Store(StoreError::Invalid("nothing is written".to_owned())))))
    }
}

/// No time goes by, and no chance is taken.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> DateTime {
        DateTime::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(ready(()))
    }
}

impl Ids for Still {
    fn random(&self) -> [u8; 16] {
        [5; 16]
    }
}
