//! What is stored comes back as it was.

use stipule_runtime::item::{Attr, Item};

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, book, canonical, number, put, set, update};
use crate::table::{Table, Written};

pub(super) const GROUP: Group = Group {
    name: "values",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        every_kind_of_attribute_comes_back_as_it_went,
        empty_texts_bytes_lists_and_maps_are_values,
        any_text_comes_back_byte_by_byte,
        names_of_attributes_may_be_anything,
        numbers_keep_38_digits,
        numbers_are_numbers_whatever_their_form,
        numbers_out_of_range_are_refused,
        what_no_number_is_is_refused,
        a_put_replaces_the_whole_item,
        an_update_leaves_attributes_that_it_does_not_know,
        deep_values_come_back_and_deeper_ones_are_refused,
    ],
};

async fn comes_back(table: Table<'_>, item: Item) {
    assert_eq!(table.write(put(item.clone())).await, Written::Done);
    assert_eq!(table.read("A", "1").await, Some(item));
}

async fn every_kind_of_attribute_comes_back_as_it_went(table: Table<'_>) {
    let inner = Attr::map([("a.b", Attr::Null), ("c", Attr::list([Attr::Bool(true), Attr::text("x")]))]);
    let item = book("A", "1")
        .with("number", number("-12.5"))
        .with("least", Attr::integer(i64::MIN))
        .with("most", Attr::integer(i64::MAX))
        .with("truth", Attr::Bool(false))
        .with("nothing", Attr::Null)
        .with("bytes", Attr::B(vec![0, 1, 254, 255]))
        .with(
            "list",
            Attr::list([Attr::integer(1), Attr::list([Attr::integer(2)]), Attr::Null, inner.clone()]),
        )
        .with("map", inner);
    comes_back(table, item).await;
}

async fn empty_texts_bytes_lists_and_maps_are_values(table: Table<'_>) {
    let item = book("A", "1")
        .with("text", Attr::text(""))
        .with("bytes", Attr::B(Vec::new()))
        .with("list", Attr::list([]))
        .with("map", Attr::map::<&str>([]))
        .with("below", Attr::list([Attr::text(""), Attr::map([("x", Attr::list([]))])]));
    comes_back(table, item).await;
}

async fn any_text_comes_back_byte_by_byte(table: Table<'_>) {
    let item = book("A", "1")
        .with("controls", Attr::text("\u{0}\u{1}\t\r\n\u{7f}\u{85}\u{2028}"))
        .with("quotes", Attr::text("\"\\'`</script>${x}"))
        .with("planes", Attr::text("é\u{301} \u{ffff}\u{fffd} \u{1f600}\u{10ffff}"))
        .with("same", Attr::text("\u{e9}"))
        .with("composed", Attr::text("e\u{301}"));
    comes_back(table, item).await;
}

async fn names_of_attributes_may_be_anything(table: Table<'_>) {
    let mut item = book("A", "1");
    for name in ["a.b", "a b", "#x", ":x", "SELECT", "size", "é", "\u{1f600}", "[0]", "\"", "_", "0"] {
        item.insert(name, Attr::text(name));
    }
    comes_back(table, item).await;
    let odd = "a.b[0] #:\"";
    assert_eq!(table.write(update("A", "1", set(odd, Attr::integer(1)))).await, Written::Done);
    assert_eq!(table.attribute("A", "1", odd).await, Some(Attr::integer(1)));
}

/// Stored and read again: the number, not its form, must be the same.
async fn same_number(table: Table<'_>, digits: &str) {
    assert_eq!(table.write(put(bare("A", "1").with("n", number(digits)))).await, Written::Done, "{digits}");
    let read = table.attribute("A", "1", "n").await;
    let Some(Attr::N(found)) = read else { panic!("{digits} is read as {read:?}") };
    assert_eq!(canonical(&found), canonical(digits), "{digits} is read as {found}");
}

async fn numbers_keep_38_digits(table: Table<'_>) {
    for digits in [
        "12345678901234567890123456789012345678",
        "-99999999999999999999999999999999999999",
        "0.12345678901234567890123456789012345678",
        "1234567890123456789.0123456789012345678",
        "9223372036854775808",
        "0.1",
        "3.0000000000000000000000000000000000001",
    ] {
        same_number(table, digits).await;
    }
}

async fn numbers_are_numbers_whatever_their_form(table: Table<'_>) {
    for digits in ["0", "-0", "0.0", "1.0", "007", "1e3", "1E+3", "12.50e-1", "1e125", "-1e-130"] {
        same_number(table, digits).await;
    }
}

async fn numbers_out_of_range_are_refused(table: Table<'_>) {
    for digits in ["123456789012345678901234567890123456789", "1e126", "-1e126", "1e-131"] {
        let outcome = table.write(put(bare("A", "1").with("n", number(digits)))).await;
        assert!(outcome.is_invalid(), "{digits}: {outcome:?}");
    }
}

async fn what_no_number_is_is_refused(table: Table<'_>) {
    for digits in ["", "abc", "1,5", "0x10", "NaN", "Infinity", "1e", "--1"] {
        let outcome = table.write(put(bare("A", "1").with("n", number(digits)))).await;
        assert!(outcome.is_invalid(), "{digits}: {outcome:?}");
    }
}

async fn a_put_replaces_the_whole_item(table: Table<'_>) {
    comes_back(table, book("A", "1").with("note", Attr::text("old"))).await;
    comes_back(table, book("A", "1").with("other", Attr::text("new"))).await;
}

async fn an_update_leaves_attributes_that_it_does_not_know(table: Table<'_>) {
    let item = book("A", "1").with("later", Attr::map([("x", Attr::list([Attr::Null]))]));
    table.stock([item.clone()]).await;
    assert_eq!(table.write(update("A", "1", set("title", Attr::text("new")))).await, Written::Done);
    assert_eq!(table.read("A", "1").await, Some(item.with("title", Attr::text("new"))));
}

/// A value with so many lists around it.
fn nested(lists: usize) -> Attr {
    (0..lists).fold(Attr::Null, |inner, _| Attr::list([inner]))
}

async fn deep_values_come_back_and_deeper_ones_are_refused(table: Table<'_>) {
    // "Attribute nesting depth: up to 32 levels": the innermost value is a level too.
    comes_back(table, book("A", "1").with("deep", nested(31))).await;
    let outcome = table.write(put(book("A", "2").with("deep", nested(33)))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
}
