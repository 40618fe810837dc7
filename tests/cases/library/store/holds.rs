//! Keys of ranks, decimals, fractions, booleans and ulids: read in order and by ranges, over the local table.

use std::fmt::Debug;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use library_model::types::{Hold, HoldDistance, HoldId, HoldOffer, Urgency};
use library_store::{Library, PlaceHold};
use proptest::prelude::*;
use stipule_runtime::wire::Ulid;
use stipule_runtime::{Context, PageRequest, Paged, Ports, StoreFailure};

use crate::desk::{at, isbn, member_id, ports, random, visit};

fn hold_id(number: u64) -> HoldId {
    HoldId::new(Ulid::from_bytes(u128::from(number).to_be_bytes()))
}

/// A hold on the book 1 or 2, with values at which orders by text and by number differ.
fn any_hold() -> impl Strategy<Value = Hold> {
    let offer = prop_oneof!["-?[0-9]{1,3}", "-?[0-9]{1,2}[.][0-9]{1,4}", "0[.]0{0,20}[0-9]", "1[0-9]{20,30}"];
    let offer =
        offer.prop_filter_map("a decimal has no zero in front", |text| text.parse::<HoldOffer>().ok());
    let distance = prop_oneof![Just(0.0), 0.0..20.0, 0.0..20_000.0, Just(1e-9), Just(1e21)];
    let distance = distance.prop_map(|km: f64| HoldDistance::new(km).expect("not below zero"));
    let urgency = proptest::sample::select(Urgency::ALL);
    (1..3_u64, any::<u64>(), urgency, offer, distance, any::<bool>()).prop_map(
        |(book, number, urgency, offer, distance, student)| Hold {
            hold_id: hold_id(number),
            isbn: isbn(book),
            member_id: member_id(1),
            urgency,
            offer,
            distance,
            student,
            placed_at: at(0),
        },
    )
}

async fn place(ports: &Arc<Ports>, holds: &[Hold]) {
    for hold in holds {
        let cx = visit(ports, "north");
        let input = PlaceHold { hold: hold.clone() };
        Library::of(&cx).place_hold(input).commit().await.expect("its number is new");
    }
}

/// The holds on all pages of a read.
async fn all<F>(cx: &Context, read: impl Fn(Option<String>) -> F) -> Vec<Hold>
where
    F: Future<Output = Result<Paged<Hold>, StoreFailure>>,
{
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = read(cursor).await.unwrap_or_else(|failure| panic!("{}: {failure}", cx.tenant()));
        found.extend(page.items);
        match page.next {
            None => return found,
            next => cursor = next,
        }
    }
}

/// A range between two values, with ends of every kind, chosen by two numbers.
fn range<T: Clone>(low: &T, high: &T, kinds: (u8, u8)) -> (Bound<T>, Bound<T>) {
    let end = |value: &T, kind| match kind % 3 {
        0 => Bound::Included(value.clone()),
        1 => Bound::Excluded(value.clone()),
        _ => Bound::Unbounded,
    };
    (end(low, kinds.0), end(high, kinds.1))
}

/// Those within the range, in the order of the field and then of their ids.
fn expected<T: Ord + Debug>(
    holds: &[Hold],
    range: &impl RangeBounds<T>,
    field: impl Fn(&Hold) -> T,
    among: impl Fn(&Hold) -> bool,
) -> Vec<Hold> {
    let mut found: Vec<Hold> =
        holds.iter().filter(|hold| among(hold) && range.contains(&field(hold))).cloned().collect();
    found.sort_by_key(|hold| (field(hold), hold.hold_id));
    found
}

async fn compare(holds: Vec<Hold>, ends: (usize, usize), kinds: (u8, u8)) {
    let ports = ports();
    place(&ports, &holds).await;
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let (one, two) = (&holds[ends.0 % holds.len()], &holds[ends.1 % holds.len()]);
    let of_book = |hold: &Hold| hold.isbn == one.isbn;

    let urgent = range(&one.urgency, &two.urgency, kinds);
    let found = all(&cx, |cursor| {
        let library = &library;
        async move { library.holds_of_book(&one.isbn, urgent, PageRequest::at(cursor.as_deref())).await }
    });
    let mut wanted = expected(&holds, &urgent, |hold| hold.urgency, of_book);
    wanted.reverse();
    assert_eq!(found.await, wanted, "{urgent:?}");

    let offered = range(&one.offer, &two.offer, kinds);
    let found = all(&cx, |cursor| {
        let (library, offered) = (&library, offered.clone());
        async move { library.offers_for_book(&one.isbn, offered, PageRequest::at(cursor.as_deref())).await }
    });
    assert_eq!(found.await, expected(&holds, &offered, |hold| hold.offer.clone(), of_book), "{offered:?}");

    let within = range(&one.distance, &two.distance, kinds);
    let found = all(&cx, |cursor| {
        let library = &library;
        async move { library.holds_by_distance(one.student, within, PageRequest::at(cursor.as_deref())).await }
    });
    let by_student = |hold: &Hold| hold.student == one.student;
    assert_eq!(found.await, expected(&holds, &within, |hold| hold.distance, by_student), "{within:?}");

    let read = library.hold(&one.isbn, &one.urgency, &one.hold_id).await;
    assert_eq!(read, Ok(Some(one.clone())));
}

proptest! {
    #![proptest_config(random(24))]

    #[test]
    fn holds_come_in_the_order_of_their_values_and_only_those_within_a_range(
        mut holds in proptest::collection::vec(any_hold(), 1..14),
        ends in any::<(usize, usize)>(),
        kinds in any::<(u8, u8)>(),
    ) {
        holds.sort_by_key(|hold| hold.hold_id);
        holds.dedup_by_key(|hold| hold.hold_id);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
        runtime.block_on(compare(holds, ends, kinds));
    }
}

#[tokio::test]
async fn equal_numbers_are_one_key_however_they_are_spelt() {
    let key = |offer: &str| {
        let offer: HoldOffer = offer.parse().expect("an offer");
        library_store::entity::hold::gsi1("north", &isbn(1), &offer, &hold_id(1))
    };
    assert!(key("1.50") == key("1.5") && key("-0.0") == key("0"));
    assert!(key("1.5") != key("15"));
}
