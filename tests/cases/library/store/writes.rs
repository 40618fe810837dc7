//! Puts, updates, counters, checks, lists and events, with errors named by the place of what failed.

use library_model::events::LoanReturned;
use library_model::types::{Fine, LoanState, Standing};
use library_store::{
    AddBook, AddBookError, BuyCopies, BuyCopiesError, ChargeFine, ChargeFineError, GiveBack, Lend, LendBook,
    LendError, Library, MarkOverdue, MarkOverdueError, MarkOverdueLoan, ShelveBook, ShelveBookError,
    SuspendMember, WaiveFines, WaiveFinesError, WaiveFinesFine,
};
use stipule_runtime::PageRequest;
use stipule_runtime::wire::BoundedVec;

use crate::desk::{at, book, isbn, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

fn fine(number: i64) -> Fine {
    Fine {
        member_id: member_id(1),
        number,
        cents: 150.try_into().expect("within the limits of fines"),
        reason: "late".try_into().expect("a reason"),
    }
}

#[tokio::test]
async fn a_put_that_must_be_new_is_refused_the_second_time() {
    let ports = ports();
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1)).await;
    let cx = visit(&ports, "north");
    let again = Library::of(&cx).add_book(AddBook { book: book(1, "B", "Other", 9) }).commit().await;
    assert_eq!(again, Err(AddBookError::BookExists));
    assert_eq!(Library::of(&cx).book(&isbn(1)).await, Ok(Some(book(1, "A", "Emma", 1))));
}

#[tokio::test]
async fn lending_moves_copies_and_keeps_the_loans() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    for number in 1..=2 {
        shelve(&visit(&ports, "north"), book(number, "A", "Emma", 3)).await;
    }
    let cx = visit(&ports, "north");
    lend(&cx, 1, vec![loan(1, 1, 1, 0), loan(2, 1, 2, 0)]).await.expect("copies are there");
    let library = Library::of(&cx);
    let lent = library.book(&isbn(1)).await.expect("the table answers").expect("the book is there");
    assert_eq!((lent.available.get(), lent.lent.get()), (2, 1));
    let stored = library.loan(&member_id(1), &loan_id(2)).await.expect("the table answers");
    let stored = stored.expect("the loan was put");
    assert_eq!((stored.version, stored.value), (1, loan(2, 1, 2, 0)));
}

#[tokio::test]
async fn the_book_without_copies_is_named_by_its_place_and_nothing_is_lent() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 3)).await;
    shelve(&visit(&ports, "north"), book(2, "A", "Persuasion", 0)).await;
    let cx = visit(&ports, "north");
    let outcome = lend(&cx, 1, vec![loan(1, 1, 1, 0), loan(2, 1, 2, 0)]).await;
    assert_eq!(outcome, Err(LendError::NoCopyLeft { index: 1 }));
    let library = Library::of(&cx);
    assert_eq!(library.loan(&member_id(1), &loan_id(1)).await, Ok(None));
    assert_eq!(library.book(&isbn(1)).await, Ok(Some(book(1, "A", "Emma", 3))));
}

#[tokio::test]
async fn a_loan_that_exists_is_named_by_its_place() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 9)).await;
    shelve(&visit(&ports, "north"), book(2, "A", "Persuasion", 9)).await;
    lend(&visit(&ports, "north"), 1, vec![loan(2, 1, 1, 0)]).await.expect("copies are there");
    let outcome = lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0), loan(2, 1, 2, 0)]).await;
    assert_eq!(outcome, Err(LendError::LoanExists { index: 1 }));
}

#[tokio::test]
async fn a_check_on_another_item_holds_the_write_back() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 9)).await;
    let cx = visit(&ports, "north");
    let stored = Library::of(&cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    let suspension = SuspendMember { standing: Standing::Suspended };
    Library::of(&cx).suspend_member(&stored, suspension).commit().await.expect("nobody came between");
    let outcome = lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0)]).await;
    assert_eq!(outcome, Err(LendError::MayNotBorrow));
    let outcome = lend(&visit(&ports, "north"), 2, vec![loan(1, 2, 1, 0)]).await;
    assert_eq!(outcome, Err(LendError::MayNotBorrow), "a member who isn't there may not borrow either");
}

#[tokio::test]
async fn an_argument_of_a_condition_counts() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 9)).await;
    let cx = visit(&ports, "north");
    // The member may have five.
    let (loans, books, started) = ([].into(), [].into(), [].into());
    let input = Lend { member_id: member_id(1), count: 6, loans, books, started };
    assert_eq!(Library::of(&cx).lend(input).commit().await, Err(LendError::MayNotBorrow));
}

#[test]
fn a_list_beyond_its_limit_cannot_be_made() {
    let books = vec![LendBook { isbn: isbn(1), copies: 1 }; 6];
    let list: Result<BoundedVec<LendBook, 0, 5>, _> = books.try_into();
    assert_eq!(list.expect_err("six are more than five").to_string(), "must have at most 5 items");
}

#[tokio::test]
async fn a_counter_never_leaves_the_limits_of_its_type() {
    let ports = ports();
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 3)).await;
    for copies in [-4, i64::MAX, i64::MIN] {
        let cx = visit(&ports, "north");
        let outcome = Library::of(&cx).buy_copies(BuyCopies { isbn: isbn(1), copies }).commit().await;
        assert_eq!(outcome, Err(BuyCopiesError::Conflict), "{copies}");
    }
    let cx = visit(&ports, "north");
    Library::of(&cx)
        .buy_copies(BuyCopies { isbn: isbn(1), copies: -3 })
        .commit()
        .await
        .expect("three are there");
    assert_eq!(Library::of(&cx).book(&isbn(1)).await, Ok(Some(book(1, "A", "Emma", 0))));
}

#[tokio::test]
async fn an_update_of_what_is_not_there_creates_nothing() {
    let ports = ports();
    let cx = visit(&ports, "north");
    let title = "Emma".try_into().expect("a title");
    let shelf = "A".try_into().expect("a shelf");
    let outcome = Library::of(&cx).shelve_book(ShelveBook { isbn: isbn(1), title, shelf }).commit().await;
    assert_eq!(outcome, Err(ShelveBookError::BookMissing));
    let outcome = Library::of(&cx).buy_copies(BuyCopies { isbn: isbn(1), copies: 1 }).commit().await;
    assert_eq!(outcome, Err(BuyCopiesError::Conflict));
    assert_eq!(Library::of(&cx).book(&isbn(1)).await, Ok(None));
}

#[tokio::test]
async fn giving_back_changes_the_loan_and_the_book_together() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1)).await;
    lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0)]).await.expect("a copy is there");
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let stored = library.loan(&member_id(1), &loan_id(1)).await.expect("the table answers").expect("lent");
    let input = GiveBack {
        state: LoanState::Returned,
        returned_at: Some(at(50)),
        isbn: isbn(1),
        copies: 1,
        loan_returned: LoanReturned { loan_id: loan_id(1), member_id: member_id(1), late: false },
    };
    library.give_back(&stored, input).commit().await.expect("nobody came between");
    let returned = library.loan(&member_id(1), &loan_id(1)).await.expect("the table answers").expect("kept");
    assert_eq!(
        (returned.version, returned.state, returned.returned_at),
        (2, LoanState::Returned, Some(at(50)))
    );
    assert_eq!(library.book(&isbn(1)).await, Ok(Some(book(1, "A", "Emma", 1))));
}

#[tokio::test]
async fn a_stale_value_in_a_list_is_named_by_its_place() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1)).await;
    shelve(&visit(&ports, "north"), book(2, "A", "Persuasion", 1)).await;
    lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0), loan(2, 1, 2, 0)])
        .await
        .expect("copies are there");
    let cx = visit(&ports, "north");
    let mut loans = Vec::new();
    for number in [1, 2] {
        let stored = Library::of(&cx).loan(&member_id(1), &loan_id(number)).await.expect("the table answers");
        loans.push(MarkOverdueLoan { loan: stored.expect("lent"), state: LoanState::Overdue });
    }
    let second = MarkOverdue { loans: [loans[1].clone()].into() };
    Library::of(&cx).mark_overdue(second).commit().await.expect("nobody came between");
    let cx = visit(&ports, "north");
    let outcome =
        Library::of(&cx).mark_overdue(MarkOverdue { loans: loans.try_into().expect("two") }).commit().await;
    assert_eq!(outcome, Err(MarkOverdueError::Conflict { index: 1 }));
    let first = Library::of(&cx).loan(&member_id(1), &loan_id(1)).await.expect("the table answers");
    assert_eq!(first.expect("lent").state, LoanState::Lent, "nothing of a denied write happens");
}

#[tokio::test]
async fn a_list_of_deletes_removes_all_or_none() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    for number in 1..=3 {
        let cx = visit(&ports, "north");
        let input = ChargeFine { member_id: member_id(1), fine: fine(number) };
        Library::of(&cx).charge_fine(input).commit().await.expect("the fine is new");
    }
    let waive = |numbers: [i64; 2]| WaiveFines {
        fines: numbers.map(|number| WaiveFinesFine { member_id: member_id(1), number }).into(),
    };
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx).waive_fines(waive([1, 9])).commit().await;
    assert_eq!(outcome, Err(WaiveFinesError::FineMissing { index: 1 }));
    Library::of(&cx).waive_fines(waive([1, 2])).commit().await.expect("both are there");
    let left = Library::of(&cx).fines_of_member(&member_id(1), .., PageRequest::first()).await;
    assert_eq!(left.expect("the table answers").items, [fine(3)]);
}

#[tokio::test]
async fn a_check_without_condition_asks_for_the_item_alone() {
    let ports = ports();
    let cx = visit(&ports, "north");
    let input = ChargeFine { member_id: member_id(1), fine: fine(1) };
    let outcome = Library::of(&cx).charge_fine(input).commit().await;
    assert_eq!(outcome, Err(ChargeFineError::NoSuchMember));
}
