//! The store under test, with the words that cases use.

use futures_util::future::BoxFuture;
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{
    Action, BatchAction, BatchGet, BatchGot, Cancellation, Get, Query, QueryPage, Scan, Store, StoreError,
    TransactError, Transaction,
};

use crate::shelf::{bare, key, put};

/// Pages that a loop over a query or scan reads at most: none of the cases has as many.
const MOST_PAGES: usize = 2_000;

/// The store under test, and how single actions are sent: alone or in a transaction with another one.
#[derive(Clone, Copy)]
pub struct Table<'s> {
    store: &'s dyn Store,
    in_company: bool,
}

/// What became of a single action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It happened.
    Done,
    /// Its condition failed: nothing happened.
    Denied,
    /// It can never succeed: nothing happened.
    Invalid(String),
}

impl Written {
    /// Whether it can never succeed.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Invalid(_))
    }
}

impl<'s> Table<'s> {
    /// Single actions are sent alone.
    pub fn alone(store: &'s dyn Store) -> Self {
        Self { store, in_company: false }
    }

    /// Single actions are sent with another one, so that they are a transaction everywhere.
    pub fn in_company(store: &'s dyn Store) -> Self {
        Self { store, in_company: true }
    }

    /// The store itself.
    pub fn store(&self) -> &'s dyn Store {
        self.store
    }

    /// One action.
    ///
    /// # Panics
    /// When the store fails for reasons of its own, or gives another number of reasons than of actions.
    pub async fn write(&self, action: Action) -> Written {
        let mut actions = vec![action];
        if self.in_company {
            actions.push(put(bare("COMPANY", "-")));
        }
        let count = actions.len();
        match self.all(actions).await {
            Ok(()) => Written::Done,
            Err(TransactError::Cancelled(mut reasons)) => {
                assert_eq!(reasons.len(), count, "one reason per action: {reasons:?}");
                assert!(reasons[1..].iter().all(|reason| *reason == Cancellation::None), "{reasons:?}");
                match reasons.remove(0) {
                    Cancellation::ConditionFailed => Written::Denied,
                    Cancellation::Invalid(why) => Written::Invalid(why),
                    other => panic!("nobody else writes, and still: {other:?}"),
                }
            }
            Err(TransactError::Store(StoreError::Invalid(why))) => Written::Invalid(why),
            Err(other) => panic!("the store fails: {other}"),
        }
    }

    /// Actions together, as they are.
    ///
    /// # Errors
    /// As the store gives them.
    pub async fn all(&self, actions: Vec<Action>) -> Result<(), TransactError> {
        self.store.transact(Transaction { actions }).await
    }

    /// Puts items in batches, each for itself, until none is left.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn stock(&self, items: impl IntoIterator<Item = Item>) {
        let mut waiting: Vec<BatchAction> = items.into_iter().map(BatchAction::Put).collect();
        while !waiting.is_empty() {
            let batch = waiting.split_off(waiting.len().saturating_sub(BatchAction::MOST));
            waiting.extend(self.batch_write(batch).await.expect("a sound batch is taken"));
        }
    }

    /// One item, read strongly.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn read(&self, pk: &str, sk: &str) -> Option<Item> {
        let get = Get { key: key(pk, sk), consistent: true };
        self.store.get(get).await.expect("a get of a sound key is answered")
    }

    /// One attribute of an item, read strongly.
    pub async fn attribute(&self, pk: &str, sk: &str, name: &str) -> Option<Attr> {
        self.read(pk, sk).await?.remove(name)
    }

    /// One page.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn page(&self, query: Query) -> QueryPage {
        self.store.query(query).await.expect("a sound query is answered")
    }

    /// All pages of a query, one after another; the number of items of each.
    ///
    /// # Panics
    /// When the store refuses, or never ends.
    pub async fn pages(&self, query: Query) -> (Vec<Item>, Vec<usize>) {
        follow(query.start.clone(), |start| {
            let query = Query { start, ..query.clone() };
            Box::pin(async move { self.page(query).await })
        })
        .await
    }

    /// All pages of a scan, as [`pages`](Self::pages).
    ///
    /// # Panics
    /// When the store refuses, or never ends.
    pub async fn scan(&self, scan: Scan) -> (Vec<Item>, Vec<usize>) {
        follow(scan.start.clone(), |start| {
            let scan = Scan { start, ..scan.clone() };
            Box::pin(async move { self.store.scan(scan).await.expect("a sound scan is answered") })
        })
        .await
    }

    /// Many items, whatever is left.
    ///
    /// # Errors
    /// As the store gives them.
    pub async fn batch_get(&self, request: BatchGet) -> Result<BatchGot, StoreError> {
        self.store.batch_get(request).await
    }

    /// Many actions; those that are left.
    ///
    /// # Errors
    /// As the store gives them.
    pub async fn batch_write(&self, actions: Vec<BatchAction>) -> Result<Vec<BatchAction>, StoreError> {
        self.store.batch_write(actions).await
    }
}

async fn follow<'a>(
    mut start: Option<Item>,
    page: impl Fn(Option<Item>) -> BoxFuture<'a, QueryPage>,
) -> (Vec<Item>, Vec<usize>) {
    let (mut items, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let QueryPage { items: more, next } = page(start).await;
        sizes.push(more.len());
        items.extend(more);
        assert!(sizes.len() < MOST_PAGES, "the pages never end: {sizes:?}");
        match next {
            None => return (items, sizes),
            next => start = next,
        }
    }
}

/// The reasons of a cancelled transaction.
///
/// # Panics
/// When it wasn't cancelled.
pub fn reasons(outcome: Result<(), TransactError>) -> Vec<Cancellation> {
    match outcome {
        Err(TransactError::Cancelled(reasons)) => reasons,
        other => panic!("expected a cancelled transaction, got {other:?}"),
    }
}

/// Whether the store says that it was asked wrongly.
pub fn is_invalid<T>(outcome: &Result<T, StoreError>) -> bool {
    matches!(outcome, Err(StoreError::Invalid(_)))
}

/// Whether a transaction can never succeed, as a whole or for one of its actions.
pub fn can_never_succeed(outcome: &Result<(), TransactError>) -> bool {
    match outcome {
        Err(TransactError::Store(StoreError::Invalid(_))) => true,
        Err(TransactError::Cancelled(reasons)) => {
            reasons.iter().any(|reason| matches!(reason, Cancellation::Invalid(_)))
        }
        _ => false,
    }
}

/// The texts of an attribute of items, in their order.
///
/// # Panics
/// When one lacks it.
pub fn texts<'i>(items: &'i [Item], attribute: &str) -> Vec<&'i str> {
    items.iter().map(|item| item.text(attribute).expect("every item has it as text")).collect()
}

/// The sort keys of items, in their order.
pub fn sort_keys(items: &[Item]) -> Vec<&str> {
    texts(items, "sk")
}
