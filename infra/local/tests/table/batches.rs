//! Batches and scans, and reads of a few attributes.

use std::collections::BTreeSet;

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{
    BatchAction, BatchGet, BatchGot, Expression, PrimaryKey, Query, Scan, Store, StoreError,
};

use crate::library::{LIBRARY, book, in_memory, key, page, read};

fn puts(items: impl IntoIterator<Item = Item>) -> Vec<BatchAction> {
    items.into_iter().map(BatchAction::Put).collect()
}

async fn store(table: &dyn Store, items: Vec<Item>) {
    for chunk in items.chunks(BatchAction::MOST) {
        let left = table.batch_write(puts(chunk.to_vec())).await.expect("unconditional puts");
        assert_eq!(left, []);
    }
}

fn names(item: &Item) -> Vec<&str> {
    let mut names: Vec<_> = item.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_batch_gives_what_there_is() {
    let table = in_memory();
    store(&table, vec![book("A#", "1#"), book("A#", "2#"), book("B#", "1#")]).await;
    let keys = vec![key("B#", "1#"), key("A#", "3#"), key("A#", "1#")];
    let got = table.batch_get(BatchGet::of(keys)).await.expect("a sound batch");
    let found: BTreeSet<_> = got.items.iter().filter_map(|item| PrimaryKey::of(item, &LIBRARY)).collect();
    assert_eq!(found, BTreeSet::from([key("A#", "1#"), key("B#", "1#")]));
    assert_eq!(got.left, []);
}

#[tokio::test]
async fn a_batch_of_more_than_sixteen_megabytes_leaves_the_rest() {
    let table = in_memory();
    let sort_keys: Vec<String> = (0..60).map(|at| format!("{at:03}#")).collect();
    let text = Attr::text("x".repeat(350_000));
    let items = sort_keys.iter().map(|sk| book("A#", sk).with("text", text.clone()));
    store(&table, items.collect()).await;
    let mut keys: Vec<_> = sort_keys.iter().map(|sk| key("A#", sk)).collect();
    let mut found = BTreeSet::new();
    let mut calls = 0;
    while !keys.is_empty() {
        let BatchGot { items, left } = table.batch_get(BatchGet::of(keys)).await.expect("a sound batch");
        found.extend(items.iter().filter_map(|item| PrimaryKey::of(item, &LIBRARY)));
        keys = left;
        calls += 1;
    }
    assert_eq!(found.len(), 60);
    assert_eq!(calls, 2, "46 items of 350 kB are within 16 MB");
}

#[tokio::test]
async fn batches_that_no_store_takes_are_refused_whole() {
    let table = in_memory();
    let many = |count: i32| (0..count).map(|at| key("A#", &format!("{at}#"))).collect::<Vec<_>>();
    for keys in [vec![], many(101), vec![key("A#", "1#"), key("A#", "1#")]] {
        let outcome = table.batch_get(BatchGet::of(keys)).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    }
    let deletes = |count| many(count).into_iter().map(BatchAction::Delete).collect::<Vec<_>>();
    let twice = vec![BatchAction::Put(book("A#", "1#")), BatchAction::Delete(key("A#", "1#"))];
    for actions in [vec![], deletes(26), twice, vec![BatchAction::Put(Item::new())]] {
        let outcome = table.batch_write(actions).await;
        assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
    }
    assert_eq!(read(&table, key("A#", "1#")).await, None);
}

#[tokio::test]
async fn puts_replace_and_deletes_remove() {
    let table = in_memory();
    store(&table, vec![book("A#", "1#").with("old", Attr::Bool(true)), book("A#", "2#")]).await;
    let actions = vec![
        BatchAction::Put(book("A#", "1#")),
        BatchAction::Delete(key("A#", "2#")),
        BatchAction::Delete(key("A#", "3#")),
    ];
    assert_eq!(table.batch_write(actions).await, Ok(vec![]));
    assert_eq!(read(&table, key("A#", "1#")).await, Some(book("A#", "1#")));
    assert_eq!(read(&table, key("A#", "2#")).await, None);
}

#[tokio::test]
async fn only_the_attributes_that_are_asked_for_come_with_the_keys() {
    let table = in_memory();
    let item = book("A#", "1#")
        .with("_t", Attr::from("Book"))
        .with("pages", Attr::integer(300))
        .with("gsi1pk", Attr::from("ALL#"))
        .with("gsi1sk", Attr::from("1#"));
    store(&table, vec![item]).await;
    let found = page(&table, Query::partition("A#".to_owned()).selecting(&["pages", "none"])).await;
    assert_eq!(names(&found.items[0]), ["_t", "pages", "pk", "sk"]);
    let found = page(&table, Query::index("gsi1", "ALL#".to_owned()).selecting(&["pages", "pk"])).await;
    assert_eq!(names(&found.items[0]), ["_t", "gsi1pk", "gsi1sk", "pages", "pk", "sk"]);
    let batch = BatchGet { select: Some(&["title"]), ..BatchGet::of(vec![key("A#", "1#")]) };
    let found = table.batch_get(batch).await.expect("a sound batch");
    assert_eq!(names(&found.items[0]), ["_t", "pk", "sk", "title"]);
    let filter = Expression::new("#p0 = :p0").name("#p0", "pk").value(":p0", Attr::from("A#"));
    let scan = Scan { select: Some(&[]), ..Scan::table().filtered(filter) };
    let found = table.scan(scan).await.expect("a sound scan");
    assert_eq!(names(&found.items[0]), ["_t", "pk", "sk"]);
}

async fn scan_all(table: &dyn Store, mut scan: Scan) -> (Vec<PrimaryKey>, usize) {
    let mut found = Vec::new();
    let mut pages = 0;
    loop {
        let page = table.scan(scan.clone()).await.expect("a sound scan");
        found.extend(page.items.iter().filter_map(|item| PrimaryKey::of(item, &LIBRARY)));
        pages += 1;
        match page.next {
            None => return (found, pages),
            next => scan.start = next,
        }
    }
}

#[tokio::test]
async fn a_scan_gives_everything_once_whole_or_in_segments() {
    let table = in_memory();
    let items = (0..60).map(|at| book(&format!("{}#", at % 7), &format!("{at}#")));
    let items: Vec<Item> = items
        .enumerate()
        .map(|(at, item)| match at % 3 {
            0 => item.with("gsi1pk", Attr::from("ALL#")).with("gsi1sk", Attr::text(format!("{at}#"))),
            _ => item,
        })
        .collect();
    let all: BTreeSet<_> = items.iter().filter_map(|item| PrimaryKey::of(item, &LIBRARY)).collect();
    store(&table, items).await;
    let (found, pages) = scan_all(&table, Scan { limit: Some(7), ..Scan::table() }).await;
    assert_eq!((found.len(), pages), (60, 9));
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), all);
    let mut found = Vec::new();
    for segment in 0..4 {
        let scan = Scan { segment: Some((segment, 4)), limit: Some(5), ..Scan::table() };
        found.extend(scan_all(&table, scan).await.0);
    }
    assert_eq!(found.len(), 60, "no item is in two segments");
    assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), all);
    let (found, _) = scan_all(&table, Scan { limit: Some(7), ..Scan::index("gsi1") }).await;
    assert_eq!(found.len(), 20, "only what is in the index");
}

#[tokio::test]
async fn a_filter_drops_items_and_keeps_the_pages() {
    let table = in_memory();
    store(&table, (0..20).map(|at| book("A#", &format!("{at:02}#"))).collect()).await;
    let filter = Expression::new("begins_with(#sk, :sk)").name("#sk", "sk").value(":sk", Attr::from("1"));
    let scan = Scan { limit: Some(5), ..Scan::table().filtered(filter) };
    let first = table.scan(scan.clone()).await.expect("a sound scan");
    assert!(first.items.is_empty() && first.next.is_some(), "an empty page that is not the last");
    assert_eq!(scan_all(&table, scan).await.0.len(), 10);
}

#[tokio::test]
async fn a_scan_of_what_is_not_there_is_refused() {
    let outcome = in_memory().scan(Scan::index("gsi9")).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
}
