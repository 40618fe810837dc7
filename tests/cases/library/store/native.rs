//! Indexes over fields: they follow every write by themselves, counters too, and keep tenants apart.

use std::ops::Bound;
use std::sync::Arc;

use library_model::events::LoanReturned;
use library_model::types::{LoanState, Reservation, ReservationState};
use library_store::{
    CancelReservation, GiveBack, KeepReservation, Library, MattersOfMemberItem, NoteReservation, VisitBook,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use stipule_runtime::wire::{DateTime, Ranged};
use stipule_runtime::{Context, PageRequest, Ports, StoreFailure};

use crate::desk::{
    at, book, isbn, join, lend, loan, loan_id, member, member_id, ports, random, shelve, visit,
};

fn reservation(member: u64, book: u64, state: ReservationState, until: i64) -> Reservation {
    Reservation {
        isbn: isbn(book),
        member_id: member_id(member),
        state,
        until: at(until),
        place: None,
        note: None,
    }
}

async fn note(cx: &Context, reservation: Reservation) {
    Library::of(cx)
        .note_reservation(NoteReservation { reservation })
        .commit()
        .await
        .expect("it is taken down");
}

type Range = (Bound<DateTime>, Bound<DateTime>);

/// All pages of the reservations in a state.
async fn in_state(cx: &Context, state: ReservationState, range: &Range) -> Vec<Reservation> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let request = PageRequest::at(cursor.as_deref());
        let page = Library::of(cx).reservations_in_state(&state, *range, request).await;
        let page = page.expect("the table answers");
        all.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}

const EVERYTHING: Range = (Bound::Unbounded, Bound::Unbounded);

#[tokio::test]
async fn an_item_is_where_its_fields_say_after_every_write() {
    let ports = ports();
    for (member, until) in [(1, 300), (2, 100), (3, 200)] {
        note(&visit(&ports, "north"), reservation(member, 1, ReservationState::Waiting, until)).await;
    }
    let cx = visit(&ports, "north");
    let waiting = in_state(&cx, ReservationState::Waiting, &EVERYTHING).await;
    assert_eq!(waiting.iter().map(|it| it.until).collect::<Vec<_>>(), [at(100), at(200), at(300)]);
    let input = KeepReservation {
        isbn: isbn(1),
        member_id: member_id(2),
        until: at(250),
        note: "for".try_into().expect("short"),
        states: vec![ReservationState::Waiting].try_into().expect("a few"),
        start: String::new(),
    };
    Library::of(&visit(&ports, "north")).keep_reservation(input).commit().await.expect("it waits");
    note(&visit(&ports, "north"), reservation(3, 1, ReservationState::Ready, 200)).await;
    let waiting = in_state(&cx, ReservationState::Waiting, &EVERYTHING).await;
    assert_eq!(waiting.iter().map(|it| it.until).collect::<Vec<_>>(), [at(250), at(300)]);
    let ready = in_state(&cx, ReservationState::Ready, &EVERYTHING).await;
    assert_eq!(ready, [reservation(3, 1, ReservationState::Ready, 200)]);
    let input = CancelReservation { isbn: isbn(1), member_id: member_id(1), served: 1 };
    Library::of(&visit(&ports, "north")).cancel_reservation(input).commit().await.expect("it waits");
    let waiting = in_state(&cx, ReservationState::Waiting, &EVERYTHING).await;
    assert_eq!(waiting.iter().map(|it| it.until).collect::<Vec<_>>(), [at(250)]);
}

#[tokio::test]
async fn all_that_the_sort_key_begins_with_can_be_bound() {
    let ports = ports();
    for (member, book, until) in [(1, 1, 100), (2, 2, 100), (3, 3, 100), (4, 4, 101)] {
        note(&visit(&ports, "north"), reservation(member, book, ReservationState::Ready, until)).await;
    }
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let first = library.reservations_due_at(&ReservationState::Ready, &at(100), PageRequest::first()).await;
    let first = first.expect("the table answers");
    assert_eq!(first.items.iter().map(|it| it.isbn.clone()).collect::<Vec<_>>(), [isbn(3), isbn(2)]);
    let next = PageRequest::at(first.next.as_deref());
    let second = library.reservations_due_at(&ReservationState::Ready, &at(100), next).await;
    assert_eq!(second.expect("the table answers").items, [reservation(1, 1, ReservationState::Ready, 100)]);
    // A cursor is good for its values only.
    for (state, until) in [(ReservationState::Waiting, 100), (ReservationState::Ready, 101)] {
        let elsewhere = library.reservations_due_at(&state, &at(until), next).await;
        assert_eq!(elsewhere, Err(StoreFailure::BadCursor));
    }
}

async fn look(ports: &Arc<Ports>, library: &str, book: u64, more: i64) {
    let input = VisitBook { isbn: isbn(book), last_at: at(0), since: at(0), more };
    Library::of(&visit(ports, library)).visit_book(input).commit().await.expect("within the limits");
}

#[tokio::test]
async fn an_index_over_a_counter_follows_it() {
    let ports = ports();
    for (book, more) in [(1, 9), (2, 10), (3, 100), (1, 2), (3, -98)] {
        look(&ports, "north", book, more).await;
    }
    look(&ports, "south", 4, 50).await;
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let count = |number: i64| Ranged::<0, 1000>::try_from(number).expect("within the limits");
    let rows = library.most_visited(.., PageRequest::first()).await.expect("the table answers");
    let seen: Vec<_> = rows.items.iter().map(|row| (row.isbn.clone(), row.count.get())).collect();
    assert_eq!(seen, [(isbn(1), 11), (isbn(2), 10)], "by number: 9 would come after 10 as text");
    let next = PageRequest::at(rows.next.as_deref());
    let rows = library.most_visited(.., next).await.expect("the table answers");
    assert_eq!(rows.items.iter().map(|row| row.count.get()).collect::<Vec<_>>(), [2]);
    let rows = library.most_visited(count(2)..count(11), PageRequest::first()).await;
    let rows = rows.expect("the table answers").items;
    assert_eq!(rows.iter().map(|row| row.count.get()).collect::<Vec<_>>(), [10, 2]);
    let nothing = library.most_visited(count(11)..count(2), PageRequest::first()).await;
    assert_eq!(nothing.expect("the table answers").items, []);
}

#[tokio::test]
async fn several_entities_share_an_index_over_fields() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 5)).await;
    lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0)]).await.expect("a copy is there");
    note(&visit(&ports, "north"), reservation(1, 1, ReservationState::Ready, 100)).await;
    note(&visit(&ports, "north"), reservation(1, 2, ReservationState::Ready, 100)).await;
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let read = async || {
        let page = library.matters_of_member(&member_id(1), &isbn(1), PageRequest::first()).await;
        let items = page.expect("the table answers").items.into_iter().map(|item| match item {
            MattersOfMemberItem::Loan(loan) => format!("loan {}", loan.value.state),
            MattersOfMemberItem::Reservation(it) => format!("reservation {}", it.state),
        });
        items.collect::<Vec<_>>()
    };
    assert_eq!(read().await, ["loan LENT", "reservation READY"]);
    let lent =
        library.loan(&member_id(1), &loan_id(1)).await.expect("the table answers").expect("it is there");
    let input = GiveBack {
        state: LoanState::Returned,
        returned_at: Some(at(9)),
        isbn: isbn(1),
        copies: 1,
        loan_returned: LoanReturned { loan_id: loan_id(1), member_id: member_id(1), late: false },
    };
    Library::of(&visit(&ports, "north")).give_back(&lent, input).commit().await.expect("it was lent");
    assert_eq!(read().await, ["reservation READY", "loan RETURNED"]);
}

/// One reservation: whose library, member, book, state, until when.
type Drawn = (usize, u64, u64, usize, i64);

const LIBRARIES: [&str; 3] = ["north", "north#", "NORTH"];
const STATES: [ReservationState; 3] =
    [ReservationState::Waiting, ReservationState::Ready, ReservationState::Taken];

fn bound() -> impl Strategy<Value = Bound<i64>> {
    prop_oneof![
        Just(Bound::Unbounded),
        (90_i64..112).prop_map(Bound::Included),
        (90_i64..112).prop_map(Bound::Excluded)
    ]
}

#[test]
fn pages_have_what_a_list_has_in_its_order() {
    let drawn = proptest::collection::vec((0..3_usize, 0..3_u64, 0..3_u64, 0..3_usize, 95..108_i64), 0..40);
    let asked = proptest::collection::vec((0..3_usize, 0..3_usize, bound(), bound()), 1..6);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    TestRunner::new(random(40))
        .run(&(drawn, asked), |(drawn, asked)| {
            runtime.block_on(async {
                let ports = ports();
                let mut model: Vec<Drawn> = Vec::new();
                for it in drawn {
                    let (library, member, book, state, until) = it;
                    note(&visit(&ports, LIBRARIES[library]), reservation(member, book, STATES[state], until))
                        .await;
                    model.retain(|held| (held.0, held.1, held.2) != (library, member, book));
                    model.push(it);
                }
                for (library, state, from, to) in asked {
                    let wanted = |until: &i64| std::ops::RangeBounds::contains(&(from, to), until);
                    let mut expected: Vec<Reservation> = model
                        .iter()
                        .filter(|held| held.0 == library && held.3 == state && wanted(&held.4))
                        .map(|held| reservation(held.1, held.2, STATES[held.3], held.4))
                        .collect();
                    expected.sort_by_key(|it| (it.until, it.isbn.to_string(), it.member_id.to_string()));
                    let range = (from.map(at), to.map(at));
                    let found = in_state(&visit(&ports, LIBRARIES[library]), STATES[state], &range).await;
                    prop_assert_eq!(found, expected);
                }
                Ok(())
            })
        })
        .expect("an index over fields is a sorted list");
}
