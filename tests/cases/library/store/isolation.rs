//! Tenants: nothing of one library is visible to another, whatever they are called.

use library_store::Library;
use stipule_runtime::PageRequest;

use crate::desk::{book, isbn, join, lend, loan, member, member_id, ports, shelve, visit};

/// Names that would be trouble if they stood in keys as they are. None is empty: no token names such a tenant.
const LIBRARIES: [&str; 7] = ["north", "north#MEMBER", "north#", " ", "#", "$", "NORTH"];

#[tokio::test]
async fn the_same_ids_and_addresses_live_side_by_side() {
    let ports = ports();
    for library in LIBRARIES {
        join(&visit(&ports, library), member(1, "ada@example.org")).await.expect("free in this library");
        shelve(&visit(&ports, library), book(1, "A", library_title(library), 5)).await;
        lend(&visit(&ports, library), 1, vec![loan(1, 1, 1, 0)]).await.expect("a copy is there");
    }
    for library in LIBRARIES {
        let cx = visit(&ports, library);
        let store = Library::of(&cx);
        let found = store.book(&isbn(1)).await.expect("the table answers").expect("it has one");
        assert_eq!((found.title.as_str(), found.available.get()), (library_title(library), 4));
        let file = store.member_file(&member_id(1)).await.expect("the table answers").expect("joined");
        assert_eq!(file.loans.len(), 1);
        let shelf = "A".try_into().expect("a shelf");
        let books = store.books_on_shelf(&shelf, .., PageRequest::first()).await.expect("the table answers");
        assert_eq!(books.items.len(), 1);
        let open = store.open_loans(PageRequest::first()).await.expect("the table answers");
        assert_eq!(open.items.len(), 1);
    }
}

fn library_title(library: &str) -> &str {
    if library.trim().is_empty() { "nowhere" } else { library }
}

#[tokio::test]
async fn what_one_library_has_another_does_not() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 5)).await;
    for library in &LIBRARIES[1..] {
        let cx = visit(&ports, library);
        assert_eq!(Library::of(&cx).member(&member_id(1)).await, Ok(None), "{library}");
        assert_eq!(Library::of(&cx).member_file(&member_id(1)).await, Ok(None), "{library}");
        let shelf = "A".try_into().expect("a shelf");
        let books = Library::of(&cx).books_on_shelf(&shelf, .., PageRequest::first()).await;
        assert_eq!(books.expect("the table answers").items, [], "{library}");
    }
}
