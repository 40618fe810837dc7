//! Many items by their keys.

use library_model::types::LoanState;
use library_store::{Library, StatesOfLoansKey, StatesOfLoansRow};
use stipule_runtime::{StoreFailure, Stored};

use crate::desk::{book, isbn, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

#[tokio::test]
async fn books_come_in_the_order_of_their_keys_and_what_is_not_there_is_said() {
    let ports = ports();
    for number in 0..230 {
        shelve(&visit(&ports, "north"), book(number, "A", "Emma", 1)).await;
    }
    let cx = visit(&ports, "north");
    let keys: Vec<_> = (0..240).rev().map(isbn).collect();
    let found = Library::of(&cx).books_by_isbn(&keys).await.expect("the table answers");
    let missing: Vec<_> = (230..240).rev().map(isbn).collect();
    assert_eq!((&found.missing, found.left.len()), (&missing, 0));
    let found: Vec<_> =
        found.complete().expect("nothing is left").into_iter().map(|book| book.isbn).collect();
    assert_eq!(found, keys[10..]);
}

#[tokio::test]
async fn more_keys_than_the_contract_allows_are_refused() {
    let cx = visit(&ports(), "north");
    let keys: Vec<_> = (0..251).map(isbn).collect();
    let refused = Library::of(&cx).books_by_isbn(&keys).await;
    assert!(matches!(refused, Err(StoreFailure::Invalid(_))), "{refused:?}");
    assert!(Library::of(&cx).books_by_isbn(&keys[1..]).await.is_ok());
}

#[tokio::test]
async fn a_batch_sees_its_own_tenant_only_and_asks_for_some_fields() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 9)).await;
    for number in [1, 2] {
        lend(&visit(&ports, "north"), 1, vec![loan(number, 1, 1, 0)]).await.expect("there are copies");
    }
    let key = |number| StatesOfLoansKey { member_id: member_id(1), loan_id: loan_id(number) };
    let keys = [key(2), key(7), key(1), key(2)];
    let cx = visit(&ports, "north");
    let found = Library::of(&cx).states_of_loans(&keys).await.expect("the table answers");
    assert_eq!(found.missing, [key(7)]);
    let row = StatesOfLoansRow { state: LoanState::Lent, renewals: 0.try_into().expect("none") };
    assert_eq!(found.found, [Stored::new(row.clone(), 1), Stored::new(row, 1)]);
    let elsewhere = visit(&ports, "south");
    let found = Library::of(&elsewhere).states_of_loans(&keys).await.expect("the table answers");
    assert_eq!((found.found.len(), found.missing.len()), (0, 3));
}

#[tokio::test]
async fn a_batch_may_wait_on_any_thread() {
    let ports = ports();
    let read = async move {
        let cx = visit(&ports, "north");
        Library::of(&cx).books_by_isbn(&[isbn(1)]).await.map(|found| found.missing.len())
    };
    assert_eq!(tokio::spawn(read).await.expect("it doesn't panic"), Ok(1));
}
