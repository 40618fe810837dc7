//! Reads that want some attributes only.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{BatchGet, Query, Scan};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, indexed, key};
use crate::table::Table;

pub(super) const GROUP: Group = Group {
    name: "projections",
    writes: Writes::Any,
    table: &SHELF,
    cases: cases![
        a_query_gives_what_is_wanted_and_what_tells_the_item,
        a_query_of_an_index_gives_its_keys_too,
        names_that_need_a_placeholder_may_be_wanted,
        a_batch_gives_what_is_wanted,
        a_scan_gives_what_is_wanted,
        an_attribute_that_is_wanted_and_not_there_is_not_there,
    ],
};

fn stored() -> Item {
    let item =
        book("A", "1").with("size", Attr::integer(3)).with("a.b", Attr::Null).with("note", Attr::text("x"));
    indexed(item, "gsi1", "ALL", "S")
}

/// What every answer has.
fn told() -> Item {
    bare("A", "1").with("_t", Attr::text("Book"))
}

async fn a_query_gives_what_is_wanted_and_what_tells_the_item(table: Table<'_>) {
    table.stock([stored()]).await;
    let page = table.page(Query::partition("A".to_owned()).selecting(&["title"])).await;
    assert_eq!(page.items, [told().with("title", Attr::text("A 1"))]);
}

async fn a_query_of_an_index_gives_its_keys_too(table: Table<'_>) {
    table.stock([stored()]).await;
    let page = table.page(Query::index("gsi1", "ALL".to_owned()).selecting(&["title", "gsi1sk"])).await;
    assert_eq!(page.items, [indexed(told().with("title", Attr::text("A 1")), "gsi1", "ALL", "S")]);
}

async fn names_that_need_a_placeholder_may_be_wanted(table: Table<'_>) {
    table.stock([stored()]).await;
    let page = table.page(Query::partition("A".to_owned()).selecting(&["size", "a.b"])).await;
    assert_eq!(page.items, [told().with("size", Attr::integer(3)).with("a.b", Attr::Null)]);
}

async fn a_batch_gives_what_is_wanted(table: Table<'_>) {
    table.stock([stored()]).await;
    let request = BatchGet { select: Some(&["note"]), ..BatchGet::of(vec![key("A", "1"), key("A", "2")]) };
    let got = table.batch_get(request).await.expect("a sound batch is answered");
    assert_eq!(got.items, [told().with("note", Attr::text("x"))]);
}

async fn a_scan_gives_what_is_wanted(table: Table<'_>) {
    table.stock([stored()]).await;
    let (items, _) = table.scan(Scan { select: Some(&["note"]), ..Scan::table() }).await;
    assert_eq!(items, [told().with("note", Attr::text("x"))]);
}

async fn an_attribute_that_is_wanted_and_not_there_is_not_there(table: Table<'_>) {
    table.stock([bare("A", "1")]).await;
    let page = table.page(Query::partition("A".to_owned()).selecting(&["title"])).await;
    assert_eq!(page.items, [bare("A", "1")]);
}
