//! Writes that wait at the same time share a commit, and nothing else.

use std::sync::Arc;

use stipule_local::table::{LocalTable, Place};
use stipule_runtime::item::Attr;
use stipule_runtime::store::{Action, Cancellation, Expression, Query, Store, TransactError};

use crate::library::{LIBRARY, book, key, page, put, put_new, read, write};

/// Waits for all of the writes at once: they line up while the writer commits the first of them.
async fn at_once(
    table: &LocalTable,
    writes: impl IntoIterator<Item = Vec<Action>>,
) -> Vec<Result<(), TransactError>> {
    futures_util::future::join_all(writes.into_iter().map(|actions| write(table, actions))).await
}

fn on_disk() -> (tempfile::TempDir, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = Place::Folder(folder.path().join("data"));
    (folder, place)
}

#[tokio::test]
async fn a_denied_write_leaves_the_others_of_its_group_alone() {
    for (_folder, place) in [on_disk(), (tempfile::tempdir().expect("a folder"), Place::Memory)] {
        let table = LocalTable::open(&place, &LIBRARY).expect("a new place opens");
        // Every third wants a key that is taken, and has a put before it that must not stay.
        let writes = (0..90).map(|at| {
            let own = put_new(book("A", &format!("{at:02}")));
            if at % 3 == 2 { vec![own, put_new(book("A", "00"))] } else { vec![own] }
        });
        for (at, outcome) in at_once(&table, writes).await.into_iter().enumerate() {
            let expected = if at % 3 == 2 {
                Err(TransactError::Cancelled(vec![Cancellation::None, Cancellation::ConditionFailed]))
            } else {
                Ok(())
            };
            assert_eq!(outcome, expected, "write {at}");
        }
        assert_eq!(page(&table, Query::partition("A".to_owned())).await.items.len(), 60);
    }
}

#[tokio::test]
async fn writes_of_a_group_see_each_other_in_order() {
    let (_folder, place) = on_disk();
    let table = LocalTable::open(&place, &LIBRARY).expect("a new place opens");
    write(&table, vec![put(book("A", "1").with("n", Attr::integer(0)))]).await.expect("a put");
    let raise = |from: i64| {
        vec![Action::Update {
            key: key("A", "1"),
            update: Expression::new("SET #n = :to").name("#n", "n").value(":to", Attr::integer(from + 1)),
            condition: Some(
                Expression::new("#n = :from").name("#n", "n").value(":from", Attr::integer(from)),
            ),
        }]
    };
    let outcomes = at_once(&table, (0..50).map(raise)).await;
    assert!(outcomes.iter().all(Result::is_ok), "each finds what the one before it left: {outcomes:?}");
    assert_eq!(read(&table, key("A", "1")).await.expect("it is there").integer("n"), Some(50));
}

#[tokio::test]
async fn a_refused_write_and_a_batch_in_a_group_are_answered_for_themselves() {
    let (_folder, place) = on_disk();
    let table = LocalTable::open(&place, &LIBRARY).expect("a new place opens");
    let (first, refused, batch, last) = futures_util::join!(
        write(&table, vec![put(book("A", "1"))]),
        write(&table, vec![put(book("A", "2")), put(book("A", "2"))]),
        table.batch_write(vec![stipule_runtime::store::BatchAction::Put(book("A", "3"))]),
        write(&table, vec![put(book("A", "4"))]),
    );
    assert!(first.is_ok() && last.is_ok(), "{first:?} {last:?}");
    assert!(matches!(refused, Err(TransactError::Store(_))), "{refused:?}");
    assert_eq!(batch, Ok(Vec::new()));
    assert_eq!(page(&table, Query::partition("A".to_owned())).await.items.len(), 3);
}

#[tokio::test]
async fn what_a_group_answered_is_there_after_reopening() {
    let (_folder, place) = on_disk();
    let table = Arc::new(LocalTable::open(&place, &LIBRARY).expect("a new place opens"));
    let outcomes = at_once(&table, (0..100).map(|at| vec![put(book("A", &format!("{at:03}")))])).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    drop(table);
    let table = LocalTable::open(&place, &LIBRARY).expect("the folder was released");
    assert_eq!(page(&table, Query::partition("A".to_owned())).await.items.len(), 100);
}
