//! Pages of a query: every item once, wherever a page ends.

use stipule_runtime::item::Attr;
use stipule_runtime::store::{Query, Sort};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, delete, indexed, key};
use crate::table::{Table, Written, is_invalid, sort_keys, texts};

pub(super) const GROUP: Group = Group {
    name: "pages",
    writes: Writes::Any,
    table: &SHELF,
    cases: cases![
        pages_cover_a_partition_once_both_ways,
        pages_cover_a_range_and_a_prefix_once,
        pages_of_an_index_cover_items_with_the_same_keys_once,
        a_limit_is_never_passed,
        a_page_may_start_after_an_item_that_is_gone,
        a_page_may_start_after_a_key_that_never_was,
        a_page_ends_at_a_megabyte,
        a_limit_of_nothing_is_refused,
    ],
};

fn shelf(limit: u32) -> Query {
    Query { limit: Some(limit), ..Query::partition("SHELF".to_owned()) }
}

fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{at:03}")).collect()
}

async fn pages_cover_a_partition_once_both_ways(table: Table<'_>) {
    let keys = numbered(23);
    table.stock(keys.iter().map(|sk| book("SHELF", sk))).await;
    for limit in [1, 2, 7, 22, 23, 24] {
        let (items, sizes) = table.pages(shelf(limit)).await;
        assert_eq!(sort_keys(&items), keys, "in pages of {limit}");
        assert!(sizes.iter().all(|size| *size <= limit as usize), "{sizes:?}");
        let (mut items, _) = table.pages(shelf(limit).descending()).await;
        items.reverse();
        assert_eq!(sort_keys(&items), keys, "in pages of {limit} downward");
    }
}

async fn pages_cover_a_range_and_a_prefix_once(table: Table<'_>) {
    table.stock(numbered(30).iter().map(|sk| book("SHELF", sk))).await;
    let expected: Vec<String> = (10..20).map(|at| format!("{at:03}")).collect();
    for sort in [Sort::Prefix("01".to_owned()), Sort::Between("010".to_owned(), "019".to_owned())] {
        for limit in [3, 5] {
            let (items, _) = table.pages(shelf(limit).sorted(sort.clone())).await;
            assert_eq!(sort_keys(&items), expected);
            let (mut items, _) = table.pages(shelf(limit).sorted(sort.clone()).descending()).await;
            items.reverse();
            assert_eq!(sort_keys(&items), expected);
        }
    }
}

async fn pages_of_an_index_cover_items_with_the_same_keys_once(table: Table<'_>) {
    let items = (0..17).map(|at| {
        let sort = if at < 13 { "same" } else { "zlast" };
        indexed(book(&format!("P{}", at % 4), &format!("{at:02}")), "gsi1", "ALL", sort)
    });
    table.stock(items).await;
    for limit in [1, 4, 17] {
        for descending in [false, true] {
            let query = Query { limit: Some(limit), descending, ..Query::index("gsi1", "ALL".to_owned()) };
            let (items, _) = table.pages(query).await;
            let mut found = sort_keys(&items);
            found.sort_unstable();
            let expected: Vec<String> = (0..17).map(|at| format!("{at:02}")).collect();
            assert_eq!(found, expected, "in pages of {limit}, descending: {descending}");
            let mut order = texts(&items, "gsi1sk");
            if descending {
                order.reverse();
            }
            assert!(order.is_sorted(), "{order:?}");
        }
    }
}

async fn a_limit_is_never_passed(table: Table<'_>) {
    table.stock(numbered(5).iter().map(|sk| book("SHELF", sk))).await;
    let page = table.page(shelf(5)).await;
    assert_eq!(page.items.len(), 5);
    let page = table.page(shelf(4)).await;
    assert_eq!(page.items.len(), 4);
    let next = page.next.expect("one is left");
    assert_eq!(
        next,
        key("SHELF", "003").to_item(&SHELF),
        "the last item of the page, and nothing but its key"
    );
    let page = table.page(shelf(1_000_000)).await;
    assert_eq!((page.items.len(), page.next), (5, None));
}

async fn a_page_may_start_after_an_item_that_is_gone(table: Table<'_>) {
    table.stock(numbered(6).iter().map(|sk| book("SHELF", sk))).await;
    let next = table.page(shelf(3)).await.next;
    assert_eq!(table.write(delete("SHELF", "002")).await, Written::Done);
    assert_eq!(table.write(delete("SHELF", "003")).await, Written::Done);
    let page = table.page(Query { start: next, ..shelf(3) }).await;
    assert_eq!(sort_keys(&page.items), ["004", "005"]);
}

async fn a_page_may_start_after_a_key_that_never_was(table: Table<'_>) {
    table.stock(numbered(6).iter().map(|sk| book("SHELF", sk))).await;
    let start = Some(key("SHELF", "0025").to_item(&SHELF));
    let page = table.page(Query { start: start.clone(), ..shelf(2) }).await;
    assert_eq!(sort_keys(&page.items), ["003", "004"]);
    let page = table.page(Query { start, ..shelf(2).descending() }).await;
    assert_eq!(sort_keys(&page.items), ["002", "001"]);
}

async fn a_page_ends_at_a_megabyte(table: Table<'_>) {
    let text = "x".repeat(100 * 1024);
    let keys = numbered(25);
    table.stock(keys.iter().map(|sk| bare("SHELF", sk).with("text", Attr::text(text.as_str())))).await;
    for descending in [false, true] {
        let query = Query { descending, ..Query::partition("SHELF".to_owned()) };
        let (mut items, sizes) = table.pages(query).await;
        if descending {
            items.reverse();
        }
        assert_eq!(sort_keys(&items), keys);
        // Ten of them have 1,000 KB and names, eleven pass the megabyte.
        assert!(sizes.len() >= 3 && sizes.iter().all(|size| *size <= 11), "{sizes:?}");
    }
}

async fn a_limit_of_nothing_is_refused(table: Table<'_>) {
    let outcome = table.store().query(shelf(0)).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}
