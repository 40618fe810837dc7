//! Upserts: items that are changed or made, with their keys in indexes and their counters.

use library_model::types::{Mode, Visits};
use library_store::{Library, NoteMode, VisitBook, VisitBookError};
use stipule_runtime::{Context, PageRequest};

use crate::desk::{at, isbn, ports, visit};

async fn look(cx: &Context, book: u64, since: i64, last: i64, more: i64) -> Result<(), VisitBookError> {
    let input = VisitBook { isbn: isbn(book), last_at: at(last), since: at(since), more };
    Library::of(cx).visit_book(input).commit().await
}

fn visits(book: u64, since: i64, last: i64, count: i64) -> Visits {
    Visits {
        isbn: isbn(book),
        count: count.try_into().expect("within the limits"),
        since: at(since),
        last_at: at(last),
        remark: None,
        mode: None,
    }
}

#[tokio::test]
async fn the_first_makes_the_item_and_the_others_change_it() {
    let ports = ports();
    look(&visit(&ports, "north"), 1, 10, 10, 1).await.expect("the first");
    look(&visit(&ports, "north"), 2, 15, 15, 3).await.expect("the first of another");
    look(&visit(&ports, "north"), 1, 20, 20, 2).await.expect("the second");
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    assert_eq!(library.visits(&isbn(1)).await, Ok(Some(visits(1, 10, 20, 3))), "`since` stays as it was");
    let seen = library.visited_books(PageRequest::first()).await.expect("the table answers").items;
    assert_eq!(seen, [visits(1, 10, 20, 3), visits(2, 15, 15, 3)]);
    let known = library.known_books(PageRequest::first()).await.expect("the table answers").items;
    assert_eq!(known, [visits(1, 10, 20, 3), visits(2, 15, 15, 3)], "the key of what stays stays too");
}

#[tokio::test]
async fn a_counter_that_starts_stays_within_its_limits() {
    let ports = ports();
    for more in [-1, 1001, i64::MIN] {
        let outcome = look(&visit(&ports, "north"), 1, 0, 0, more).await;
        assert_eq!(outcome, Err(VisitBookError::Conflict), "{more}");
    }
    look(&visit(&ports, "north"), 1, 0, 0, 1000).await.expect("as many as there may be");
    assert_eq!(look(&visit(&ports, "north"), 1, 0, 1, 1).await, Err(VisitBookError::Conflict));
    look(&visit(&ports, "north"), 1, 0, 2, -1000).await.expect("none is enough");
    let cx = visit(&ports, "north");
    assert_eq!(Library::of(&cx).visits(&isbn(1)).await, Ok(Some(visits(1, 0, 2, 0))));
}

#[tokio::test]
async fn of_many_first_ones_at_once_none_is_lost() {
    let ports = ports();
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..32 {
        let ports = ports.clone();
        readers.spawn(async move { look(&visit(&ports, "north"), 1, reader, reader, 1).await });
    }
    assert!(readers.join_all().await.iter().all(Result::is_ok));
    let cx = visit(&ports, "north");
    let read = Library::of(&cx).visits(&isbn(1)).await.expect("the table answers").expect("it was made");
    assert_eq!(read.count.get(), 32);
    let known = Library::of(&cx).known_books(PageRequest::first()).await.expect("the table answers").items;
    assert_eq!(known, [read]);
}

async fn busy(cx: &Context) -> Vec<Visits> {
    Library::of(cx).busy_books(PageRequest::first()).await.expect("the table answers").items
}

async fn note(cx: &Context, book: u64, mode: Mode) {
    let input = NoteMode { isbn: isbn(book), mode: Some(mode) };
    Library::of(cx).note_mode(input).commit().await.expect("it was visited");
}

#[tokio::test]
async fn an_upsert_leaves_a_sparse_index_alone_that_it_says_nothing_of() {
    let ports = ports();
    look(&visit(&ports, "north"), 1, 10, 10, 1).await.expect("the first");
    assert_eq!(busy(&visit(&ports, "north")).await, [], "a new one is outside");
    note(&visit(&ports, "north"), 1, Mode::Busy).await;
    look(&visit(&ports, "north"), 1, 20, 20, 2).await.expect("the second");
    let inside = Visits { mode: Some(Mode::Busy), ..visits(1, 10, 20, 3) };
    assert_eq!(busy(&visit(&ports, "north")).await, [inside], "one that is inside stays");
    note(&visit(&ports, "north"), 1, Mode::Quiet).await;
    look(&visit(&ports, "north"), 1, 30, 30, 1).await.expect("the third");
    assert_eq!(busy(&visit(&ports, "north")).await, [], "and who left it stays out");
}
