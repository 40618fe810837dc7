//! Secondary indexes: who is in them, under which keys, with which attributes.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Expression, Query, Sort};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, delete, indexed, put, put_new, set, update};
use crate::table::{Table, Written, is_invalid, sort_keys, texts};

pub(super) const GROUP: Group = Group {
    name: "indexes",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        only_items_with_both_keys_are_in_an_index,
        an_index_has_an_order_of_its_own,
        an_index_carries_what_it_projects,
        an_item_may_be_in_several_indexes_under_different_keys,
        an_update_moves_an_item_within_an_index,
        an_update_takes_an_item_into_an_index_and_out_of_it,
        a_put_replaces_the_entry_of_an_index,
        a_changed_attribute_changes_in_the_index,
        who_is_deleted_leaves_every_index,
        a_denied_write_leaves_the_indexes_as_they_were,
        ranges_and_prefixes_work_in_an_index,
        an_index_is_never_read_strongly,
    ],
};

async fn index(table: Table<'_>, name: &'static str, pk: &str) -> Vec<Item> {
    table.pages(Query::index(name, pk.to_owned())).await.0
}

async fn only_items_with_both_keys_are_in_an_index(table: Table<'_>) {
    for item in [
        book("A", "1"),
        book("A", "2").with("gsi1pk", Attr::text("ALL")),
        book("A", "3").with("gsi1sk", Attr::text("S")),
        indexed(book("A", "4"), "gsi1", "ALL", "S"),
    ] {
        assert_eq!(table.write(put(item)).await, Written::Done);
    }
    assert_eq!(sort_keys(&index(table, "gsi1", "ALL").await), ["4"]);
    assert_eq!(index(table, "gsi1", "S").await, []);
}

async fn an_index_has_an_order_of_its_own(table: Table<'_>) {
    for (sk, sort) in [("1", "c"), ("2", "a"), ("3", "\u{10000}"), ("4", "\u{ffff}"), ("5", "B")] {
        assert_eq!(table.write(put(indexed(book("A", sk), "gsi1", "ALL", sort))).await, Written::Done);
    }
    assert_eq!(sort_keys(&index(table, "gsi1", "ALL").await), ["5", "2", "1", "4", "3"]);
    let page = table.page(Query::index("gsi1", "ALL".to_owned()).descending()).await;
    assert_eq!(sort_keys(&page.items), ["3", "4", "1", "2", "5"]);
}

async fn an_index_carries_what_it_projects(table: Table<'_>) {
    let item = book("A", "1").with("note", Attr::text("x"));
    let in_all =
        ["gsi1", "gsi2", "gsi3"].into_iter().fold(item, |item, name| indexed(item, name, "ALL", "S"));
    assert_eq!(table.write(put(in_all.clone())).await, Written::Done);
    assert_eq!(index(table, "gsi1", "ALL").await, [in_all]);
    let with_title = indexed(bare("A", "1").with("title", Attr::text("A 1")), "gsi2", "ALL", "S");
    assert_eq!(index(table, "gsi2", "ALL").await, [with_title]);
    assert_eq!(index(table, "gsi3", "ALL").await, [indexed(bare("A", "1"), "gsi3", "ALL", "S")]);
}

async fn an_item_may_be_in_several_indexes_under_different_keys(table: Table<'_>) {
    let item = indexed(indexed(book("A", "1"), "gsi1", "ONE", "S"), "gsi3", "TWO", "T");
    assert_eq!(table.write(put(item)).await, Written::Done);
    assert_eq!(sort_keys(&index(table, "gsi1", "ONE").await), ["1"]);
    assert_eq!(sort_keys(&index(table, "gsi3", "TWO").await), ["1"]);
    assert_eq!(index(table, "gsi3", "ONE").await, []);
    assert_eq!(index(table, "gsi2", "ONE").await, []);
}

async fn an_update_moves_an_item_within_an_index(table: Table<'_>) {
    table
        .stock([indexed(book("A", "1"), "gsi1", "OPEN", "a"), indexed(book("A", "2"), "gsi1", "OPEN", "b")])
        .await;
    assert_eq!(table.write(update("A", "1", set("gsi1sk", Attr::text("c")))).await, Written::Done);
    assert_eq!(sort_keys(&index(table, "gsi1", "OPEN").await), ["2", "1"]);
    assert_eq!(table.write(update("A", "1", set("gsi1pk", Attr::text("DONE")))).await, Written::Done);
    assert_eq!(sort_keys(&index(table, "gsi1", "OPEN").await), ["2"]);
    assert_eq!(texts(&index(table, "gsi1", "DONE").await, "gsi1sk"), ["c"]);
}

async fn an_update_takes_an_item_into_an_index_and_out_of_it(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    let enter = Expression::new("SET #u0 = :u0, #u1 = :u1")
        .name("#u0", "gsi2pk")
        .value(":u0", Attr::text("ALL"))
        .name("#u1", "gsi2sk")
        .value(":u1", Attr::text("S"));
    assert_eq!(table.write(update("A", "1", enter)).await, Written::Done);
    assert_eq!(texts(&index(table, "gsi2", "ALL").await, "title"), ["A 1"]);
    let leave = Expression::new("REMOVE #u0, #u1").name("#u0", "gsi2pk").name("#u1", "gsi2sk");
    assert_eq!(table.write(update("A", "1", leave)).await, Written::Done);
    assert_eq!(index(table, "gsi2", "ALL").await, []);
    assert_eq!(table.read("A", "1").await, Some(book("A", "1")));
}

async fn a_put_replaces_the_entry_of_an_index(table: Table<'_>) {
    for sort in ["a", "b"] {
        assert_eq!(table.write(put(indexed(book("A", "1"), "gsi1", "ALL", sort))).await, Written::Done);
    }
    assert_eq!(texts(&index(table, "gsi1", "ALL").await, "gsi1sk"), ["b"]);
    assert_eq!(table.write(put(book("A", "1"))).await, Written::Done);
    assert_eq!(index(table, "gsi1", "ALL").await, []);
}

async fn a_changed_attribute_changes_in_the_index(table: Table<'_>) {
    table.stock([indexed(indexed(book("A", "1"), "gsi1", "ALL", "S"), "gsi2", "ALL", "S")]).await;
    assert_eq!(table.write(update("A", "1", set("title", Attr::text("new")))).await, Written::Done);
    assert_eq!(texts(&index(table, "gsi1", "ALL").await, "title"), ["new"]);
    assert_eq!(texts(&index(table, "gsi2", "ALL").await, "title"), ["new"]);
    let remove = Expression::new("REMOVE #t").name("#t", "title");
    assert_eq!(table.write(update("A", "1", remove)).await, Written::Done);
    assert_eq!(index(table, "gsi2", "ALL").await, [indexed(bare("A", "1"), "gsi2", "ALL", "S")]);
}

async fn who_is_deleted_leaves_every_index(table: Table<'_>) {
    let names = ["gsi1", "gsi2", "gsi3"];
    let item = names.into_iter().fold(book("A", "1"), |item, name| indexed(item, name, "ALL", "S"));
    table.stock([item]).await;
    assert_eq!(table.write(delete("A", "1")).await, Written::Done);
    for name in names {
        assert_eq!(index(table, name, "ALL").await, []);
    }
}

async fn a_denied_write_leaves_the_indexes_as_they_were(table: Table<'_>) {
    table.stock([indexed(book("A", "1"), "gsi1", "ALL", "a")]).await;
    let moved = put_new(indexed(book("A", "1"), "gsi1", "ALL", "b"));
    assert_eq!(table.write(moved).await, Written::Denied);
    assert_eq!(texts(&index(table, "gsi1", "ALL").await, "gsi1sk"), ["a"]);
}

async fn ranges_and_prefixes_work_in_an_index(table: Table<'_>) {
    table
        .stock((0..10).map(|at| indexed(book("A", &at.to_string()), "gsi2", "ALL", &format!("2026-{at:02}"))))
        .await;
    let query = |sort| Query::index("gsi2", "ALL".to_owned()).sorted(sort);
    let range = Sort::Between("2026-03".to_owned(), "2026-05".to_owned());
    assert_eq!(sort_keys(&table.page(query(range.clone())).await.items), ["3", "4", "5"]);
    assert_eq!(sort_keys(&table.page(query(range).descending()).await.items), ["5", "4", "3"]);
    let page = table.page(query(Sort::Prefix("2026-0".to_owned()))).await;
    assert_eq!(page.items.len(), 10);
}

async fn an_index_is_never_read_strongly(table: Table<'_>) {
    let query = Query { consistent: true, ..Query::index("gsi1", "ALL".to_owned()) };
    let outcome = table.store().query(query).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}
