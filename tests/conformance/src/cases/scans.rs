//! Scans: everything once, in any order.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Expression, PrimaryKey, Scan};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, indexed};
use crate::table::{Table, is_invalid};

pub(super) const GROUP: Group = Group {
    name: "scans",
    writes: Writes::Any,
    table: &SHELF,
    cases: cases![
        an_empty_table_is_no_error,
        pages_cover_the_table_once,
        segments_have_everything_and_nothing_twice,
        a_filter_drops_what_was_read_all_the_same,
        an_index_has_only_the_items_that_are_in_it,
        pages_cover_an_index_once,
        a_page_ends_at_a_megabyte,
        a_segment_beyond_the_last_is_refused,
        an_index_is_never_scanned_strongly,
        an_index_that_is_not_there_is_refused,
    ],
};

fn spread(count: usize) -> Vec<Item> {
    (0..count).map(|at| book(&format!("P{}", at % 7), &format!("{at:03}"))).collect()
}

fn keys(items: &[Item]) -> Vec<PrimaryKey> {
    let mut keys: Vec<_> = items.iter().map(|item| PrimaryKey::of(item, &SHELF).expect("keys")).collect();
    keys.sort();
    keys
}

async fn an_empty_table_is_no_error(table: Table<'_>) {
    assert_eq!(table.scan(Scan::table()).await.0, []);
}

async fn pages_cover_the_table_once(table: Table<'_>) {
    let all = spread(40);
    table.stock(all.clone()).await;
    for limit in [Some(1), Some(7), Some(40), None] {
        let (items, sizes) = table.scan(Scan { limit, ..Scan::table() }).await;
        assert_eq!(keys(&items), keys(&all), "in pages of {limit:?}");
        let most = limit.map_or(usize::MAX, |limit| limit as usize);
        assert!(sizes.iter().all(|size| *size <= most), "{sizes:?}");
    }
}

async fn segments_have_everything_and_nothing_twice(table: Table<'_>) {
    let all = spread(40);
    table.stock(all.clone()).await;
    for segments in [1, 2, 5, 16] {
        let mut found = Vec::new();
        for segment in 0..segments {
            let scan = Scan { segment: Some((segment, segments)), limit: Some(3), ..Scan::table() };
            found.extend(table.scan(scan).await.0);
        }
        assert_eq!(keys(&found), keys(&all), "{segments} segments");
    }
}

async fn a_filter_drops_what_was_read_all_the_same(table: Table<'_>) {
    table
        .stock((0..20).map(|at| {
            let kind = if at % 10 == 0 { "Loan" } else { "Book" };
            bare("A", &format!("{at:02}")).with("_t", Attr::text(kind))
        }))
        .await;
    let loans = Expression::new("#t = :t").name("#t", "_t").value(":t", Attr::text("Loan"));
    let (items, sizes) = table.scan(Scan { limit: Some(5), ..Scan::table().filtered(loans) }).await;
    assert_eq!(items.len(), 2);
    assert!(sizes.len() >= 4, "a limit counts what is looked at: {sizes:?}");
}

async fn an_index_has_only_the_items_that_are_in_it(table: Table<'_>) {
    table.stock([book("A", "1"), indexed(book("A", "2"), "gsi3", "ALL", "S"), book("A", "3")]).await;
    let (items, _) = table.scan(Scan::index("gsi3")).await;
    assert_eq!(items, [indexed(bare("A", "2"), "gsi3", "ALL", "S")]);
}

async fn pages_cover_an_index_once(table: Table<'_>) {
    let all: Vec<_> = spread(20).into_iter().map(|item| indexed(item, "gsi1", "ALL", "same")).collect();
    table.stock(all.clone()).await;
    let (items, _) = table.scan(Scan { limit: Some(3), ..Scan::index("gsi1") }).await;
    assert_eq!(keys(&items), keys(&all));
}

async fn a_page_ends_at_a_megabyte(table: Table<'_>) {
    let text = "x".repeat(100 * 1024);
    let all: Vec<_> =
        spread(25).into_iter().map(|item| item.with("text", Attr::text(text.as_str()))).collect();
    table.stock(all.clone()).await;
    let (items, sizes) = table.scan(Scan::table()).await;
    assert_eq!(keys(&items), keys(&all));
    assert!(sizes.len() >= 3 && sizes.iter().all(|size| *size <= 11), "{sizes:?}");
}

async fn a_segment_beyond_the_last_is_refused(table: Table<'_>) {
    for segment in [(2, 2), (0, 0), (0, Scan::MOST_SEGMENTS + 1)] {
        let outcome = table.store().scan(Scan { segment: Some(segment), ..Scan::table() }).await;
        assert!(is_invalid(&outcome), "{segment:?}: {outcome:?}");
    }
}

async fn an_index_is_never_scanned_strongly(table: Table<'_>) {
    let outcome = table.store().scan(Scan { consistent: true, ..Scan::index("gsi1") }).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}

async fn an_index_that_is_not_there_is_refused(table: Table<'_>) {
    let outcome = table.store().scan(Scan::index("gsi9")).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}
