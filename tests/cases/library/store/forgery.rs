//! Forgery: no value, and no name of a library, makes a key of something else.

use std::collections::BTreeSet;

use library_model::types::{HoldDistance, HoldId, HoldOffer, SeatId, SessionId, Urgency};
use library_store::{Library, entity};
use proptest::prelude::*;
use stipule_runtime::wire::{Text, Ulid};
use stipule_runtime::{KeyBuf, PageRequest, PrimaryKey};

use crate::desk::{at, book, id, isbn, loan_id, member_id, ports, random, shelve, visit};

/// Texts that look like delimiters, escapes, literals, codecs' output, and each other's beginnings.
fn hostile(least: usize) -> impl Strategy<Value = String> {
    let parts = [
        "#",
        "$",
        "$c",
        "$d",
        "$`",
        "c",
        "A",
        "SHELF",
        "#SHELF#",
        "MEMBER",
        "HEAD",
        "0",
        "1",
        "\u{0}",
        " ",
        "!",
        "%",
        "é",
        "📚",
        "\u{10FFFF}",
        "10000000000000000007",
        "0000000000001",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), least..4)
        .prop_map(|parts| parts.concat().chars().take(20).collect())
}

fn text<const LEAST: usize, const MOST: usize>(text: &str) -> Text<LEAST, MOST> {
    text.try_into().expect("of the right length")
}

/// The keys of all entities in the table and in every index, with ids of this number.
fn all_keys(library: &str, shelf: &str, title: &str, number: u64) -> Vec<PrimaryKey> {
    let (shelf, title) = (text(shelf), text(title));
    let (uuid, ulid) = (id(number), Ulid::from_bytes(*id(number).as_bytes()));
    let hold = HoldId::new(ulid);
    let offer: HoldOffer = "0.5".parse().expect("an offer");
    let distance = HoldDistance::new(0.5).expect("a distance");
    let code = "AB".parse().expect("a code");
    let (member, loan, book) = (member_id(number), loan_id(number), isbn(number));
    vec![
        entity::member::key(library, &member),
        entity::loan::key(library, &member, &loan),
        entity::loan::gsi1(library, &book, &at(0), &loan),
        entity::fine::key(library, &member, 7),
        entity::book::key(library, &book),
        entity::book::gsi1(library, &shelf, &title, &book),
        entity::book::gsi3(library, &title, &book),
        entity::hold::key(library, &book, &Urgency::Soon, &hold),
        entity::hold::gsi1(library, &book, &offer, &hold),
        entity::hold::gsi2(library, true, &distance, &hold),
        entity::branch::key(library, &code),
        entity::reservation::key(library, &book, &member),
        entity::seat::key(library, &SeatId::new(uuid)),
        entity::session::key(library, &SessionId::new(uuid)),
        entity::visits::key(library, &book),
        entity::visits::gsi1(library, &at(0), &book),
        entity::visits::gsi2(library, &at(0), &book),
    ]
}

proptest! {
    #![proptest_config(random(4_000))]

    #[test]
    fn the_library_leads_every_partition_and_no_other_one_can(
        own in hostile(0),
        other in hostile(0),
        shelf in hostile(1),
        title in hostile(1),
        number in 0..1000_u64,
    ) {
        let (start, foreign) = (KeyBuf::partition(&own).finish(), KeyBuf::partition(&other).finish());
        for key in all_keys(&own, &shelf, &title, number) {
            prop_assert!(key.pk.starts_with(&start), "{:?} doesn't begin with {start:?}", key.pk);
            prop_assert_eq!(key.pk.starts_with(&foreign), own == other, "{:?} and {:?}", key.pk, foreign);
        }
    }

    #[test]
    fn keys_are_equal_only_where_their_values_are(
        one in (hostile(0), hostile(1), hostile(1)),
        two in (hostile(0), hostile(1), hostile(1)),
    ) {
        let key = |(library, shelf, title): &(String, String, String)| {
            entity::book::gsi1(library, &text(shelf), &text(title), &isbn(1))
        };
        let (first, second) = (key(&one), key(&two));
        prop_assert_eq!(first.pk == second.pk, (&one.0, &one.1) == (&two.0, &two.1));
        prop_assert_eq!(first.sk == second.sk, one.2 == two.2);
        // What a read asks for: all of a title, and nothing of a title that only begins so.
        let start = KeyBuf::new().text(&two.2).finish();
        prop_assert_eq!(first.sk.starts_with(&start), one.2 == two.2);
    }

    #[test]
    fn entities_never_meet(
        library in hostile(0),
        one in (hostile(1), hostile(1), 0..3_u64),
        two in (hostile(1), hostile(1), 0..3_u64),
    ) {
        let (left, right) =
            (all_keys(&library, &one.0, &one.1, one.2), all_keys(&library, &two.0, &two.1, two.2));
        for (at, key) in left.iter().enumerate() {
            for (other, found) in right.iter().enumerate() {
                prop_assert!(at == other || key != found, "{key:?} is that of two entities");
            }
        }
    }
}

proptest! {
    #![proptest_config(random(12))]

    #[test]
    fn a_shelf_has_its_own_books_only(
        books in proptest::collection::btree_set((hostile(0), hostile(1), hostile(1)), 2..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let ports = ports();
            for (number, (library, shelf, title)) in (0..).zip(&books) {
                shelve(&visit(&ports, library), book(number, shelf, title, 1)).await;
            }
            let shelves: BTreeSet<(&str, &str)> =
                books.iter().map(|(library, shelf, _)| (library.as_str(), shelf.as_str())).collect();
            for (library, shelf) in shelves {
                let cx = visit(&ports, library);
                let (mut found, mut next) = (Vec::new(), None);
                loop {
                    let page = PageRequest::at(next.as_deref());
                    let page = Library::of(&cx).books_on_shelf(&text(shelf), .., page).await;
                    let page = page.expect("the table answers");
                    found.extend(page.items.into_iter().map(|book| book.title.as_str().to_owned()));
                    next = page.next;
                    if next.is_none() {
                        break;
                    }
                }
                // A set of texts is in the order of their bytes, and so is the shelf.
                let own: Vec<String> = books
                    .iter()
                    .filter(|(other, own, _)| (other.as_str(), own.as_str()) == (library, shelf))
                    .map(|(_, _, title)| title.clone())
                    .collect();
                assert_eq!(found, own, "{library:?} {shelf:?}");
            }
        });
    }
}
