//! Unique values of items that expire: the lock expires with them.

use library_model::types::{Session, SessionId};
use library_store::{
    EndSessionError, Library, MoveSession, MoveSessionError, StartSession, StartSessionError,
};
use stipule_runtime::wire::Patch;
use stipule_runtime::{Context, Ports};

use crate::desk::{at, id, join, later, member, member_id, ports, visit};

const HALF_A_DAY: i64 = 12 * 3600;

fn session(number: u64, screen: Option<i64>, started: i64) -> Session {
    Session {
        session_id: SessionId::new(id(number)),
        member_id: member_id(1),
        started_at: at(started),
        screen: screen.map_or(Patch::Absent, |screen| Patch::Value(screen.try_into().expect("a screen"))),
    }
}

async fn library() -> std::sync::Arc<Ports> {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    ports
}

async fn start(cx: &Context, session: Session) -> Result<(), StartSessionError> {
    let read = Library::of(cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    Library::of(cx).start_session(&read, StartSession { session }).commit().await
}

#[tokio::test]
async fn a_screen_is_free_again_when_its_session_has_expired() {
    let ports = library().await;
    start(&visit(&ports, "north"), session(1, Some(4), 0)).await.expect("the screen is free");
    let outcome = start(&visit(&ports, "north"), session(2, Some(4), 0)).await;
    assert_eq!(outcome, Err(StartSessionError::SessionScreenTaken));
    let last = later(&ports, HALF_A_DAY - 1);
    let outcome = start(&visit(&last, "north"), session(2, Some(4), HALF_A_DAY)).await;
    assert_eq!(outcome, Err(StartSessionError::SessionScreenTaken));
    let over = later(&ports, HALF_A_DAY);
    start(&visit(&over, "north"), session(2, Some(4), HALF_A_DAY)).await.expect("the first has expired");
    let outcome = start(&visit(&over, "north"), session(3, Some(4), HALF_A_DAY)).await;
    assert_eq!(outcome, Err(StartSessionError::SessionScreenTaken), "the lock is the second's now");
}

#[tokio::test]
async fn a_check_of_the_version_holds_the_write_back() {
    let ports = library().await;
    let cx = visit(&ports, "north");
    let read = Library::of(&cx).member(&member_id(1)).await.expect("the table answers").expect("joined");
    let stale = stipule_runtime::Stored { version: 7, ..read };
    let outcome = Library::of(&cx).start_session(&stale, StartSession { session: session(1, None, 0) });
    assert_eq!(outcome.commit().await, Err(StartSessionError::Conflict));
}

#[tokio::test]
async fn a_session_moves_from_screen_to_screen() {
    let ports = library().await;
    start(&visit(&ports, "north"), session(1, Some(4), 0)).await.expect("the screen is free");
    start(&visit(&ports, "north"), session(2, Some(5), 0)).await.expect("the screen is free");
    let step = async |read: &Session, screen: Patch<i64>| {
        let cx = visit(&ports, "north");
        let screen = screen.map(|screen| screen.try_into().expect("a screen"));
        Library::of(&cx).move_session(read, MoveSession { screen }).commit().await
    };
    let taken = step(&session(1, Some(4), 0), Patch::Value(5)).await;
    assert_eq!(taken, Err(MoveSessionError::SessionScreenTaken));
    step(&session(1, Some(4), 0), Patch::Null).await.expect("away from all screens");
    step(&session(2, Some(5), 0), Patch::Value(4)).await.expect("it is free now");
    let stale = step(&session(1, Some(4), 0), Patch::Value(6)).await;
    assert_eq!(stale, Err(MoveSessionError::Conflict), "it isn't at that screen any more");
    let over = later(&ports, HALF_A_DAY);
    let cx = visit(&over, "north");
    let ended = Library::of(&cx).end_session(&session(2, Some(4), 0)).commit().await;
    assert_eq!(ended, Err(EndSessionError::Conflict), "it has expired");
    let cx = visit(&ports, "north");
    Library::of(&cx).end_session(&session(2, Some(4), 0)).commit().await.expect("as it is");
    start(&visit(&ports, "north"), session(3, Some(4), 0)).await.expect("the screen is free");
}
