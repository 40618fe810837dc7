//! Conditions on what is there, puts and deletes that don't ask, and items that expire.

use library_model::types::{Reservation, ReservationState};
use library_store::{
    CancelReservation, CancelReservationError, ClearReservation, ClearReservationError, DropReservations,
    DropReservationsReservation, KeepReservation, KeepReservationError, Library, MoveReservation,
    MoveReservationError, MoveReservationReservation, NoteReservation, PlaceReservation,
    PlaceReservationError, SellBook, SellBookError,
};
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, PageRequest};

use crate::desk::{at, book, isbn, later, member_id, ports, shelve, visit};

fn reservation(member: u64, state: ReservationState, until: i64) -> Reservation {
    Reservation {
        isbn: isbn(1),
        member_id: member_id(member),
        state,
        until: at(until),
        place: None,
        note: None,
    }
}

async fn place(cx: &Context, reservation: Reservation) -> Result<(), PlaceReservationError> {
    Library::of(cx).place_reservation(PlaceReservation { reservation }).commit().await
}

async fn reservations(cx: &Context) -> Vec<Reservation> {
    let page = PageRequest::first().limited(Some(100));
    Library::of(cx).reservations_of_book(&isbn(1), page).await.expect("the table answers").items
}

#[tokio::test]
async fn what_has_expired_is_neither_read_nor_in_the_way() {
    let ports = ports();
    place(&visit(&ports, "north"), reservation(1, ReservationState::Waiting, 100))
        .await
        .expect("nothing is there yet");
    let again = place(&visit(&ports, "north"), reservation(1, ReservationState::Ready, 100)).await;
    assert_eq!(again, Err(PlaceReservationError::ReservationExists));
    let before = visit(&later(&ports, 99), "north");
    assert_eq!(reservations(&before).await.len(), 1);
    let after = later(&ports, 100);
    let cx = visit(&after, "north");
    assert_eq!(reservations(&cx).await, []);
    assert_eq!(Library::of(&cx).reservation(&isbn(1), &member_id(1)).await, Ok(None));
    let input = ClearReservation { isbn: isbn(1), member_id: member_id(1), state: ReservationState::Taken };
    assert_eq!(
        Library::of(&cx).clear_reservation(input).commit().await,
        Err(ClearReservationError::ReservationMissing)
    );
    place(&visit(&after, "north"), reservation(1, ReservationState::Ready, 200))
        .await
        .expect("the old one expired");
    assert_eq!(reservations(&visit(&after, "north")).await, [reservation(1, ReservationState::Ready, 200)]);
}

#[tokio::test]
async fn a_page_is_filled_past_what_has_expired() {
    let ports = ports();
    for member in 0..6 {
        let until = if member % 2 == 0 { 100 } else { 300 };
        place(&visit(&ports, "north"), reservation(member, ReservationState::Waiting, until))
            .await
            .expect("a new one");
    }
    let cx = visit(&later(&ports, 200), "north");
    // The read has two to a page.
    let first = Library::of(&cx)
        .reservations_of_book(&isbn(1), PageRequest::first())
        .await
        .expect("the table answers");
    assert_eq!(
        first.items,
        [reservation(1, ReservationState::Waiting, 300), reservation(3, ReservationState::Waiting, 300)]
    );
    let next = PageRequest::at(first.next.as_deref());
    let second = Library::of(&cx).reservations_of_book(&isbn(1), next).await.expect("the table answers");
    assert_eq!(second.items, [reservation(5, ReservationState::Waiting, 300)]);
    assert_eq!(second.next, None);
}

#[tokio::test]
async fn a_later_expiry_keeps_an_item_and_a_condition_on_it_is_the_contracts() {
    let ports = ports();
    place(&visit(&ports, "north"), reservation(1, ReservationState::Waiting, 100))
        .await
        .expect("nothing is there yet");
    let keep = |states: &[ReservationState], start: &str, note: &str| KeepReservation {
        isbn: isbn(1),
        member_id: member_id(1),
        until: at(300),
        note: note.try_into().expect("a note"),
        states: states.to_vec().try_into().expect("a few"),
        start: start.to_owned(),
    };
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx).keep_reservation(keep(&[], "", "none")).commit().await;
    assert_eq!(outcome, Err(KeepReservationError::NotKept), "of an empty list nothing is a part");
    let cx = visit(&ports, "north");
    let outcome =
        Library::of(&cx).keep_reservation(keep(&[ReservationState::Ready], "", "ready")).commit().await;
    assert_eq!(outcome, Err(KeepReservationError::NotKept));
    let both = [ReservationState::Ready, ReservationState::Waiting];
    for (start, kept) in [("x", true), ("ca", true), ("x", false)] {
        let cx = visit(&ports, "north");
        let outcome = Library::of(&cx).keep_reservation(keep(&both, start, "call me")).commit().await;
        assert_eq!(outcome.is_ok(), kept, "{start}: the first note stays, and is `call me`");
    }
    let cx = visit(&later(&ports, 200), "north");
    let read = Library::of(&cx).reservation(&isbn(1), &member_id(1)).await.expect("the table answers");
    let read = read.expect("it was kept until 300");
    assert_eq!((read.note.as_ref().map(Text::as_str), read.until), (Some("call me"), at(300)));
    let input = ClearReservation { isbn: isbn(1), member_id: member_id(1), state: ReservationState::Taken };
    Library::of(&cx).clear_reservation(input).commit().await.expect("it is there");
    assert_eq!(
        reservations(&cx).await,
        [reservation(1, ReservationState::Taken, 300)],
        "a removed note is none"
    );
}

#[tokio::test]
async fn a_replacement_under_a_condition_names_the_one_that_is_denied() {
    let ports = ports();
    for (member, state) in [(1, ReservationState::Waiting), (2, ReservationState::Taken)] {
        place(&visit(&ports, "north"), reservation(member, state, 100)).await.expect("nothing is there yet");
    }
    let to = |member| MoveReservationReservation {
        next: reservation(member, ReservationState::Ready, 150),
        latest: at(101),
    };
    let cx = visit(&ports, "north");
    let outcome = Library::of(&cx)
        .move_reservation(MoveReservation { reservations: [to(1), to(2)].into() })
        .commit()
        .await;
    assert_eq!(outcome, Err(MoveReservationError::NotMovable { index: 1 }), "it is taken");
    let cx = visit(&ports, "north");
    let outcome =
        Library::of(&cx).move_reservation(MoveReservation { reservations: [to(3)].into() }).commit().await;
    assert_eq!(outcome, Err(MoveReservationError::NotMovable { index: 0 }), "there is none");
    let cx = visit(&ports, "north");
    Library::of(&cx)
        .move_reservation(MoveReservation { reservations: [to(1)].into() })
        .commit()
        .await
        .expect("it waits");
    let expected =
        [reservation(1, ReservationState::Ready, 150), reservation(2, ReservationState::Taken, 100)];
    assert_eq!(reservations(&visit(&ports, "north")).await, expected);
    let cx = visit(&later(&ports, 120), "north");
    assert_eq!(
        reservations(&cx).await,
        [reservation(1, ReservationState::Ready, 150)],
        "the expiry moved with it"
    );
}

#[tokio::test]
async fn a_delete_under_a_condition_keeps_what_is_not_meant() {
    let ports = ports();
    let mut second = reservation(2, ReservationState::Waiting, 100);
    second.place = Some(3.try_into().expect("a place"));
    for reservation in
        [reservation(1, ReservationState::Ready, 100), second, reservation(3, ReservationState::Waiting, 100)]
    {
        place(&visit(&ports, "north"), reservation).await.expect("nothing is there yet");
    }
    let cancel = |member, served| CancelReservation { isbn: isbn(1), member_id: member_id(member), served };
    for (member, served, gone) in [(1, 9, false), (2, 3, false), (2, 2, true), (3, 9, true), (4, 9, false)] {
        let cx = visit(&ports, "north");
        let outcome = Library::of(&cx).cancel_reservation(cancel(member, served)).commit().await;
        assert_eq!(
            outcome,
            if gone { Ok(()) } else { Err(CancelReservationError::TooLate) },
            "{member}, {served}"
        );
    }
    assert_eq!(reservations(&visit(&ports, "north")).await.len(), 1);
}

#[tokio::test]
async fn what_asks_for_nothing_is_never_denied() {
    let ports = ports();
    for state in [ReservationState::Waiting, ReservationState::Taken] {
        let cx = visit(&ports, "north");
        let input = NoteReservation { reservation: reservation(1, state, 100) };
        Library::of(&cx).note_reservation(input).commit().await.expect("nothing denies it");
    }
    assert_eq!(reservations(&visit(&ports, "north")).await, [reservation(1, ReservationState::Taken, 100)]);
    let drop = |member| DropReservationsReservation { isbn: isbn(1), member_id: member_id(member) };
    for _ in 0..2 {
        let cx = visit(&ports, "north");
        let input = DropReservations { reservations: [drop(1), drop(2)].into() };
        Library::of(&cx).drop_reservations(input).commit().await.expect("nothing denies it");
    }
    assert_eq!(reservations(&visit(&ports, "north")).await, []);
}

#[tokio::test]
async fn a_check_for_absence_holds_the_write_back_until_it_has_expired() {
    let ports = ports();
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 1)).await;
    place(&visit(&ports, "north"), reservation(1, ReservationState::Waiting, 100))
        .await
        .expect("nothing is there yet");
    let sell = || SellBook { isbn: isbn(1), member_id: member_id(1), famous: 5 };
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).sell_book(sell()).commit().await, Err(SellBookError::ReservationExists));
    let cx = visit(&later(&ports, 100), "north");
    Library::of(&cx).sell_book(sell()).commit().await.expect("nobody waits for it any more");
    assert_eq!(Library::of(&cx).book(&isbn(1)).await, Ok(None));
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).sell_book(sell()).commit().await, Err(SellBookError::NotForSale));
}

#[tokio::test]
async fn a_denied_write_says_why_in_words() {
    let denied = SellBookError::ReservationExists.to_string();
    assert_eq!(denied, "there is a reservation with this key already");
    let denied = MoveReservationError::NotMovable { index: 3 }.to_string();
    let rule = "`state in ('WAITING', 'READY') and until < $latest`";
    let expected =
        format!("not movable: there is no reservation with this key, or not {rule} (element 3 of the list)");
    assert_eq!(denied, expected);
}
