//! What sixty-four people do at once.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_model::events::{LoanReturned, LoanStarted, MemberJoined};
use library_model::types::LoanState;
use library_store::{
    AddBook, BuyCopies, BuyCopiesError, ChangeMember, ChangeMemberError, GSI1, GiveBack, GiveBackError, Join,
    JoinError, Lend, LendBook, LendError, Library, entity,
};
use library_tests::samples::{at, book, isbn, loan, loan_id, member, member_id};
use stipule_runtime::migrate::{self, Migration, Place};
use stipule_runtime::store::BatchAction;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{PageRequest, StoreFailure};
use tokio::task::JoinSet;

use crate::house::House;

/// People.
const PEOPLE: u64 = 64;

/// Something that everybody does, and what must be true afterwards.
pub(crate) struct Crowd {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Arc<House>) -> BoxFuture<'static, ()>,
}

pub(crate) const CROWDS: &[Crowd] = &[
    Crowd { name: "each_address_goes_to_one", run: |house| addresses(house).boxed() },
    Crowd { name: "no_change_of_one_member_is_lost", run: |house| changes(house).boxed() },
    Crowd { name: "every_copy_bought_is_counted", run: |house| copies(house).boxed() },
    Crowd { name: "no_copy_is_lent_twice", run: |house| loans(house).boxed() },
    Crowd { name: "loans_from_before_get_their_key_beside_new_ones", run: |house| migration(house).boxed() },
];

/// Does it once for each person, all at once.
async fn everybody<T: Send + 'static>(
    house: &Arc<House>,
    each: impl Fn(Arc<House>, u64) -> BoxFuture<'static, T>,
) -> Vec<T> {
    let mut people = JoinSet::new();
    for person in 0..PEOPLE {
        people.spawn(each(Arc::clone(house), person));
    }
    people.join_all().await
}

/// Again from outside, as a caller does who is told that the store is busy.
fn busy(house: &House, failure: &StoreFailure) {
    assert_eq!(*failure, StoreFailure::Busy, "nothing else may stand in the way");
    house.gave_up();
}

async fn join(house: &House, number: u64, email: &str) -> bool {
    loop {
        let cx = house.visit();
        let member = member(number, email);
        let member_joined = MemberJoined { member_id: member.member_id, standing: member.standing };
        match Library::of(&cx).join(Join { member, member_joined }).commit().await {
            Ok(()) => return true,
            Err(JoinError::MemberEmailTaken) => return false,
            Err(JoinError::Failed(failure)) => busy(house, &failure),
            Err(other) => panic!("nobody has this id: {other}"),
        }
    }
}

async fn addresses(house: Arc<House>) {
    let joined = everybody(&house, |house, person| {
        async move { join(&house, person, &format!("reader{}@example.org", person % 16)).await }.boxed()
    })
    .await;
    assert_eq!(joined.iter().filter(|joined| **joined).count(), 16, "one per address");
    let cx = house.visit();
    let mut found = 0;
    for person in 0..PEOPLE {
        let stored = Library::of(&cx).member(&member_id(person)).await.expect("the table answers");
        found += u64::from(stored.is_some());
    }
    assert_eq!(found, 16, "who was refused isn't there");
}

/// Reads the member and writes a name that is one more, until nobody came in between.
async fn raise(house: &House) {
    loop {
        let cx = house.visit();
        let library = Library::of(&cx);
        let read = library.member(&member_id(1)).await.expect("the table answers").expect("joined");
        let count: u64 = read.name.as_str().parse().expect("a count");
        let change = ChangeMember {
            email: read.email.clone(),
            name: (count + 1).to_string().as_str().try_into().expect("a name"),
            nickname: read.nickname.clone(),
            address: read.address.clone(),
            contact: read.contact.clone(),
        };
        match library.change_member(&read, change).commit().await {
            Ok(()) => return,
            Err(ChangeMemberError::Conflict) => {}
            Err(ChangeMemberError::Failed(failure)) => busy(house, &failure),
            Err(other) => panic!("the address stays: {other}"),
        }
    }
}

async fn changes(house: Arc<House>) {
    let cx = house.visit();
    let mut first = member(1, "ada@example.org");
    first.name = "0".try_into().expect("a name");
    let member_joined = MemberJoined { member_id: first.member_id, standing: first.standing };
    Library::of(&cx).join(Join { member: first, member_joined }).commit().await.expect("the first");
    everybody(&house, |house, _| async move { raise(&house).await }.boxed()).await;
    let cx = house.visit();
    let stored = Library::of(&cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    assert_eq!((stored.name.as_str(), stored.version), ("64", 65));
}

async fn shelve(house: &House, copies: i64) {
    let cx = house.visit();
    let book = book(1, "history", "On Counting", copies);
    Library::of(&cx).add_book(AddBook { book }).commit().await.expect("the book is new");
}

/// Copies that are there, and copies that are lent.
async fn counted(house: &House) -> (i64, i64) {
    let cx = house.visit();
    let book = Library::of(&cx).book(&isbn(1)).await.expect("the table answers").expect("on the shelf");
    (book.available.get(), book.lent.get())
}

async fn copies(house: Arc<House>) {
    shelve(&house, 1).await;
    everybody(&house, |house, _| {
        async move {
            loop {
                let cx = house.visit();
                match Library::of(&cx).buy_copies(BuyCopies { isbn: isbn(1), copies: 2 }).commit().await {
                    Ok(()) => return,
                    Err(BuyCopiesError::Failed(failure)) => busy(&house, &failure),
                    Err(other) => panic!("the book is there: {other}"),
                }
            }
        }
        .boxed()
    })
    .await;
    assert_eq!(counted(&house).await, (1 + 2 * 64, 0));
}

/// A list of one thing.
fn only<T>(thing: T) -> BoundedVec<T, 0, 5> {
    vec![thing].try_into().expect("one is few enough")
}

async fn lend(house: &House, person: u64) -> bool {
    loop {
        let cx = house.visit();
        let loan = loan(person, person, 1, 0);
        let started =
            LoanStarted { loan_id: loan.loan_id, member_id: loan.member_id, isbn: loan.isbn.clone() };
        let input = Lend {
            member_id: loan.member_id,
            count: 1,
            books: only(LendBook { isbn: loan.isbn.clone(), copies: 1 }),
            loans: only(loan),
            started: only(started),
        };
        match Library::of(&cx).lend(input).commit().await {
            Ok(()) => return true,
            Err(LendError::NoCopyLeft { index: 0 }) => return false,
            Err(LendError::Failed(failure)) => busy(house, &failure),
            Err(other) => panic!("a member in good standing, a new loan: {other}"),
        }
    }
}

async fn loans(house: Arc<House>) {
    shelve(&house, 20).await;
    for person in 0..PEOPLE {
        assert!(join(&house, person, &format!("reader{person}@example.org")).await);
    }
    let lent = everybody(&house, |house, person| async move { lend(&house, person).await }.boxed()).await;
    assert_eq!(lent.iter().filter(|lent| **lent).count(), 20, "as many as there are copies");
    assert_eq!(counted(&house).await, (0, 20));
    let cx = house.visit();
    let request = PageRequest::first().limited(Some(100));
    let loans = Library::of(&cx).loans_of_book(&isbn(1), .., request).await.expect("the table answers");
    assert_eq!(loans.items.len(), 20, "a loan per copy");
}

/// The key of loans by their book, as generated code would say it of one that is new.
static BY_BOOK: Migration = Migration {
    name: "Loan.gsi1",
    entity: &entity::loan::ENTITY,
    place: Place::Index(&GSI1),
    template: "BOOK#{isbn:text} / {lentAt:datetime}#{loanId:uuid}",
    fields: &["isbn", "lentAt", "loanId"],
    key: |tenant, item| Ok(Some(entity::loan::gsi1_of(tenant, &entity::loan::read(item)?.value))),
};

/// Loans that a release wrote which knew no key by book get one, while everybody gives one of them back.
async fn migration(house: Arc<House>) {
    let cx = house.visit();
    Library::of(&cx).add_book(AddBook { book: book(1, "A", "Emma", 0) }).commit().await.expect("it is new");
    let old = (0..PEOPLE).map(|person| {
        let mut item = entity::loan::item("north", &loan(person, person, 1, 0), 1);
        item.remove(GSI1.pk);
        item.remove(GSI1.sk);
        BatchAction::Put(item)
    });
    for batch in old.collect::<Vec<_>>().chunks(BatchAction::MOST) {
        let left = house.ports().store.batch_write(batch.to_vec()).await.expect("the table takes it");
        assert!(left.is_empty(), "nobody else is here yet");
    }
    let walk = tokio::spawn({
        let ports = Arc::clone(house.ports());
        async move { migrate::run(&ports, &BY_BOOK, |_| {}).await }
    });
    everybody(&house, |house, person| give_back(house, person).boxed()).await;
    walk.await.expect("the walk ends").expect("the table answers");
    assert_eq!(migrate::check(house.ports(), &BY_BOOK).await.expect("the table answers").changed, 0);
    let page = PageRequest::first().limited(Some(100));
    let loans = Library::of(&cx).loans_of_book(&isbn(1), .., page).await.expect("the table answers").items;
    assert_eq!(loans.len() as u64, PEOPLE);
    assert!(loans.iter().all(|loan| loan.value.state == LoanState::Returned), "no walk undid a return");
}

async fn give_back(house: Arc<House>, person: u64) {
    loop {
        let cx = house.visit();
        let found = Library::of(&cx).loan(&member_id(person), &loan_id(person)).await;
        let lent = found.expect("the table answers").expect("it is there");
        let input = GiveBack {
            state: LoanState::Returned,
            returned_at: Some(at(9)),
            isbn: isbn(1),
            copies: 0,
            loan_returned: LoanReturned {
                loan_id: loan_id(person),
                member_id: member_id(person),
                late: false,
            },
        };
        match Library::of(&cx).give_back(&lent, input).commit().await {
            Ok(()) => return,
            Err(GiveBackError::Failed(failure)) => busy(&house, &failure),
            Err(other) => panic!("nobody else has this loan: {other:?}"),
        }
    }
}
