//! Batches: many items at once, each for itself, and what is left of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_model::types::Fine;
use library_store::{ForgetVisitKey, Library, VisitBook};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{
    BatchAction, BatchGet, BatchGot, Get, Item, PageRequest, Ports, Query, QueryPage, Scan, Store,
    StoreError, StoreFailure, TransactError, Transaction,
};

use crate::desk::{at, isbn, member_id, ports, visit};

fn fines(numbers: impl IntoIterator<Item = i64>) -> BoundedVec<Fine, 0, 500> {
    let fine = |number| Fine {
        member_id: member_id(1),
        number,
        cents: 150.try_into().expect("within the limits of fines"),
        reason: "late".try_into().expect("a reason"),
    };
    numbers.into_iter().map(fine).collect::<Vec<_>>().try_into().expect("few enough")
}

async fn stored(ports: &Arc<Ports>) -> Vec<i64> {
    let cx = visit(ports, "north");
    let all = PageRequest::first().limited(Some(1000));
    let page = Library::of(&cx).fines_of_member(&member_id(1), .., all).await.expect("the table answers");
    page.items.iter().map(|fine| fine.number).collect()
}

#[tokio::test]
async fn a_batch_writes_more_than_one_transaction_could() {
    let ports = ports();
    let cx = visit(&ports, "north");
    let left = Library::of(&cx).import_fines(fines(0..300)).await.expect("the table answers");
    left.complete().expect("nothing is left");
    assert_eq!(stored(&ports).await, (0..300).collect::<Vec<_>>());
    Library::of(&cx).import_fines(fines(0..300)).await.expect("the table answers").complete().expect("again");
}

#[tokio::test]
async fn two_of_one_key_are_refused_before_anything_is_written() {
    let ports = ports();
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx).import_fines(fines([1, 2, 1])).await;
    assert!(matches!(outcome, Err(StoreFailure::Invalid(_))), "{outcome:?}");
    assert!(stored(&ports).await.is_empty());
}

#[tokio::test]
async fn a_batch_removes_what_is_there() {
    let ports = ports();
    for book in 0..3 {
        let cx = visit(&ports, "north");
        let input = VisitBook { isbn: isbn(book), last_at: at(0), since: at(0), more: 1 };
        Library::of(&cx).visit_book(input).commit().await.expect("within the limits");
    }
    let cx = visit(&ports, "north");
    let keys: Vec<_> = (1..60).map(|book| ForgetVisitKey { isbn: isbn(book) }).collect();
    let keys = keys.try_into().expect("few enough");
    Library::of(&cx).forget_visits(keys).await.expect("the table answers").complete().expect("all are gone");
    let known = Library::of(&cx).known_books(PageRequest::first()).await.expect("the table answers").items;
    assert_eq!(known.iter().map(|it| it.isbn.clone()).collect::<Vec<_>>(), [isbn(0)]);
}

/// A table that has enough after so many items.
struct Tired {
    table: Arc<dyn Store>,
    left: AtomicUsize,
}

impl Store for Tired {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.table.get(request)
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.table.query(request)
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.table.scan(request)
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.table.batch_get(request)
    }

    fn batch_write(
        &self,
        mut actions: Vec<BatchAction>,
    ) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        async move {
            let able = self.left.load(Ordering::Relaxed).min(actions.len());
            self.left.fetch_sub(able, Ordering::Relaxed);
            let rest = actions.split_off(able);
            if !actions.is_empty() {
                self.table.batch_write(actions).await?;
            }
            Ok(rest)
        }
        .boxed()
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        self.table.transact(transaction)
    }
}

#[tokio::test]
async fn what_could_not_be_written_comes_back() {
    let ports = ports();
    let tired = Tired { table: ports.store.clone(), left: AtomicUsize::new(40) };
    let busy = Arc::new(Ports { store: Arc::new(tired), ..(*ports).clone() });
    let cx = visit(&busy, "north");
    let left = Library::of(&cx).import_fines(fines(0..100)).await.expect("the table answers");
    assert_eq!((left.values.len(), &left.why), (60, &Some(StoreFailure::Busy)));
    assert_eq!(stored(&ports).await.len(), 40);
    let cx = visit(&ports, "north");
    let rest: BoundedVec<Fine, 0, 500> = left.values.try_into().expect("fewer than before");
    Library::of(&cx)
        .import_fines(rest)
        .await
        .expect("the table answers")
        .complete()
        .expect("nothing is left");
    assert_eq!(stored(&ports).await, (0..100).collect::<Vec<_>>());
}
