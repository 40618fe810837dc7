//! A table in memory whose calls can be made to fail.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use stipule_runtime::{
    Action, BatchAction, BatchGet, BatchGot, Cancellation, Expression, Get, IndexSchema, Item, PrimaryKey,
    Projection, Query, QueryPage, Scan, Sort, Store, StoreError, TableSchema, TransactError, Transaction,
};

use super::executor::yielding;
use super::expression::{apply, holds};

pub(crate) const TABLE: TableSchema = TableSchema {
    name: "library",
    pk: "pk",
    sk: "sk",
    ttl: Some("expires"),
    type_attribute: "_t",
    indexes: &[IndexSchema { name: "gsi1", pk: "gsi1pk", sk: "gsi1sk", projection: Projection::All }],
    native: &[],
    outbox_shards: 4,
};

/// What happens to the next transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It commits, and nobody hears of it.
    LostAnswer,
    /// It never arrives, and nobody hears of it.
    LostRequest,
    /// Refused before it was looked at.
    Throttled,
    /// Another transaction has its first item in hand.
    Conflict,
    /// It goes through.
    Fine,
}

/// What happens to the next batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    /// So many are done, the rest is left.
    Does(usize),
    /// Nothing is done.
    Fails(StoreError),
}

#[derive(Default)]
pub(crate) struct Table {
    items: Mutex<BTreeMap<PrimaryKey, Item>>,
    /// What happens to the next batches; the last goes on for ever, and without one all is done.
    batches: Mutex<VecDeque<Batch>>,
    /// How many actions or keys each batch had.
    asked: Mutex<Vec<usize>>,
    faults: Mutex<VecDeque<Fault>>,
    transactions: Mutex<Vec<Transaction>>,
}

impl Table {
    /// The next transactions fail so, one after the other.
    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// Items of a kind, in the order of keys.
    pub(crate) fn of_type(&self, kind: &str) -> Vec<Item> {
        let items = self.items.lock().unwrap();
        items.values().filter(|item| item.text("_t") == Some(kind)).cloned().collect()
    }

    pub(crate) fn item(&self, key: &PrimaryKey) -> Option<Item> {
        self.items.lock().unwrap().get(key).cloned()
    }

    pub(crate) fn insert(&self, item: Item) {
        let key = PrimaryKey::of(&item, &TABLE).unwrap();
        self.items.lock().unwrap().insert(key, item);
    }

    /// How many transactions were asked for.
    pub(crate) fn transactions(&self) -> usize {
        self.transactions.lock().unwrap().len()
    }

    /// From now on batches go so, one after the other, and all after them as the last.
    pub(crate) fn batch_up(&self, batches: impl IntoIterator<Item = Batch>) {
        *self.batches.lock().unwrap() = batches.into_iter().collect();
    }

    /// How many actions or keys each batch had.
    pub(crate) fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }

    /// The rules of a batch, and the fault that is due.
    fn refuse(&self, count: usize, most: usize) -> Result<(), StoreError> {
        assert!((1..=most).contains(&count), "a batch of {count}");
        self.asked.lock().unwrap().push(count);
        let mut batches = self.batches.lock().unwrap();
        match batches.front() {
            Some(Batch::Fails(error)) => {
                let error = error.clone();
                if batches.len() > 1 {
                    batches.pop_front();
                }
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// How many of a batch are done.
    fn batch(&self, count: usize) -> usize {
        let mut batches = self.batches.lock().unwrap();
        let most = match batches.front() {
            Some(Batch::Does(most)) => *most,
            _ => count,
        };
        if batches.len() > 1 {
            batches.pop_front();
        }
        most.min(count)
    }

    fn run(&self, transaction: &Transaction) -> Result<(), TransactError> {
        let mut items = self.items.lock().unwrap();
        let key = |action: &Action| action.key(&TABLE).expect("actions have keys");
        let reasons: Vec<Cancellation> = transaction
            .actions
            .iter()
            .map(|action| match action.condition() {
                Some(condition) if !holds(condition, items.get(&key(action))) => {
                    Cancellation::ConditionFailed
                }
                _ => Cancellation::None,
            })
            .collect();
        if reasons.iter().any(|reason| *reason != Cancellation::None) {
            return Err(TransactError::Cancelled(reasons));
        }
        for action in &transaction.actions {
            match action {
                Action::Put { item, .. } => {
                    items.insert(key(action), item.clone());
                }
                Action::Update { key, update, .. } => {
                    apply(update, items.entry(key.clone()).or_insert_with(|| key.to_item(&TABLE)));
                }
                Action::Delete { key, .. } => {
                    items.remove(key);
                }
                Action::Check { .. } => {}
            }
        }
        Ok(())
    }
}

impl Store for Table {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        Box::pin(async move {
            yielding().await;
            Ok(self.item(&request.key))
        })
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        Box::pin(async move {
            yielding().await;
            Ok(self.page(&request))
        })
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        Box::pin(async move {
            yielding().await;
            Ok(self.scanned(&request))
        })
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        Box::pin(async move {
            yielding().await;
            self.refuse(request.keys.len(), BatchGet::MOST)?;
            let left = request.keys[self.batch(request.keys.len())..].to_vec();
            let looked_at = &request.keys[..request.keys.len() - left.len()];
            let select = |item: Item| selected(item, None, request.select);
            let items = looked_at.iter().rev().filter_map(|key| self.item(key)).map(select).collect();
            Ok(BatchGot { items, left })
        })
    }

    fn batch_write(
        &self,
        mut actions: Vec<BatchAction>,
    ) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        Box::pin(async move {
            yielding().await;
            self.refuse(actions.len(), BatchAction::MOST)?;
            let left = actions.split_off(self.batch(actions.len()));
            for action in actions {
                match action {
                    BatchAction::Put(item) => self.insert(item),
                    BatchAction::Delete(key) => {
                        self.items.lock().unwrap().remove(&key);
                    }
                }
            }
            Ok(left)
        })
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        Box::pin(async move {
            yielding().await;
            let fault = self.faults.lock().unwrap().pop_front().unwrap_or(Fault::Fine);
            self.transactions.lock().unwrap().push(transaction.clone());
            let unavailable = || TransactError::Store(StoreError::Unavailable("the line is dead".to_owned()));
            match fault {
                Fault::Fine => self.run(&transaction),
                Fault::LostAnswer => {
                    self.run(&transaction)?;
                    Err(unavailable())
                }
                Fault::LostRequest => Err(unavailable()),
                Fault::Throttled => Err(StoreError::Throttled.into()),
                Fault::Conflict => {
                    let mut reasons = vec![Cancellation::None; transaction.actions.len()];
                    reasons[0] = Cancellation::Conflict;
                    Err(TransactError::Cancelled(reasons))
                }
            }
        })
    }
}

impl Table {
    /// At most three items at a time, as a store that has a page size of its own.
    fn page(&self, request: &Query) -> QueryPage {
        let (pk, sk) = match request.index {
            None => ("pk", "sk"),
            Some(_) => ("gsi1pk", "gsi1sk"),
        };
        let items = self.items.lock().unwrap();
        let within = |item: &&Item| match (&request.sort, item.text(sk).unwrap_or_default()) {
            (Sort::All, _) => true,
            (Sort::Prefix(prefix), sk) => sk.starts_with(prefix),
            (Sort::Between(low, high), sk) => low.as_str() <= sk && sk <= high.as_str(),
            (Sort::Values { .. }, _) => unreachable!("this table has no index over fields"),
        };
        let place = |item: &Item| [sk, "pk", "sk"].map(|name| item.text(name).unwrap_or_default().to_owned());
        let mut found: Vec<&Item> = items
            .values()
            .filter(|item| item.get(pk) == request.partition.values().first())
            .filter(within)
            .collect();
        found.sort_by_key(|item| place(item));
        if request.descending {
            found.reverse();
        }
        if let Some(start) = &request.start {
            let at = found.iter().position(|item| place(item) == place(start)).expect("the start is there");
            found.drain(..=at);
        }
        let limit = request.limit.map_or(3, |limit| limit.min(3) as usize);
        let more = found.len() > limit;
        let items: Vec<Item> = found.into_iter().take(limit).cloned().collect();
        let next = items.last().filter(|_| more).map(|last| keys_of(last, request.index));
        let items = items.into_iter().map(|item| selected(item, request.index, request.select));
        QueryPage { items: items.collect(), next }
    }

    /// As a page of one partition, over everything; a segment has the partitions whose text is as long.
    fn scanned(&self, request: &Scan) -> QueryPage {
        let items = self.items.lock().unwrap();
        let after = request.start.as_ref().and_then(|start| PrimaryKey::of(start, &TABLE));
        let within = |key: &PrimaryKey| {
            after.as_ref().is_none_or(|after| key > after)
                && request.segment.is_none_or(|(it, of)| key.pk.len() % of as usize == it as usize)
        };
        let mut found = items.iter().filter(|(key, _)| within(key));
        let limit = request.limit.map_or(3, |limit| limit.min(3) as usize);
        let looked_at: Vec<&Item> = found.by_ref().take(limit).map(|(_, item)| item).collect();
        let next = looked_at.last().filter(|_| found.next().is_some());
        let next = next.map(|last| keys_of(last, request.index));
        let kept = |item: &&Item| request.filter.as_ref().is_none_or(|filter| holds(filter, Some(item)));
        let items = looked_at.into_iter().filter(kept).cloned();
        QueryPage { items: items.map(|item| selected(item, request.index, request.select)).collect(), next }
    }
}

/// The key attributes of an item: where the page after it starts.
fn keys_of(item: &Item, index: Option<&str>) -> Item {
    selected(item.clone(), index, Some(&[])).into_iter().filter(|(name, _)| name != "_t").collect()
}

/// The attributes that are asked for, and what comes in any case.
fn selected(item: Item, index: Option<&str>, select: Option<&'static [&'static str]>) -> Item {
    let Some(select) = select else { return item };
    let projection: Expression = TABLE.projection(index, select).expect("the index is there");
    let wanted = |name: &str| projection.names.iter().any(|(_, wanted)| wanted == name);
    item.into_iter().filter(|(name, _)| wanted(name)).collect()
}
