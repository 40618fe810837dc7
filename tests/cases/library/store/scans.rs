//! Everything that is stored of an entity, of one tenant.

use std::collections::BTreeSet;
use std::sync::Arc;

use library_store::Library;
use stipule_runtime::{PageRequest, Ports, StoreFailure};

use crate::desk::{book, isbn, join, lend, loan, member, member_id, ports, shelve, visit};

/// Two libraries with seven members and nine books each; the second is called so that it begins as the first.
async fn two_libraries() -> Arc<Ports> {
    let ports = ports();
    for library in ["north", "north#", "nor"] {
        for number in 0..7 {
            let email = format!("{number}@example.org");
            join(&visit(&ports, library), member(number, &email)).await.expect("nobody is there yet");
        }
        for number in 0..9 {
            shelve(&visit(&ports, library), book(number, "A", "Emma", 9)).await;
        }
    }
    ports
}

#[tokio::test]
async fn a_scan_gives_every_item_of_the_tenant_once() {
    let ports = two_libraries().await;
    let cx = visit(&ports, "north");
    let (mut found, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
    loop {
        let request = PageRequest::at(cursor.as_deref()).limited(Some(100));
        let page = Library::of(&cx).all_books(request).await.expect("the table answers");
        assert!(page.items.len() <= 5, "no more than the largest page");
        found.extend(page.items.into_iter().map(|book| book.isbn));
        pages += 1;
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(found.len(), 9);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), (0..9).map(isbn).collect());
    assert!(pages >= 2);
}

#[tokio::test]
async fn segments_together_give_all_and_none_twice() {
    let ports = two_libraries().await;
    let cx = visit(&ports, "north#");
    let mut found = Vec::new();
    for segment in 0..3 {
        let mut cursor: Option<String> = None;
        loop {
            let request = PageRequest::at(cursor.as_deref()).limited(Some(2));
            let page = Library::of(&cx).all_members(segment, request).await.expect("the table answers");
            found.extend(page.items.into_iter().map(|member| member.member_id));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
    }
    assert_eq!(found.len(), 7);
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), (0..7).map(member_id).collect());
    let beyond = Library::of(&cx).all_members(3, PageRequest::first()).await;
    assert!(matches!(beyond, Err(StoreFailure::Invalid(_))), "{beyond:?}");
}

#[tokio::test]
async fn a_cursor_of_one_segment_or_tenant_is_none_of_another() {
    let ports = two_libraries().await;
    let cx = visit(&ports, "north");
    let library = Library::of(&cx);
    let mut cursors = Vec::new();
    for segment in 0..3 {
        let page = library.all_members(segment, PageRequest::first().limited(Some(1))).await;
        cursors.extend(page.expect("the table answers").next.map(|next| (segment, next)));
    }
    assert!(!cursors.is_empty());
    for (segment, cursor) in &cursors {
        let request = PageRequest::at(Some(cursor));
        assert!(library.all_members(*segment, request).await.is_ok());
        let other = (segment + 1) % 3;
        assert_eq!(library.all_members(other, request).await, Err(StoreFailure::BadCursor));
        assert_eq!(library.all_books(request).await, Err(StoreFailure::BadCursor));
        let elsewhere = visit(&ports, "nor");
        let outcome = Library::of(&elsewhere).all_members(*segment, request).await;
        assert_eq!(outcome, Err(StoreFailure::BadCursor));
    }
}

#[tokio::test]
async fn an_index_is_scanned_for_what_is_in_it() {
    let ports = two_libraries().await;
    for number in 0..6 {
        let loan = loan(number, 1, 1, i64::try_from(number).expect("small"));
        lend(&visit(&ports, "north"), 1, vec![loan]).await.expect("copies enough");
    }
    let cx = visit(&ports, "north");
    let page = Library::of(&cx).loans_everywhere(PageRequest::first()).await.expect("the table answers");
    assert_eq!((page.items.len(), page.next), (6, None));
}
