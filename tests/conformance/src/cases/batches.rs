//! Batches: each for itself, and what wasn't got to is left, not lost.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{BatchAction, BatchGet, PrimaryKey, Query};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, indexed, key};
use crate::table::{Table, is_invalid};

pub(super) const GROUP: Group = Group {
    name: "batches",
    writes: Writes::Any,
    table: &SHELF,
    cases: cases![
        a_hundred_items_are_read_at_once_and_one_more_is_refused,
        what_is_not_there_is_not_among_the_items,
        a_key_twice_or_no_key_is_refused,
        what_is_too_much_for_one_answer_is_left,
        twenty_five_actions_happen_and_one_more_is_refused,
        puts_replace_and_deletes_remove,
        two_actions_on_one_item_or_none_are_refused,
        a_batch_moves_items_within_their_indexes,
    ],
};

fn numbered(count: usize) -> Vec<PrimaryKey> {
    (0..count).map(|at| key(&format!("P{}", at % 3), &format!("{at:03}"))).collect()
}

fn item_of(key: &PrimaryKey) -> Item {
    book(&key.pk, &key.sk)
}

fn in_order(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by_key(|item| PrimaryKey::of(item, &SHELF).expect("every item has its keys"));
    items
}

async fn a_hundred_items_are_read_at_once_and_one_more_is_refused(table: Table<'_>) {
    let keys = numbered(101);
    table.stock(keys.iter().map(item_of)).await;
    for consistent in [true, false] {
        let request = BatchGet { consistent, ..BatchGet::of(keys[..100].to_vec()) };
        let got = table.batch_get(request).await.expect("a hundred are within the limit");
        assert_eq!(got.left, []);
        assert_eq!(in_order(got.items), in_order(keys[..100].iter().map(item_of).collect()));
    }
    let outcome = table.batch_get(BatchGet::of(keys)).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}

async fn what_is_not_there_is_not_among_the_items(table: Table<'_>) {
    table.stock([book("A", "1"), book("A", "3")]).await;
    let keys = ["1", "2", "3", "4"].map(|sk| key("A", sk)).to_vec();
    let got = table.batch_get(BatchGet::of(keys)).await.expect("a sound batch is answered");
    assert_eq!(in_order(got.items), [book("A", "1"), book("A", "3")]);
    assert_eq!(got.left, [], "what isn't there was looked for");
}

async fn a_key_twice_or_no_key_is_refused(table: Table<'_>) {
    for keys in [vec![key("A", "1"), key("A", "2"), key("A", "1")], Vec::new()] {
        let outcome = table.batch_get(BatchGet::of(keys)).await;
        assert!(is_invalid(&outcome), "{outcome:?}");
    }
}

async fn what_is_too_much_for_one_answer_is_left(table: Table<'_>) {
    // 48 of 390 KB have more than the 16 MB of one answer.
    let text = "x".repeat(390 * 1024);
    let keys = numbered(48);
    for chunk in keys.chunks(8) {
        let large = chunk.iter().map(|key| item_of(key).with("text", Attr::text(text.as_str())));
        table.stock(large).await;
    }
    let (mut waiting, mut found, mut rounds) = (keys.clone(), Vec::new(), 0);
    while !waiting.is_empty() {
        let got = table.batch_get(BatchGet::of(waiting)).await.expect("a sound batch is answered");
        assert!(!got.items.is_empty(), "every round brings something");
        found.extend(got.items.iter().map(|item| PrimaryKey::of(item, &SHELF).expect("keys")));
        waiting = got.left;
        rounds += 1;
    }
    assert!(rounds > 1, "one answer has at most 16 MB");
    found.sort();
    let mut keys = keys;
    keys.sort();
    assert_eq!(found, keys);
}

async fn twenty_five_actions_happen_and_one_more_is_refused(table: Table<'_>) {
    let puts =
        |count: usize| numbered(count).iter().map(|key| BatchAction::Put(item_of(key))).collect::<Vec<_>>();
    let outcome = table.batch_write(puts(26)).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
    assert_eq!(table.page(Query::partition("P0".to_owned())).await.items, []);
    let left = table.batch_write(puts(25)).await.expect("25 are within the limit");
    assert_eq!(left, []);
    assert_eq!(table.page(Query::partition("P0".to_owned())).await.items.len(), 9);
}

async fn puts_replace_and_deletes_remove(table: Table<'_>) {
    table.stock([book("A", "1").with("note", Attr::Null), book("A", "2")]).await;
    let actions = vec![
        BatchAction::Put(book("A", "1")),
        BatchAction::Delete(key("A", "2")),
        BatchAction::Delete(key("A", "3")),
        BatchAction::Put(book("A", "4")),
    ];
    assert_eq!(table.batch_write(actions).await, Ok(Vec::new()));
    let page = table.page(Query::partition("A".to_owned())).await;
    assert_eq!(page.items, [book("A", "1"), book("A", "4")]);
}

async fn two_actions_on_one_item_or_none_are_refused(table: Table<'_>) {
    for actions in [
        vec![BatchAction::Put(book("A", "1")), BatchAction::Put(book("A", "1"))],
        vec![BatchAction::Put(book("A", "1")), BatchAction::Delete(key("A", "1"))],
        Vec::new(),
    ] {
        let outcome = table.batch_write(actions).await;
        assert!(is_invalid(&outcome), "{outcome:?}");
    }
    assert_eq!(table.read("A", "1").await, None);
}

async fn a_batch_moves_items_within_their_indexes(table: Table<'_>) {
    table
        .stock([indexed(bare("A", "1"), "gsi1", "ALL", "a"), indexed(bare("A", "2"), "gsi1", "ALL", "b")])
        .await;
    let actions = vec![
        BatchAction::Put(indexed(bare("A", "1"), "gsi1", "ALL", "c")),
        BatchAction::Delete(key("A", "2")),
    ];
    assert_eq!(table.batch_write(actions).await, Ok(Vec::new()));
    let page = table.page(Query::index("gsi1", "ALL".to_owned())).await;
    assert_eq!(page.items, [indexed(bare("A", "1"), "gsi1", "ALL", "c")]);
}
