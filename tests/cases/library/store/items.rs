//! Values as items and back.

use library_model::types::{
    Address, Book, ByPhone, ByPhoneKind, ByPhoneNumber, Contact, Member, Position, PositionLatitude,
    PositionLongitude,
};
use library_store::entity;
use proptest::prelude::*;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Attr, StoreFailure};

use crate::desk::{book, member};

pub(crate) fn full() -> Member {
    let mut it = member(1, "Ada@Example.org");
    it.nickname = Some("Countess \u{0} # $ \u{1F600}".try_into().expect("a nickname"));
    it.joined_at = DateTime::from_unix(1_800_000_000, 123_456_789).expect("an instant");
    it.birthday = Some("1815-12-10".parse().expect("a date"));
    it.contact = Contact::ByPhone(ByPhone {
        kind: ByPhoneKind::Phone,
        number: ByPhoneNumber::new("+4420000000").expect("a number"),
    });
    it.address = Some(Address {
        street: "St James's Square 12".try_into().expect("a street"),
        city: "London".try_into().expect("a city"),
        position: Some(Position {
            latitude: PositionLatitude::new(51.507_351).expect("a latitude"),
            longitude: PositionLongitude::new(-0.000_012_7).expect("a longitude"),
        }),
    });
    it.interests = vec![
        "engines".try_into().expect("one"),
        "".try_into().unwrap_or_else(|_| "flight".try_into().expect("one")),
    ]
    .try_into()
    .expect("few enough");
    let labels = [
        ("".to_owned(), "x".try_into().expect("a label")),
        ("a.b#c".to_owned(), "".try_into().expect("a label")),
    ];
    it.labels = std::collections::BTreeMap::from(labels).try_into().expect("few enough");
    it.deposit = Some("12345678901234567890.50".parse().expect("a decimal"));
    it.discount = Some(0.1_f64.try_into().expect("a share"));
    it.newsletter = false;
    it
}

#[test]
fn a_value_comes_back_from_its_item() {
    for value in [full(), member(2, "grace@example.org")] {
        let stored =
            entity::member::read(&entity::member::item("north", &value, 3)).expect("it was just made");
        assert_eq!((stored.version, stored.value), (3, value));
    }
}

#[test]
fn an_item_has_the_json_form_of_its_value() {
    let item = entity::member::item("north", &full(), 3);
    let Ok(Attr::M(of_json)) = Attr::of(&full()) else { panic!("a member is an object") };
    for (name, expected) in of_json.iter() {
        // Instants have a fixed width in items, so that conditions on them compare as the instants do.
        if name != "joinedAt" {
            assert!(item.get(name) == Some(expected), "{name}");
        }
    }
    let platform = ["pk", "sk", "_t", "_v"];
    let others: Vec<&str> =
        item.iter().map(|(name, _)| name).filter(|name| of_json.get(name).is_none()).collect();
    assert!(others.iter().all(|name| platform.contains(name)), "{others:?}");
}

#[test]
fn instants_compare_in_items_as_they_do_in_time() {
    let text = |nanoseconds| {
        let mut value = member(1, "ada@example.org");
        value.joined_at = DateTime::from_unix(1_800_000_000, nanoseconds).expect("an instant");
        let item = entity::member::item("north", &value, 1);
        item.text("joinedAt").expect("text").to_owned()
    };
    let instants = [0, 1, 1_000, 500_000_000, 999_999_999].map(text);
    assert!(instants.is_sorted(), "{instants:?}");
}

#[test]
fn what_does_not_fit_is_told_without_its_value() {
    let good = entity::member::item("north", &full(), 3);
    let faults: [(&str, Option<Attr>, &str); 7] = [
        ("name", None, "`Member/name` is missing"),
        ("name", Some(Attr::integer(1)), "`Member/name` must be text, not N"),
        ("loanLimit", Some(Attr::integer(21)), "`Member/loanLimit` must be from 0 to 20"),
        ("standing", Some(Attr::text("secret")), "`Member/standing` must be one of"),
        ("interests", Some(Attr::list([Attr::text("secret".repeat(20))])), "`Member/interests/0` must have"),
        ("contact", Some(Attr::map([("kind", Attr::text("secret"))])), "`Member/contact/kind` is none"),
        ("_t", Some(Attr::text("Book")), "`Member/_t` is of another entity"),
    ];
    for (name, value, expected) in faults {
        let mut item = good.clone();
        item.remove(name);
        item.insert_some(name, value);
        match entity::member::read(&item) {
            Err(StoreFailure::Corrupt { reason, .. }) => {
                assert!(reason.starts_with(expected), "{reason}");
                assert!(!reason.contains("secret"), "{reason}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let mut unversioned = good;
    unversioned.remove("_v");
    assert!(matches!(entity::member::read(&unversioned), Err(StoreFailure::Corrupt { .. })));
}

#[test]
fn a_field_that_came_later_has_its_default_and_one_from_the_future_is_ignored() {
    let mut item = entity::member::item("north", &full(), 3);
    item.remove("newsletter");
    item.insert("shoeSize", Attr::integer(43));
    let stored = entity::member::read(&item).expect("it fits");
    assert!(stored.newsletter);
}

#[test]
fn numbers_are_understood_in_whatever_form_the_store_gives_them() {
    let mut item = entity::book::item("north", &book(1, "A", "Emma", 100));
    item.insert("available", Attr::N("1E+2".to_owned()));
    assert_eq!(entity::book::read(&item), Ok(book(1, "A", "Emma", 100)));
}

pub(crate) fn any_book() -> impl Strategy<Value = Book> {
    let text = "\\PC{1,20}|[#$ -~]{1,20}";
    (0..10_u64.pow(13), text, text, 0..i64::MAX).prop_map(|(number, shelf, title, copies)| {
        let shelf: String = shelf.chars().take(20).collect();
        book(number, &shelf, &title, copies)
    })
}

proptest! {
    #![proptest_config(crate::desk::random(64))]

    #[test]
    fn any_book_comes_back_from_its_item(book in any_book(), tenant in "\\PC{0,8}") {
        let item = entity::book::item(&tenant, &book);
        prop_assert_eq!(entity::book::read(&item), Ok(book));
    }

    #[test]
    fn keys_of_different_books_differ(one in any_book(), other in any_book(), tenants in ["[#$a]{0,3}", "[#$a]{0,3}"]) {
        let key = |tenant: &str, book: &Book| entity::book::gsi1_of(tenant, book);
        let same = tenants[0] == tenants[1] && one.shelf == other.shelf && one.title == other.title && one.isbn == other.isbn;
        prop_assert_eq!(key(&tenants[0], &one) == key(&tenants[1], &other), same);
    }
}
