//! Queries over the table and its indexes.

use stipule_runtime::item::Attr;
use stipule_runtime::store::{Action, Expression, Query, Sort, Store, StoreError};

use crate::library::{book, in_memory, key, page, put, sort_keys, write};

async fn shelf(table: &dyn Store, sort_keys: &[&str]) {
    for chunk in sort_keys.chunks(100) {
        let actions = chunk.iter().map(|sk| put(book("SHELF#1#", sk))).collect();
        write(table, actions).await.expect("an unconditional put");
    }
}

fn shelf_query() -> Query {
    Query::partition("SHELF#1#".to_owned())
}

#[tokio::test]
async fn items_of_a_partition_come_in_byte_order_both_ways() {
    let table = in_memory();
    shelf(&table, &["b#", "a#", "a$#", "é#", "A#", "a#x#", "\u{10FFFF}#"]).await;
    let sorted = ["A#", "a#", "a#x#", "a$#", "b#", "é#", "\u{10FFFF}#"];
    assert_eq!(sort_keys(&page(&table, shelf_query()).await), sorted);
    let mut backwards = sorted;
    backwards.reverse();
    assert_eq!(sort_keys(&page(&table, shelf_query().descending()).await), backwards);
}

#[tokio::test]
async fn another_partition_stays_out_even_when_it_begins_alike() {
    let table = in_memory();
    shelf(&table, &["a#"]).await;
    write(&table, vec![put(book("SHELF#10#", "a#")), put(book("SHELF#1", "a#"))])
        .await
        .expect("unconditional puts");
    assert_eq!(page(&table, shelf_query()).await.items.len(), 1);
}

#[tokio::test]
async fn a_prefix_is_taken_literally() {
    let table = in_memory();
    shelf(&table, &["LINE#1#", "LINE#10#", "LINE%#", "LINE_#", "LINES#1#", "line#1#"]).await;
    let lines = page(&table, shelf_query().sorted(Sort::Prefix("LINE#1#".to_owned()))).await;
    assert_eq!(sort_keys(&lines), ["LINE#1#"]);
    let percent = page(&table, shelf_query().sorted(Sort::Prefix("LINE%".to_owned()))).await;
    assert_eq!(sort_keys(&percent), ["LINE%#"]);
}

#[tokio::test]
async fn a_range_takes_both_ends() {
    let table = in_memory();
    shelf(&table, &["1#", "2#", "3#", "4#"]).await;
    let range = Sort::Between("2#".to_owned(), "3#".to_owned());
    assert_eq!(sort_keys(&page(&table, shelf_query().sorted(range)).await), ["2#", "3#"]);
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let table = in_memory();
    let keys: Vec<String> = (0..57).map(|at| format!("{at:03}#")).collect();
    shelf(&table, &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut seen = Vec::new();
    let mut query = Query { limit: Some(10), ..shelf_query() };
    loop {
        let found = page(&table, query.clone()).await;
        seen.extend(sort_keys(&found).into_iter().map(str::to_owned));
        match found.next {
            Some(next) => query.start = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, keys);
}

#[tokio::test]
async fn a_page_ends_at_a_megabyte_when_no_limit_is_given() {
    let table = in_memory();
    for at in 0..6 {
        let item = book("SHELF#1#", &format!("{at}#")).with("text", Attr::text("x".repeat(300_000)));
        write(&table, vec![put(item)]).await.expect("an unconditional put");
    }
    let first = page(&table, shelf_query()).await;
    assert!(first.next.is_some() && first.items.len() < 6, "{} items", first.items.len());
    let rest = page(&table, Query { start: first.next, ..shelf_query() }).await;
    assert_eq!(first.items.len() + rest.items.len(), 6);
}

#[tokio::test]
async fn an_item_is_in_an_index_only_while_it_has_both_keys_of_it() {
    let table = in_memory();
    let lent =
        book("BOOK#1#", "HEAD#").with("gsi1pk", Attr::text("LENT#")).with("gsi1sk", Attr::text("2026#"));
    let half = book("BOOK#2#", "HEAD#").with("gsi1pk", Attr::text("LENT#"));
    write(&table, vec![put(lent), put(half)]).await.expect("unconditional puts");
    let lent = || Query::index("gsi1", "LENT#".to_owned());
    assert_eq!(page(&table, lent()).await.items.len(), 1);

    let give_back = Action::Update {
        key: key("BOOK#1#", "HEAD#"),
        update: Expression::new("REMOVE #a, #b").name("#a", "gsi1pk").name("#b", "gsi1sk"),
        condition: None,
    };
    write(&table, vec![give_back]).await.expect("the item is there");
    assert_eq!(page(&table, lent()).await.items.len(), 0);
}

#[tokio::test]
async fn an_index_carries_what_its_projection_says() {
    let table = in_memory();
    let mut item = book("BOOK#1#", "HEAD#").with("copies", Attr::integer(1));
    for index in ["gsi1", "gsi2", "gsi3"] {
        item.insert(format!("{index}pk"), Attr::text("ALL#"));
        item.insert(format!("{index}sk"), Attr::text("1#"));
    }
    write(&table, vec![put(item)]).await.expect("an unconditional put");
    for (index, title, copies) in [("gsi1", true, true), ("gsi2", true, false), ("gsi3", false, false)] {
        let found = page(&table, Query::index(index, "ALL#".to_owned())).await;
        let [item] = found.items.as_slice() else { panic!("one item in {index}") };
        assert_eq!((item.get("title").is_some(), item.get("copies").is_some()), (title, copies), "{index}");
    }
}

#[tokio::test]
async fn a_strong_read_of_an_index_is_refused() {
    let query = Query { consistent: true, ..Query::index("gsi1", "A#".to_owned()) };
    let outcome = in_memory().query(query).await;
    assert!(matches!(outcome, Err(StoreError::Invalid(_))), "{outcome:?}");
}

#[tokio::test]
async fn an_index_that_does_not_exist_is_refused() {
    let outcome = in_memory().query(Query::index("gsi9", "A#".to_owned())).await;
    assert_eq!(outcome, Err(StoreError::Invalid("there is no index `gsi9`".to_owned())));
}

#[tokio::test]
async fn pages_of_an_index_continue_within_equal_sort_keys() {
    let table = in_memory();
    for at in 0..7 {
        let item = book(&format!("BOOK#{at}#"), "HEAD#")
            .with("gsi1pk", Attr::text("ALL#"))
            .with("gsi1sk", Attr::text("same#"));
        write(&table, vec![put(item)]).await.expect("an unconditional put");
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut query = Query { limit: Some(2), ..Query::index("gsi1", "ALL#".to_owned()) };
    loop {
        let found = page(&table, query.clone()).await;
        seen.extend(found.items.iter().filter_map(|item| item.text("pk")).map(str::to_owned));
        match found.next {
            Some(next) => query.start = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
}
