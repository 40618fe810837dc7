//! Changes of items, as a stream tells them.

use library_model::types::Fine;
use library_store::entity;
use library_store::stream::{Row, change};
use proptest::prelude::*;
use stipule_runtime::store::Scan;
use stipule_runtime::stream::{Kind, Own, Record};
use stipule_runtime::{Attr, Item, Stored};

use crate::desk::{join, loan, member, member_id, ports, visit};
use crate::items::{any_book, full};

#[test]
fn both_images_of_a_change_are_read() {
    let record = Record {
        kind: Kind::Modify,
        keys: Item::new().with("pk", Attr::text("a")).with("sk", Attr::text("b")),
        old: Some(entity::member::item("north", &full(), 3)),
        new: Some(entity::member::item("north", &member(1, "ada@example.org"), 4)),
    };
    let change = change(record);
    assert!(change.key.is_some());
    assert_eq!(change.old, Some(Row::Member(Stored::new(full(), 3))));
    assert_eq!(change.new, Some(Row::Member(Stored::new(member(1, "ada@example.org"), 4))));
}

#[test]
fn loans_and_fines_come_back_as_they_were() {
    let loan = loan(1, 2, 3, 4);
    let row = Row::of(entity::loan::item("north", &loan, 5));
    assert_eq!(row, Row::Loan(Stored::new(loan, 5)));
    let fine = Fine {
        member_id: member_id(1),
        number: -7,
        cents: 100.try_into().expect("within the limits of fines"),
        reason: "late".try_into().expect("a reason"),
    };
    assert_eq!(Row::of(entity::fine::item("north", &fine)), Row::Fine(fine));
}

#[test]
fn what_is_not_understood_is_kept_with_the_reason() {
    let mut damaged = entity::member::item("north", &full(), 3);
    damaged.remove("name");
    for (item, expected) in [
        (damaged, "`Member/name` is missing"),
        (Item::new().with("_t", Attr::text("Reminder")), "names no entity"),
        (Item::new().with("_t", Attr::integer(1)), "isn't text"),
        (Item::new().with("_t", Attr::text("Outbox")), "has no text"),
    ] {
        let Row::Unknown(unknown) = Row::of(item.clone()) else { panic!("{item:?}") };
        assert!(unknown.reason.contains(expected), "{}", unknown.reason);
        assert!(unknown.item == item);
    }
}

#[tokio::test]
async fn every_row_that_a_write_leaves_is_understood() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    let page = ports.store.scan(Scan::table()).await.expect("the table answers");
    let rows: Vec<Row> = page.items.into_iter().map(Row::of).collect();
    assert!(!rows.iter().any(|row| matches!(row, Row::Unknown(_))), "{rows:?}");
    for wanted in [
        |row: &Row| matches!(row, Row::Own(Own::Outbox(event)) if event.name == "Member.Joined"),
        |row: &Row| matches!(row, Row::Own(Own::Lock)),
        |row: &Row| matches!(row, Row::Own(Own::Sequence)),
        |row: &Row| matches!(row, Row::Own(Own::Once)),
        |row: &Row| matches!(row, Row::Member(_)),
    ] {
        assert!(rows.iter().any(wanted), "{rows:?}");
    }
}

fn any_attribute() -> impl Strategy<Value = Attr> {
    let leaf = prop_oneof![
        ".{0,6}".prop_map(Attr::S),
        any::<i64>().prop_map(Attr::integer),
        "[-0-9eE.]{0,8}".prop_map(Attr::N),
        any::<bool>().prop_map(Attr::Bool),
        Just(Attr::Null),
        proptest::collection::vec(any::<u8>(), 0..4).prop_map(Attr::B),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| proptest::collection::vec(inner, 0..3).prop_map(Attr::L))
}

proptest! {
    #![proptest_config(crate::desk::random(128))]

    #[test]
    fn any_book_comes_back_from_its_row(book in any_book()) {
        prop_assert_eq!(Row::of(entity::book::item("north", &book)), Row::Book(book));
    }

    #[test]
    fn no_item_is_too_strange(
        kind in "Member|Loan|Fine|Book|Branch|Hold|Outbox|Lock|Once|.{0,3}",
        attributes in proptest::collection::vec((0_usize..40, any_attribute()), 0..12),
    ) {
        let good = entity::member::item("north", &full(), 3);
        let names: Vec<String> = good.iter().map(|(name, _)| name.to_owned()).collect();
        let mut item = good.clone();
        for (place, value) in attributes {
            item.insert(names[place % names.len()].clone(), value);
        }
        item.insert("_t", Attr::text(kind.as_str()));
        if let Row::Unknown(unknown) = Row::of(item.clone()) {
            prop_assert!(!unknown.reason.is_empty());
            prop_assert!(unknown.item == item);
        }
    }
}
