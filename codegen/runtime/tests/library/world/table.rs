//! A table in memory whose calls can be made to fail.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use futures_util::future::BoxFuture;
use stipule_runtime::{
    Action, Cancellation, Get, IndexSchema, Item, PrimaryKey, Projection, Query, QueryPage, Sort, Store,
    StoreError, TableSchema, TransactError, Transaction,
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

#[derive(Default)]
pub(crate) struct Table {
    items: Mutex<BTreeMap<PrimaryKey, Item>>,
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
        };
        let place = |item: &Item| [sk, "pk", "sk"].map(|name| item.text(name).unwrap_or_default().to_owned());
        let mut found: Vec<&Item> =
            items.values().filter(|item| item.text(pk) == Some(&request.pk)).filter(within).collect();
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
        let names = [Some("pk"), Some("sk"), request.index.map(|_| pk), request.index.map(|_| sk)];
        let next = items.last().filter(|_| more).map(|last| {
            let names = names.into_iter().flatten();
            names.filter_map(|name| Some((name.to_owned(), last.get(name)?.clone()))).collect()
        });
        QueryPage { items, next }
    }
}
