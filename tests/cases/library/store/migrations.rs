//! Items from before get a key, or lose one, beside a library that goes on working.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_model::types::{Loan, LoanState};
use library_store::{GSI1, GSI2, Library, TABLE, entity};
use stipule_runtime::migrate::{self, Migration, Place, Progress};
use stipule_runtime::{
    Action, Attr, BatchAction, BatchGet, BatchGot, Get, Item, PageRequest, Ports, PrimaryKey, Query,
    QueryPage, Scan, Store, StoreError, StoreFailure, TransactError, Transaction,
};

use crate::desk::{at, book, isbn, loan, member_id, ports, shelve, visit};

/// As generated code would say it of a key that is new.
static BY_BOOK: Migration = Migration {
    name: "Loan.gsi1",
    entity: &entity::loan::ENTITY,
    place: Place::Index(&GSI1),
    template: "BOOK#{isbn:text} / {lentAt:datetime}#{loanId:uuid}",
    fields: &["isbn", "lentAt", "loanId"],
    key: |tenant, item| Ok(Some(entity::loan::gsi1_of(tenant, &entity::loan::read(item)?.value))),
};

/// A key that only some loans have.
static OPEN: Migration = Migration {
    name: "Loan.gsi2",
    entity: &entity::loan::ENTITY,
    place: Place::Index(&GSI2),
    template: "OPEN#{shard of loanId in 4} / {dueAt:datetime}#{loanId:uuid} while state is LENT or OVERDUE",
    fields: &["loanId", "dueAt", "state"],
    key: |tenant, item| Ok(entity::loan::gsi2_of(tenant, &entity::loan::read(item)?.value)),
};

/// The same key on its way out.
static DROPPED: Migration = Migration {
    name: "Loan.gsi2",
    entity: &entity::loan::ENTITY,
    place: Place::Index(&GSI2),
    template: "",
    fields: &[],
    key: migrate::none,
};

/// The loans come into an index over fields, which needs the tenant alone.
static OVER_FIELDS: Migration = Migration {
    name: "Loan.by_member",
    entity: &entity::loan::ENTITY,
    place: Place::Tenant("library_id"),
    template: "{memberId:uuid}#{isbn:plaintext} / {state:enumtext}",
    fields: &[],
    key: migrate::tenant,
};

const LIBRARIES: [&str; 2] = ["north", "sou#th"];

/// The item of a loan as a release wrote it that didn't know the two keys.
fn old_item(library: &str, loan: &Loan) -> Item {
    let mut item = entity::loan::item(library, loan, 1);
    for index in [&GSI1, &GSI2] {
        item.remove(index.pk);
        item.remove(index.sk);
    }
    item
}

fn loan_of(number: u64) -> Loan {
    let mut loan = loan(number, number % 7, number % 3, i64::try_from(number).expect("small"));
    if number.is_multiple_of(4) {
        loan.state = LoanState::Returned;
    }
    loan
}

async fn put(ports: &Ports, item: Item) {
    let actions = vec![Action::Put { item, condition: None }];
    ports.store.transact(Transaction { actions }).await.expect("the table takes it");
}

/// So many old loans in each library, among books.
async fn old_library(ports: &Arc<Ports>, loans: u64) {
    for library in LIBRARIES {
        for number in 0..3 {
            shelve(&visit(ports, library), book(number, "A", "A title", 3)).await;
        }
        let items = (0..loans).map(|number| BatchAction::Put(old_item(library, &loan_of(number))));
        for batch in items.collect::<Vec<_>>().chunks(BatchAction::MOST) {
            let left = ports.store.batch_write(batch.to_vec()).await.expect("the table takes it");
            assert!(left.is_empty(), "nobody else is here");
        }
    }
}

async fn run(ports: &Ports, migration: &Migration) -> Progress {
    migrate::run(ports, migration, |_| {}).await.expect("the table answers")
}

async fn stored(ports: &Ports, library: &str, number: u64) -> Item {
    let key = entity::loan::key_of(library, &loan_of(number));
    ports.store.get(Get { key, consistent: true }).await.expect("the table answers").expect("a loan")
}

#[tokio::test]
async fn items_from_before_get_their_key_and_are_read_by_it() {
    let ports = ports();
    old_library(&ports, 60).await;
    // What was written since has the key already.
    put(&ports, entity::loan::item("north", &loan_of(1_000), 1)).await;
    let by_book = |library: &'static str| {
        let ports = Arc::clone(&ports);
        async move {
            let request = PageRequest::first().limited(Some(100));
            let cx = visit(&ports, library);
            let page =
                Library::of(&cx).loans_of_book(&isbn(1), .., request).await.expect("the table answers");
            page.items.len()
        }
    };
    assert_eq!((by_book("north").await, by_book("sou#th").await), (1, 0));
    assert_eq!(migrate::check(&ports, &BY_BOOK).await.expect("the table answers").changed, 120);

    let mut told = Vec::new();
    let found = migrate::run(&ports, &BY_BOOK, |progress| told.push(progress.seen)).await.expect("it runs");
    assert_eq!((found.seen, found.changed, found.unreadable), (121, 120, 0));
    assert!(found.is_complete());
    assert!(told.len() > 1 && told.is_sorted(), "told after each page: {told:?}");
    assert_eq!(migrate::check(&ports, &BY_BOOK).await.expect("the table answers").changed, 0);
    assert!(by_book("north").await >= 20 && by_book("sou#th").await >= 20, "twenty loans of each book");
    for library in LIBRARIES {
        for number in 0..60 {
            let mut expected = entity::loan::item(library, &loan_of(number), 1);
            expected.remove(GSI2.pk);
            expected.remove(GSI2.sk);
            assert!(stored(&ports, library, number).await == expected, "the other key and the version stay");
        }
    }
    // Once is enough.
    assert_eq!(run(&ports, &BY_BOOK).await, found);
}

#[tokio::test]
async fn a_sparse_key_is_given_to_those_that_have_it_and_taken_from_all_in_the_end() {
    let ports = ports();
    old_library(&ports, 20).await;
    assert_eq!(run(&ports, &OPEN).await.changed, 30, "three of four loans are open");
    for number in 0..20 {
        let item = stored(&ports, "north", number).await;
        assert_eq!(item.get(GSI2.pk).is_some(), !number.is_multiple_of(4));
    }
    // Another template under the same name begins anew.
    let dropped = run(&ports, &DROPPED).await;
    assert_eq!((dropped.seen, dropped.changed), (40, 30));
    assert!(stored(&ports, "north", 1).await.get(GSI2.pk).is_none());
    migrate::restart(&ports, &DROPPED).await.expect("the table answers");
    assert_eq!(run(&ports, &DROPPED).await.changed, 0);
}

#[tokio::test]
async fn what_cannot_be_read_stays_as_it_is_and_is_counted() {
    let ports = ports();
    old_library(&ports, 3).await;
    let broken = old_item("north", &loan_of(9)).with("state", Attr::text("EATEN"));
    put(&ports, broken.clone()).await;
    let found = run(&ports, &OPEN).await;
    assert_eq!((found.seen, found.changed, found.unreadable), (7, 4, 1));
    assert!(found.finished && !found.is_complete());
    assert!(stored(&ports, "north", 9).await == broken);
}

/// What happens at a call of the table.
type Event = dyn Fn(usize, &Transaction) -> BoxFuture<'static, bool> + Send + Sync;

/// The table, with something happening between the runner and it.
struct Between {
    table: Arc<dyn Store>,
    calls: AtomicUsize,
    /// Told of each transaction before it is done; `true` for one whose answer is lost.
    before: Box<Event>,
}

impl Store for Between {
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

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        self.table.batch_write(actions)
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        async move {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            let is_lost = (self.before)(call, &transaction).await;
            let outcome = self.table.transact(transaction).await;
            if is_lost {
                Err(TransactError::Store(StoreError::Unavailable("lost".to_owned())))
            } else {
                outcome
            }
        }
        .boxed()
    }
}

fn between(ports: &Arc<Ports>, before: Box<Event>) -> Ports {
    let table = Between { table: Arc::clone(&ports.store), calls: AtomicUsize::new(0), before };
    Ports { store: Arc::new(table), ..(**ports).clone() }
}

#[tokio::test]
async fn a_write_that_comes_between_is_never_undone() {
    let ports = ports();
    old_library(&ports, 40).await;
    let table = Arc::clone(&ports.store);
    // Each loan that the runner is about to change is given back, or prolonged, or removed by somebody first.
    let before = move |call: usize, transaction: &Transaction| {
        let (table, action) = (Arc::clone(&table), transaction.actions.first().cloned());
        async move {
            let Some(Action::Update { key, .. }) = action else { return false };
            let item =
                table.get(Get { key: key.clone(), consistent: true }).await.expect("the table answers");
            let mut loan = entity::loan::read(&item.expect("a loan")).expect("a loan").value;
            let tenant = if key.pk.starts_with("north") { LIBRARIES[0] } else { LIBRARIES[1] };
            match call % 5 {
                0 => loan.state = LoanState::Returned,
                1 => loan.due_at = at(1_000_000),
                2 => loan.renewals = 1.try_into().expect("one renewal"),
                3 => {
                    let actions = vec![Action::Delete { key, condition: None }];
                    table.transact(Transaction { actions }).await.expect("the table takes it");
                    return false;
                }
                _ => return false,
            }
            let actions = vec![Action::Put { item: entity::loan::item(tenant, &loan, 2), condition: None }];
            table.transact(Transaction { actions }).await.expect("the table takes it");
            false
        }
        .boxed()
    };
    let found = run(&between(&ports, Box::new(before)), &OPEN).await;
    assert!(found.finished);
    let mut left = 0;
    for library in LIBRARIES {
        for number in 0..40 {
            let key = entity::loan::key_of(library, &loan_of(number));
            let item = ports.store.get(Get { key, consistent: true }).await.expect("the table answers");
            let Some(item) = item else { continue };
            left += 1;
            let loan = entity::loan::read(&item).expect("a loan").value;
            let expected = entity::loan::gsi2_of(library, &loan);
            let key = item.text(GSI2.pk).zip(item.text(GSI2.sk)).map(|(pk, sk)| PrimaryKey::new(pk, sk));
            assert_eq!(key, expected, "the key of what is stored now");
        }
    }
    assert!((40..80).contains(&left), "some were removed, and none came back: {left}");
}

#[tokio::test]
async fn stopped_at_any_call_it_goes_on_and_ends_the_same() {
    // At every call in depth, at some of them otherwise.
    let deep = std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1");
    let mut ends = Vec::new();
    for stop in (0..).step_by(if deep { 1 } else { 11 }) {
        let ports = ports();
        old_library(&ports, 55).await;
        // From this call on every answer is lost: after the table has done what it was asked, as a killed process would
        // leave it.
        let before = move |call: usize, _: &Transaction| async move { call >= stop }.boxed();
        let stopped = migrate::run(&between(&ports, Box::new(before)), &BY_BOOK, |_| {}).await;
        let is_over = stopped.is_ok();
        match stopped {
            Ok(progress) => ends.push(progress.finished),
            Err(StoreFailure::Busy | StoreFailure::Unavailable(_)) => {}
            Err(other) => panic!("stopped at {stop}: {other}"),
        }
        let found = run(&ports, &BY_BOOK).await;
        assert!(found.is_complete());
        assert_eq!(found.seen, 110, "stopped at {stop}: nothing is seen twice or passed over");
        assert_eq!(migrate::check(&ports, &BY_BOOK).await.expect("the table answers").changed, 0);
        if is_over {
            assert!(stop > 110, "there is a call per item and per page: {stop}");
            break;
        }
    }
    assert_eq!(ends, [true]);
}

#[test]
fn the_row_of_a_migration_is_no_tenants_and_no_entitys() {
    let row = Item::new().with(TABLE.type_attribute, Attr::text("Migration"));
    let own = stipule_runtime::stream::Own::of(&row, &TABLE);
    assert_eq!(own, Ok(stipule_runtime::stream::Own::Migration));
}

#[tokio::test]
async fn items_from_before_come_into_an_index_over_fields_and_leave_it() {
    let ports = ports();
    old_library(&ports, 21).await;
    for library in LIBRARIES {
        for number in 0..21 {
            let mut item = stored(&ports, library, number).await;
            item.remove("library_id");
            put(&ports, item).await;
        }
    }
    let read = async |library: &str| {
        let cx = visit(&ports, library);
        let request = PageRequest::first().limited(Some(100));
        let page = Library::of(&cx).matters_of_member(&member_id(1), &isbn(1), request).await;
        page.expect("the table answers").items.len()
    };
    for library in LIBRARIES {
        assert_eq!(read(library).await, 0, "{library}");
    }
    let progress = run(&ports, &OVER_FIELDS).await;
    assert_eq!((progress.seen, progress.changed), (42, 42));
    assert_eq!(migrate::check(&ports, &OVER_FIELDS).await.expect("the table answers").changed, 0);
    for library in LIBRARIES {
        // Member 1 has the loans 1, 8 and 15, of which 1 is one of book 1.
        assert_eq!(read(library).await, 1, "{library}");
        assert_eq!(stored(&ports, library, 1).await, old_item(library, &loan_of(1)));
    }
    let away = Migration { template: "", key: migrate::none, ..OVER_FIELDS };
    assert_eq!(run(&ports, &away).await.changed, 42);
    for library in LIBRARIES {
        assert_eq!(read(library).await, 0, "{library}");
    }
}
