//! Keys read back: what was written into them, and nothing out of what nobody wrote.

use library_model::types::{HoldId, SeatId, SessionId, Urgency};
use library_store::entity;
use proptest::prelude::*;
use stipule_runtime::PrimaryKey;
use stipule_runtime::wire::Ulid;

use crate::desk::{id, isbn, loan_id, member_id, random};

/// What every parser makes of a key: the key that its values make, by entity.
fn read_back(key: &PrimaryKey) -> Vec<(&'static str, PrimaryKey)> {
    use entity::{book, branch, fine, hold, loan, member, reservation, seat, session, visits};
    let found = [
        member::parse_key(key).map(|it| ("Member", member::key(&it.tenant, &it.member_id))),
        loan::parse_key(key).map(|it| ("Loan", loan::key(&it.tenant, &it.member_id, &it.loan_id))),
        fine::parse_key(key).map(|it| ("Fine", fine::key(&it.tenant, &it.member_id, it.number))),
        book::parse_key(key).map(|it| ("Book", book::key(&it.tenant, &it.isbn))),
        hold::parse_key(key).map(|it| ("Hold", hold::key(&it.tenant, &it.isbn, &it.urgency, &it.hold_id))),
        branch::parse_key(key).map(|it| ("Branch", branch::key(&it.tenant, &it.code))),
        reservation::parse_key(key)
            .map(|it| ("Reservation", reservation::key(&it.tenant, &it.isbn, &it.member_id))),
        seat::parse_key(key).map(|it| ("Seat", seat::key(&it.tenant, &it.seat_id))),
        session::parse_key(key).map(|it| ("Session", session::key(&it.tenant, &it.session_id))),
        visits::parse_key(key).map(|it| ("Visits", visits::key(&it.tenant, &it.isbn))),
    ];
    found.into_iter().flatten().collect()
}

/// The key of every entity with ids of this number.
fn written(library: &str, number: u64, fine: i64, urgency: Urgency) -> Vec<(&'static str, PrimaryKey)> {
    let uuid = id(number);
    let (member, loan, book) = (member_id(number), loan_id(number), isbn(number));
    let hold = HoldId::new(Ulid::from_bytes(*uuid.as_bytes()));
    vec![
        ("Member", entity::member::key(library, &member)),
        ("Loan", entity::loan::key(library, &member, &loan)),
        ("Fine", entity::fine::key(library, &member, fine)),
        ("Book", entity::book::key(library, &book)),
        ("Hold", entity::hold::key(library, &book, &urgency, &hold)),
        ("Branch", entity::branch::key(library, &"AB".parse().expect("a code"))),
        ("Reservation", entity::reservation::key(library, &book, &member)),
        ("Seat", entity::seat::key(library, &SeatId::new(uuid))),
        ("Session", entity::session::key(library, &SessionId::new(uuid))),
        ("Visits", entity::visits::key(library, &book)),
    ]
}

fn any_urgency() -> impl Strategy<Value = Urgency> {
    proptest::sample::select(Urgency::ALL.to_vec())
}

proptest! {
    #![proptest_config(random(2_000))]

    #[test]
    fn a_key_is_read_by_its_own_entity_and_says_what_was_written(
        library in "[a-z#$\u{0}é]{0,6}",
        number in 0..1_000_u64,
        fine in any::<i64>(),
        urgency in any_urgency(),
    ) {
        for (entity, key) in written(&library, number, fine, urgency) {
            let found = read_back(&key);
            prop_assert_eq!(found, vec![(entity, key)]);
        }
    }

    /// Whatever is read says exactly the key: a broken one is read by nobody, or is another key that somebody makes.
    #[test]
    fn what_is_read_is_the_whole_key(
        number in 0..1_000_u64,
        fine in any::<i64>(),
        urgency in any_urgency(),
        which in any::<proptest::sample::Index>(),
        place in any::<proptest::sample::Index>(),
        with in "[#$0-9a-zA-Z\u{0}é]{0,3}",
        of_sort_key: bool,
        taken in 0..3_usize,
    ) {
        let keys = written("north", number, fine, urgency);
        let mut key = which.get(&keys).1.clone();
        let part = if of_sort_key { &mut key.sk } else { &mut key.pk };
        let start = place.index(part.len());
        if part.is_char_boundary(start) {
            let end = (start + taken).min(part.len());
            if part.is_char_boundary(end) {
                part.replace_range(start..end, &with);
            }
        }
        for (_, again) in read_back(&key) {
            prop_assert_eq!(&again, &key);
        }
    }
}

#[test]
fn another_spelling_of_an_id_is_no_key() {
    let mut key = entity::member::key("north", &member_id(0xab));
    assert_eq!(entity::member::parse_key(&key).map(|it| it.member_id), Some(member_id(0xab)));
    key.pk = key.pk.to_uppercase();
    assert_eq!(entity::member::parse_key(&key), None);
}
