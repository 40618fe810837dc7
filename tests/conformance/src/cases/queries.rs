//! Which items a query of one partition finds, and in which order.

use stipule_runtime::item::Attr;
use stipule_runtime::store::{Query, Sort};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, delete, put, set, update};
use crate::table::{Table, Written, is_invalid, sort_keys};

pub(super) const GROUP: Group = Group {
    name: "queries",
    writes: Writes::Any,
    table: &SHELF,
    cases: cases![
        an_empty_partition_is_no_error,
        items_come_in_byte_order_both_ways,
        only_items_of_the_partition_come,
        a_prefix_matches_its_bytes_and_no_others,
        the_ends_of_a_range_are_within_it,
        a_range_may_be_one_key_or_none,
        a_range_with_its_ends_exchanged_is_refused,
        items_come_whole,
        a_strong_query_sees_every_write_before_it,
        an_empty_key_is_refused,
        an_index_that_is_not_there_is_refused,
    ],
};

/// Sort keys in the order of their bytes. The last two are the other way round in UTF-16.
const ORDERED: [&str; 12] =
    [" ", "#", "$", "10#", "9#", "A", "Z", "a", "aa", "\u{e9}", "\u{ffff}", "\u{10000}"];

fn shelf() -> Query {
    Query::partition("SHELF#1#".to_owned())
}

async fn stock(table: Table<'_>, sort_keys: &[&str]) {
    table.stock(sort_keys.iter().rev().map(|sk| book("SHELF#1#", sk))).await;
}

async fn an_empty_partition_is_no_error(table: Table<'_>) {
    let page = table.page(shelf()).await;
    assert_eq!(page.items, []);
    assert_eq!(page.next, None);
}

async fn items_come_in_byte_order_both_ways(table: Table<'_>) {
    stock(table, &ORDERED).await;
    let page = table.page(shelf()).await;
    assert_eq!(sort_keys(&page.items), ORDERED);
    assert_eq!(page.next, None);
    let page = table.page(shelf().descending()).await;
    let mut reversed = ORDERED;
    reversed.reverse();
    assert_eq!(sort_keys(&page.items), reversed);
}

async fn only_items_of_the_partition_come(table: Table<'_>) {
    stock(table, &["1"]).await;
    table
        .stock([book("SHELF#10#", "2"), book("SHELF#1", "3"), book("SHELF#1##", "4"), book("shelf#1#", "5")])
        .await;
    let page = table.page(shelf()).await;
    assert_eq!(page.items, [book("SHELF#1#", "1")]);
}

async fn a_prefix_matches_its_bytes_and_no_others(table: Table<'_>) {
    let keys =
        ["ORDER", "ORDER#", "ORDER#1#", "ORDER#10#", "ORDER#1#LINE#2#", "ORDES", "order#1#", "%", "ORDER_1#"];
    stock(table, &keys).await;
    let found = |prefix: &str| shelf().sorted(Sort::Prefix(prefix.to_owned()));
    let page = table.page(found("ORDER#1#")).await;
    assert_eq!(sort_keys(&page.items), ["ORDER#1#", "ORDER#1#LINE#2#"]);
    let page = table.page(found("ORDER#")).await;
    assert_eq!(sort_keys(&page.items), ["ORDER#", "ORDER#1#", "ORDER#1#LINE#2#", "ORDER#10#"]);
    let page = table.page(found("ORDER#").descending()).await;
    assert_eq!(sort_keys(&page.items), ["ORDER#10#", "ORDER#1#LINE#2#", "ORDER#1#", "ORDER#"]);
    // What other stores take for wildcards.
    for (prefix, expected) in [("%", vec!["%"]), ("ORDER_", vec!["ORDER_1#"]), ("*", vec![])] {
        assert_eq!(sort_keys(&table.page(found(prefix)).await.items), expected, "{prefix}");
    }
}

async fn the_ends_of_a_range_are_within_it(table: Table<'_>) {
    stock(table, &ORDERED).await;
    let range = |low: &str, high: &str| shelf().sorted(Sort::Between(low.to_owned(), high.to_owned()));
    let page = table.page(range("10#", "A")).await;
    assert_eq!(sort_keys(&page.items), ["10#", "9#", "A"]);
    let page = table.page(range("B", "b")).await;
    assert_eq!(sort_keys(&page.items), ["Z", "a", "aa"]);
    let page = table.page(range("a", "\u{ffff}").descending()).await;
    assert_eq!(sort_keys(&page.items), ["\u{ffff}", "\u{e9}", "aa", "a"]);
}

async fn a_range_may_be_one_key_or_none(table: Table<'_>) {
    stock(table, &ORDERED).await;
    let range = |low: &str, high: &str| shelf().sorted(Sort::Between(low.to_owned(), high.to_owned()));
    assert_eq!(sort_keys(&table.page(range("A", "A")).await.items), ["A"]);
    assert_eq!(table.page(range("B", "C")).await.items, []);
}

async fn a_range_with_its_ends_exchanged_is_refused(table: Table<'_>) {
    let query = shelf().sorted(Sort::Between("B".to_owned(), "A".to_owned()));
    let outcome = table.store().query(query).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}

async fn items_come_whole(table: Table<'_>) {
    let item = bare("SHELF#1#", "1")
        .with("list", Attr::list([Attr::map([("x", Attr::B(vec![0]))]), Attr::Null]))
        .with("unknown to anybody", Attr::Bool(true));
    table.stock([item.clone()]).await;
    assert_eq!(table.page(shelf()).await.items, [item]);
}

async fn a_strong_query_sees_every_write_before_it(table: Table<'_>) {
    for at in 0..10 {
        let sk = at.to_string();
        assert_eq!(table.write(put(book("SHELF#1#", &sk))).await, Written::Done);
        assert_eq!(table.page(shelf()).await.items.len(), 1);
        assert_eq!(table.write(update("SHELF#1#", &sk, set("n", Attr::integer(at)))).await, Written::Done);
        assert_eq!(table.page(shelf()).await.items[0].integer("n"), Some(at));
        assert_eq!(table.write(delete("SHELF#1#", &sk)).await, Written::Done);
        assert_eq!(table.page(shelf()).await.items, []);
    }
}

async fn an_empty_key_is_refused(table: Table<'_>) {
    let outcome = table.store().query(Query::partition(String::new())).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}

async fn an_index_that_is_not_there_is_refused(table: Table<'_>) {
    let outcome = table.store().query(Query::index("gsi9", "A".to_owned())).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}
