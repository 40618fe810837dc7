//! What the service limits, it limits to the byte. Source: "Quotas in Amazon DynamoDB" and "Constraints in Amazon
//! DynamoDB" of the developer guide.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{BatchAction, Get};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, delete, indexed, key, put, set, update};
use crate::table::{Table, Written, is_invalid};

pub(super) const GROUP: Group = Group {
    name: "limits",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        an_item_of_400_kilobytes_is_kept_and_a_byte_more_is_refused,
        names_count_into_the_size_of_an_item,
        an_update_that_makes_an_item_too_large_is_refused,
        a_batch_refuses_an_item_that_is_too_large,
        keys_have_their_longest,
        a_key_is_never_empty,
        a_key_is_text,
        keys_of_an_index_are_text_and_never_empty,
        a_key_attribute_is_never_changed,
    ],
};

/// Largest item in bytes, names included.
const LARGEST: usize = 400 * 1024;

/// An item of exactly so many bytes: two keys of three each, and a text under a name of four.
fn sized(bytes: usize) -> Item {
    bare("A", "1").with("text", Attr::text("x".repeat(bytes - 3 - 3 - 4)))
}

async fn an_item_of_400_kilobytes_is_kept_and_a_byte_more_is_refused(table: Table<'_>) {
    assert_eq!(table.write(put(sized(LARGEST))).await, Written::Done);
    assert_eq!(table.read("A", "1").await, Some(sized(LARGEST)));
    let outcome = table.write(put(sized(LARGEST + 1))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
    assert_eq!(table.read("A", "1").await, Some(sized(LARGEST)), "nothing happened");
}

async fn names_count_into_the_size_of_an_item(table: Table<'_>) {
    let name = "n".repeat(1000);
    let fits = sized(LARGEST - 1001).with(name.clone(), Attr::Bool(true));
    assert_eq!(table.write(put(fits)).await, Written::Done);
    let outcome = table.write(put(sized(LARGEST - 1000).with(name, Attr::Bool(true)))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
}

async fn an_update_that_makes_an_item_too_large_is_refused(table: Table<'_>) {
    table.stock([sized(LARGEST - 5)]).await;
    assert_eq!(table.write(update("A", "1", set("a", Attr::text("1234")))).await, Written::Done);
    let outcome = table.write(update("A", "1", set("a", Attr::text("12345")))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
    assert_eq!(table.attribute("A", "1", "a").await, Some(Attr::text("1234")), "nothing happened");
}

async fn a_batch_refuses_an_item_that_is_too_large(table: Table<'_>) {
    let outcome = table.batch_write(vec![BatchAction::Put(sized(LARGEST + 1))]).await;
    assert!(is_invalid(&outcome), "{outcome:?}");
}

async fn keys_have_their_longest(table: Table<'_>) {
    let (pk, sk) = ("p".repeat(2048), "s".repeat(1024));
    assert_eq!(table.write(put(bare(&pk, &sk))).await, Written::Done);
    assert_eq!(table.read(&pk, &sk).await, Some(bare(&pk, &sk)));
    for (pk, sk) in [(format!("{pk}p"), sk.clone()), (pk, format!("{sk}s"))] {
        let outcome = table.write(put(bare(&pk, &sk))).await;
        assert!(outcome.is_invalid(), "{outcome:?}");
    }
}

async fn a_key_is_never_empty(table: Table<'_>) {
    for (pk, sk) in [("", "1"), ("A", "")] {
        for action in [put(bare(pk, sk)), update(pk, sk, set("a", Attr::Null)), delete(pk, sk)] {
            let outcome = table.write(action).await;
            assert!(outcome.is_invalid(), "{outcome:?}");
        }
        let outcome = table.store().get(Get { key: key(pk, sk), consistent: true }).await;
        assert!(is_invalid(&outcome), "{outcome:?}");
    }
}

async fn a_key_is_text(table: Table<'_>) {
    for item in [
        Item::new().with("pk", Attr::text("A")),
        Item::new().with("sk", Attr::text("1")),
        bare("A", "1").with("sk", Attr::integer(1)),
        bare("A", "1").with("pk", Attr::B(vec![1])),
        bare("A", "1").with("sk", Attr::Null),
    ] {
        let outcome = table.write(put(item)).await;
        assert!(outcome.is_invalid(), "{outcome:?}");
    }
}

async fn keys_of_an_index_are_text_and_never_empty(table: Table<'_>) {
    let sound = indexed(bare("A", "1"), "gsi1", "P", "S");
    for (attribute, value) in [
        ("gsi1pk", Attr::text("")),
        ("gsi1sk", Attr::text("")),
        ("gsi1sk", Attr::integer(1)),
        ("gsi1pk", Attr::Null),
    ] {
        let outcome = table.write(put(sound.clone().with(attribute, value.clone()))).await;
        assert!(outcome.is_invalid(), "put of {attribute}: {outcome:?}");
        table.stock([sound.clone()]).await;
        let outcome = table.write(update("A", "1", set(attribute, value))).await;
        assert!(outcome.is_invalid(), "update of {attribute}: {outcome:?}");
    }
}

async fn a_key_attribute_is_never_changed(table: Table<'_>) {
    table.stock([bare("A", "1")]).await;
    let outcome = table.write(update("A", "1", set("sk", Attr::text("2")))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
}
