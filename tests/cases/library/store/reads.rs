//! Partitions, pages, ranges, sparse indexes, and shards merged in order.

use library_model::events::LoanReturned;
use library_model::types::{Fine, Loan, LoanState};
use library_store::{ChargeFine, GiveBack, Library, MarkOverdue, MarkOverdueLoan, ShelveBook};
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, PageRequest, Ports, StoreFailure, Stored};

use crate::desk::{at, book, isbn, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

/// A library with a member, one book of many copies, and these loans: number and when it was lent.
async fn with_loans(loans: &[(u64, i64)]) -> std::sync::Arc<Ports> {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1000)).await;
    for (number, lent_at) in loans {
        let loan = loan(*number, 1, 1, *lent_at);
        lend(&visit(&ports, "north"), 1, vec![loan]).await.expect("there are copies enough");
    }
    ports
}

fn numbers(loans: &[Stored<Loan>]) -> Vec<u64> {
    let number = |loan: &Stored<Loan>| (0..1000).find(|number| loan.loan_id == loan_id(*number));
    loans.iter().map(|loan| number(loan).expect("a loan of these tests")).collect()
}

/// All pages of open loans, each with at most `limit`.
async fn open_loans(cx: &Context, limit: Option<u32>) -> Vec<u64> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let request = PageRequest::at(cursor.as_deref()).limited(limit);
        let page = Library::of(cx).open_loans(request).await.expect("the table answers");
        assert!(page.items.len() <= limit.unwrap_or(5) as usize);
        found.extend(numbers(&page.items));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return found,
        }
    }
}

async fn charge(cx: &Context, number: i64) {
    let fine = Fine {
        member_id: member_id(1),
        number,
        cents: 100.try_into().expect("within the limits of fines"),
        reason: "late".try_into().expect("a reason"),
    };
    let input = ChargeFine { member_id: member_id(1), fine };
    Library::of(cx).charge_fine(input).commit().await.expect("the fine is new");
}

#[tokio::test]
async fn a_partition_comes_whole_and_sorted_into_its_collections() {
    let ports = with_loans(&[(3, 0), (1, 5)]).await;
    for number in [7, -2] {
        charge(&visit(&ports, "north"), number).await;
    }
    let cx = visit(&ports, "north");
    let file = Library::of(&cx).member_file(&member_id(1)).await.expect("the table answers").expect("joined");
    assert_eq!(file.member.value, member(1, "ada@example.org"));
    assert_eq!(numbers(&file.loans), [1, 3]);
    assert_eq!(file.fines.iter().map(|fine| fine.number).collect::<Vec<_>>(), [-2, 7]);
}

#[tokio::test]
async fn a_partition_without_its_head_is_nothing() {
    let ports = with_loans(&[(1, 0)]).await;
    let cx = visit(&ports, "north");
    let read = Library::of(&cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    Library::of(&cx).leave(&read).commit().await.expect("current");
    assert_eq!(Library::of(&cx).member_file(&member_id(1)).await, Ok(None));
}

#[tokio::test]
async fn a_weak_read_finds_the_same_here() {
    let ports = with_loans(&[]).await;
    let cx = visit(&ports, "north");
    let weak = Library::of(&cx).glance_member(&member_id(1)).await;
    let strong = Library::of(&cx).member(&member_id(1)).await;
    assert_eq!(weak, strong);
}

#[tokio::test]
async fn pages_come_in_order_and_each_item_once() {
    let loans: Vec<_> = (0..8).map(|number| (number, i64::try_from(number).expect("small") * 10)).collect();
    let ports = with_loans(&loans).await;
    let cx = visit(&ports, "north");
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    for expected in [3, 3, 2] {
        let request = PageRequest::at(cursor.as_deref());
        let page = Library::of(&cx).loans_of_book(&isbn(1), .., request).await.expect("the table answers");
        assert_eq!(page.items.len(), expected);
        found.extend(numbers(&page.items));
        cursor = page.next;
    }
    assert_eq!((found, cursor), (vec![7, 6, 5, 4, 3, 2, 1, 0], None));
}

#[tokio::test]
async fn a_range_takes_its_ends_as_it_says() {
    let ports = with_loans(&[(0, 0), (1, 10), (2, 20), (3, 30)]).await;
    let cx = visit(&ports, "north");
    let all = PageRequest::first().limited(Some(100));
    let library = Library::of(&cx);
    let found = library.loans_of_book(&isbn(1), at(10)..at(30), all).await.expect("the table answers");
    assert_eq!(numbers(&found.items), [2, 1]);
    let found = library.loans_of_book(&isbn(1), at(10)..=at(30), all).await.expect("the table answers");
    assert_eq!(numbers(&found.items), [3, 2, 1]);
    let found = library.loans_of_book(&isbn(1), ..at(20), all).await.expect("the table answers");
    assert_eq!(numbers(&found.items), [1, 0]);
    let found =
        library.loans_of_book(&isbn(1), at(30)..at(10), all).await.expect("an empty range is answered");
    assert_eq!(numbers(&found.items), [0; 0]);
}

#[tokio::test]
async fn integers_sort_as_numbers() {
    let ports = with_loans(&[]).await;
    for number in [10, 9, 0, -1, -10, i64::MAX, i64::MIN] {
        charge(&visit(&ports, "north"), number).await;
    }
    let cx = visit(&ports, "north");
    let all = Library::of(&cx).fines_of_member(&member_id(1), .., PageRequest::first()).await;
    let all: Vec<i64> = all.expect("the table answers").items.iter().map(|fine| fine.number).collect();
    assert_eq!(all, [i64::MIN, -10, -1, 0, 9, 10, i64::MAX]);
    let some = Library::of(&cx).fines_of_member(&member_id(1), -1..10, PageRequest::first()).await;
    let some: Vec<i64> = some.expect("the table answers").items.iter().map(|fine| fine.number).collect();
    assert_eq!(some, [-1, 0, 9]);
}

#[tokio::test]
async fn free_text_in_keys_neither_forges_nor_misorders() {
    let ports = ports();
    let titles = ["A", "A#", "A B", "A!", "AB", "a", "Ä", "\u{1F600}"];
    for (number, title) in (1..).zip(titles) {
        shelve(&visit(&ports, "north"), book(number, "S", title, 1)).await;
        shelve(&visit(&ports, "north"), book(number + 100, "S#T", title, 1)).await;
    }
    let cx = visit(&ports, "north");
    let shelf: Text<1, 20> = "S".try_into().expect("a shelf");
    let mut expected: Vec<&str> = titles.to_vec();
    expected.sort_unstable();
    let all = PageRequest::first().limited(Some(100));
    let found = Library::of(&cx).books_on_shelf(&shelf, .., all).await.expect("the table answers");
    assert_eq!(found.items.iter().map(|book| book.title.as_str()).collect::<Vec<_>>(), expected);
    let from: Text<1, 200> = "A".try_into().expect("a title");
    let to: Text<1, 200> = "AB".try_into().expect("a title");
    let found = Library::of(&cx).books_on_shelf(&shelf, from..to, all).await.expect("the table answers");
    let found: Vec<&str> = found.items.iter().map(|book| book.title.as_str()).collect();
    assert_eq!(found, ["A", "A B", "A!", "A#"]);
}

#[tokio::test]
async fn an_update_moves_the_item_within_its_index() {
    let ports = ports();
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1)).await;
    let cx = visit(&ports, "north");
    let (shelf, title) = ("B".try_into().expect("a shelf"), "Emma, again".try_into().expect("a title"));
    Library::of(&cx)
        .shelve_book(ShelveBook { isbn: isbn(1), title, shelf })
        .commit()
        .await
        .expect("it is there");
    for (shelf, expected) in [("A", 0), ("B", 1)] {
        let shelf = shelf.try_into().expect("a shelf");
        let found = Library::of(&cx).books_on_shelf(&shelf, .., PageRequest::first()).await;
        assert_eq!(found.expect("the table answers").items.len(), expected);
    }
}

#[tokio::test]
async fn only_open_loans_are_in_the_sparse_index_and_shards_merge_in_order() {
    let loans: Vec<_> =
        (0..24).map(|number| (number, i64::try_from((number * 7) % 24).expect("small"))).collect();
    let ports = with_loans(&loans).await;
    let cx = visit(&ports, "north");
    let mut expected: Vec<u64> = (0..24).collect();
    expected.sort_by_key(|number| (number * 7) % 24);
    assert_eq!(open_loans(&cx, None).await, expected);
    assert_eq!(open_loans(&cx, Some(1)).await, expected);
    assert_eq!(open_loans(&cx, Some(100)).await, expected);
}

#[tokio::test]
async fn a_loan_leaves_the_sparse_index_when_it_is_returned_and_stays_while_overdue() {
    let ports = with_loans(&[(1, 0), (2, 10)]).await;
    let cx = visit(&ports, "north");
    let read = async |number| {
        let stored = Library::of(&cx).loan(&member_id(1), &loan_id(number)).await;
        stored.expect("the table answers").expect("lent")
    };
    let overdue = [MarkOverdueLoan { loan: read(1).await, state: LoanState::Overdue }].into();
    Library::of(&cx).mark_overdue(MarkOverdue { loans: overdue }).commit().await.expect("current");
    assert_eq!(open_loans(&cx, None).await, [1, 2]);
    let step = async |cx: &Context, number, state: LoanState| {
        let input = GiveBack {
            state,
            returned_at: None,
            isbn: isbn(1),
            copies: 0,
            loan_returned: LoanReturned { loan_id: loan_id(number), member_id: member_id(1), late: true },
        };
        Library::of(cx).give_back(&read(number).await, input).commit().await.expect("current");
    };
    step(&visit(&ports, "north"), 1, LoanState::Returned).await;
    assert_eq!(open_loans(&cx, None).await, [2]);
    step(&visit(&ports, "north"), 1, LoanState::Lent).await;
    assert_eq!(open_loans(&cx, None).await, [1, 2]);
}

#[tokio::test]
async fn a_cursor_opens_nothing_but_its_own_read() {
    let loans: Vec<_> = (0..8).map(|number| (number, i64::try_from(number).expect("small"))).collect();
    let ports = with_loans(&loans).await;
    shelve(&visit(&ports, "north"), book(2, "A", "Persuasion", 1)).await;
    let cx = visit(&ports, "north");
    let page = Library::of(&cx).loans_of_book(&isbn(1), .., PageRequest::first()).await;
    let cursor = page.expect("the table answers").next.expect("there are more");
    let at_cursor = PageRequest::at(Some(&cursor));
    let library = Library::of(&cx);
    assert!(library.loans_of_book(&isbn(1), .., at_cursor).await.is_ok());

    let refused = Err(StoreFailure::BadCursor);
    assert_eq!(library.loans_of_book(&isbn(2), .., at_cursor).await, refused, "another book");
    assert_eq!(library.loans_of_book(&isbn(1), at(3).., at_cursor).await, refused, "another range");
    assert_eq!(library.open_loans(at_cursor).await, refused, "another read");
    assert_eq!(library.loans_of_member(&member_id(1), at_cursor).await, refused, "another read");
    let elsewhere = visit(&ports, "south");
    assert_eq!(
        Library::of(&elsewhere).loans_of_book(&isbn(1), .., at_cursor).await,
        refused,
        "another tenant"
    );
    for place in [0, cursor.len() / 2, cursor.len() - 1] {
        let mut forged = cursor.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("still ASCII");
        let outcome = library.loans_of_book(&isbn(1), .., PageRequest::at(Some(&forged))).await;
        assert_eq!(outcome, refused, "a letter changed at {place}");
    }
    for nonsense in ["", "AAAA", "\u{e9}", "%%%"] {
        let outcome = library.loans_of_book(&isbn(1), .., PageRequest::at(Some(nonsense))).await;
        assert_eq!(outcome, refused, "{nonsense:?}");
    }
}
