//! Values that are unique together, in forms that people take for the same, and only where there are any.

use library_model::types::{Branch, BranchCode, Seat, SeatId};
use library_store::{
    AddBranch, AddSeat, AddSeatError, ForgetLoans, ForgetLoansError, ForgetLoansLoan, LabelSeat,
    LabelSeatError, Library, MoveSeat, MoveSeatError, RebuildSeat, RebuildSeatError, RemoveFreeSeatError,
    ReplaceBranch, ReplaceBranchError, TakeSeat, TakeSeatError,
};
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, PageRequest, Stored};

use crate::desk::{book, id, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

fn seat_id(number: u64) -> SeatId {
    SeatId::new(id(number))
}

fn seat(number: u64, room: &str, label: Option<&str>) -> Seat {
    Seat {
        seat_id: seat_id(number),
        room: room.try_into().expect("a room"),
        label: label.map(|label| label.try_into().expect("a label")),
        member_id: None,
        lamps: 1.try_into().expect("a lamp"),
    }
}

async fn add(cx: &Context, seat: Seat) -> Result<(), AddSeatError> {
    Library::of(cx).add_seat(AddSeat { seat }).commit().await
}

async fn stored(cx: &Context, number: u64) -> Stored<Seat> {
    Library::of(cx).seat(&seat_id(number)).await.expect("the table answers").expect("it was added")
}

async fn relocate(cx: &Context, number: u64, room: &str, label: Option<&str>) -> Result<(), MoveSeatError> {
    let Seat { room, label, .. } = seat(number, room, label);
    let read = stored(cx, number).await;
    Library::of(cx).move_seat(&read, MoveSeat { room, label }).commit().await
}

#[tokio::test]
async fn no_two_seats_of_a_room_have_one_label_however_it_is_written() {
    let ports = ports();
    add(&visit(&ports, "north"), seat(1, "Großer Saal", Some("Fensterplatz"))).await.expect("the first");
    for (room, label) in [
        ("Großer Saal", "Fensterplatz"),
        ("  GROSSER SAAL ", "ＦＥＮＳＴＥＲＰＬＡＴＺ"),
        ("großer saal", "fensterplatz\u{a0}"),
    ] {
        let outcome = add(&visit(&ports, "north"), seat(2, room, Some(label))).await;
        assert_eq!(outcome, Err(AddSeatError::SeatPlaceTaken), "{room}, {label}");
    }
    add(&visit(&ports, "north"), seat(2, "Großer Saal", Some("Mitte"))).await.expect("another label");
    add(&visit(&ports, "north"), seat(3, "Keller", Some("Fensterplatz"))).await.expect("another room");
    add(&visit(&ports, "south"), seat(1, "Großer Saal", Some("Fensterplatz")))
        .await
        .expect("another library");
}

#[tokio::test]
async fn what_lacks_a_part_is_in_nobodys_way() {
    let ports = ports();
    for number in 1..=3 {
        add(&visit(&ports, "north"), seat(number, "Saal", None)).await.expect("no label, no lock");
    }
    relocate(&visit(&ports, "north"), 1, "Saal", Some("A")).await.expect("nobody has it");
    assert_eq!(
        relocate(&visit(&ports, "north"), 2, "Saal", Some("a")).await,
        Err(MoveSeatError::SeatPlaceTaken)
    );
    relocate(&visit(&ports, "north"), 1, "Saal", None).await.expect("it gives its label back");
    relocate(&visit(&ports, "north"), 2, "Saal", Some("a")).await.expect("it is free now");
}

#[tokio::test]
async fn a_value_is_set_once_and_locked_then() {
    let ports = ports();
    add(&visit(&ports, "north"), seat(1, "Saal", None)).await.expect("the first");
    add(&visit(&ports, "north"), seat(2, "Saal", Some("B"))).await.expect("the second");
    let label = async |number, label: &str| {
        let cx = visit(&ports, "north");
        let read = stored(&cx, number).await;
        let input = LabelSeat { label: label.try_into().expect("a label") };
        Library::of(&cx).label_seat(&read, input).commit().await
    };
    assert_eq!(label(1, "b").await, Err(LabelSeatError::SeatPlaceTaken));
    label(1, "A").await.expect("nobody has it");
    label(1, "B").await.expect("it has one already, which stays");
    let now = stored(&visit(&ports, "north"), 1).await;
    assert_eq!((now.label.as_ref().map(Text::as_str), now.version), (Some("A"), 3));
    label(2, "C").await.expect("it has one already, which stays");
    relocate(&visit(&ports, "north"), 1, "Saal", Some("C")).await.expect("nobody took it");
}

#[tokio::test]
async fn who_sits_on_one_chair_sits_on_no_other() {
    let ports = ports();
    for number in 1..=2 {
        add(&visit(&ports, "north"), seat(number, "Saal", None)).await.expect("a new one");
    }
    let take = async |number, member| {
        let cx = visit(&ports, "north");
        let read = stored(&cx, number).await;
        let input = TakeSeat { member_id: Some(member_id(member)) };
        Library::of(&cx).take_seat(&read, input).commit().await
    };
    take(1, 7).await.expect("it is free");
    assert_eq!(take(2, 7).await, Err(TakeSeatError::SeatMemberIdTaken));
    assert_eq!(take(1, 8).await, Err(TakeSeatError::Occupied));
    let cx = visit(&ports, "north");
    let read = stored(&cx, 1).await;
    let removed = Library::of(&cx).remove_free_seat(&read).commit().await;
    assert_eq!(removed, Err(RemoveFreeSeatError::Occupied));
    let cx = visit(&ports, "north");
    Library::of(&cx).leave_seat(&read).commit().await.expect("as it was read");
    let cx = visit(&ports, "north");
    let removed = Library::of(&cx).remove_free_seat(&read).commit().await;
    assert_eq!(removed, Err(RemoveFreeSeatError::Conflict), "it was read before somebody left");
    take(2, 7).await.expect("they left the first");
    let cx = visit(&ports, "north");
    let read = stored(&cx, 1).await;
    Library::of(&cx).remove_free_seat(&read).commit().await.expect("it is free");
    let left = Library::of(&cx).seats(PageRequest::first()).await.expect("the table answers").items;
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn a_replacement_under_a_condition_moves_every_lock() {
    let ports = ports();
    let mut first = seat(1, "Saal", Some("A"));
    first.member_id = Some(member_id(7));
    add(&visit(&ports, "north"), first).await.expect("the first");
    let rebuild = async |next: Seat, part: &str| {
        let cx = visit(&ports, "north");
        let read = stored(&cx, 1).await;
        let input = RebuildSeat { seat: next, part: part.to_owned() };
        Library::of(&cx).rebuild_seat(&read, input).commit().await
    };
    assert_eq!(rebuild(seat(1, "Keller", Some("B")), "eller").await, Err(RebuildSeatError::Occupied));
    rebuild(seat(1, "Keller", Some("B")), "aa").await.expect("the room has it in its name");
    let mut second = seat(2, "saal", Some("a"));
    second.member_id = Some(member_id(7));
    add(&visit(&ports, "north"), second).await.expect("both values are free");
    let outcome = rebuild(seat(1, "SAAL", Some("A")), "").await;
    assert_eq!(outcome, Err(RebuildSeatError::SeatPlaceTaken));
}

#[tokio::test]
async fn a_replacement_without_version_relies_on_what_was_read() {
    let ports = ports();
    let branch = |name: &str, floors: i64| Branch {
        code: BranchCode::new("NO").expect("a code"),
        name: name.try_into().expect("a name"),
        floors: floors.try_into().expect("a floor at least"),
    };
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    library.add_branch(AddBranch { branch: branch("River", 2) }).commit().await.expect("the first");
    let replace = async |read: &Branch, next: Branch, most: i64| {
        let cx = visit(&ports, "north");
        Library::of(&cx).replace_branch(read, ReplaceBranch { branch: next, most }).commit().await
    };
    let high = replace(&branch("River", 2), branch("River", 3), 2).await;
    assert_eq!(high, Err(ReplaceBranchError::TooHigh));
    replace(&branch("River", 2), branch("Harbour", 3), 3).await.expect("two floors");
    let stale = replace(&branch("River", 2), branch("Market", 3), 9).await;
    assert_eq!(stale, Err(ReplaceBranchError::TooHigh), "it isn't called so any more");
}

#[tokio::test]
async fn a_delete_that_tolerates_absence_still_minds_the_version() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 2)).await;
    lend(&visit(&ports, "north"), 1, vec![loan(1, 1, 1, 0)]).await.expect("a copy is there");
    let cx = visit(&ports, "north");
    let read = Library::of(&cx).loan(&member_id(1), &loan_id(1)).await.expect("the table answers");
    let read = read.expect("it was lent");
    let forget = async |loan: Stored<_>| {
        let cx = visit(&ports, "north");
        let loans = [ForgetLoansLoan { loan }].into();
        Library::of(&cx).forget_loans(ForgetLoans { loans }).commit().await
    };
    let other = Stored { version: 9, ..read.clone() };
    assert_eq!(forget(other).await, Err(ForgetLoansError::Conflict { index: 0 }));
    forget(read.clone()).await.expect("as it was read");
    forget(read).await.expect("it is gone already");
}
