//! Update expressions of the runtime and of generated stores.

use stipule_runtime::item::Attr;
use stipule_runtime::store::Expression;

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, absent, bare, book, canonical, number, set, update, update_if};
use crate::table::{Table, Written};

pub(super) const GROUP: Group = Group {
    name: "updates",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        several_attributes_are_set_and_removed_at_once,
        removing_what_is_not_there_is_no_error,
        counting_adds_and_takes,
        counting_is_exact,
        counting_what_is_not_there_or_no_number_is_refused,
        an_attribute_changes_its_kind,
        every_part_of_an_update_sees_the_item_as_it_was,
        setting_an_attribute_twice_is_refused,
        a_sequence_number_is_made_and_raised,
    ],
};

async fn several_attributes_are_set_and_removed_at_once(table: Table<'_>) {
    table.stock([book("A", "1").with("note", Attr::text("x")).with("other", Attr::Null)]).await;
    let change = Expression::new("SET #u0 = :u0, #u1 = :u1 REMOVE #u2, #u3")
        .name("#u0", "title")
        .value(":u0", Attr::text("new"))
        .name("#u1", "list")
        .value(":u1", Attr::list([Attr::integer(1)]))
        .name("#u2", "note")
        .name("#u3", "other");
    assert_eq!(table.write(update("A", "1", change)).await, Written::Done);
    let expected =
        book("A", "1").with("title", Attr::text("new")).with("list", Attr::list([Attr::integer(1)]));
    assert_eq!(table.read("A", "1").await, Some(expected));
}

async fn removing_what_is_not_there_is_no_error(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    let remove = || Expression::new("REMOVE #u0").name("#u0", "note");
    assert_eq!(table.write(update("A", "1", remove())).await, Written::Done);
    assert_eq!(table.read("A", "1").await, Some(book("A", "1")));
    assert_eq!(table.write(update("A", "2", remove())).await, Written::Done);
    assert_eq!(table.read("A", "2").await, Some(bare("A", "2")), "an update without a condition creates");
}

fn count(sign: char, amount: Attr) -> Expression {
    Expression::new(format!("SET #u0 = #u0 {sign} :u0")).name("#u0", "n").value(":u0", amount)
}

async fn counting_adds_and_takes(table: Table<'_>) {
    table.stock([bare("A", "1").with("n", Attr::integer(5))]).await;
    for (sign, amount, expected) in [('+', 3, 8), ('-', 10, -2), ('+', -1, -3), ('-', -3, 0)] {
        let outcome = table.write(update("A", "1", count(sign, Attr::integer(amount)))).await;
        assert_eq!(outcome, Written::Done);
        let found = table.attribute("A", "1", "n").await.and_then(|n| n.as_integer());
        assert_eq!(found, Some(expected), "{sign} {amount}");
    }
}

async fn counting_is_exact(table: Table<'_>) {
    for (start, sign, amount, expected) in [
        ("0.1", '+', "0.2", "0.3"),
        ("9223372036854775807", '+', "1", "9223372036854775808"),
        ("12345678901234567890123456789012345678", '-', "1", "12345678901234567890123456789012345677"),
        ("1", '-', "0.00000000000000000000000000000000001", "0.99999999999999999999999999999999999"),
    ] {
        table.stock([bare("A", "1").with("n", number(start))]).await;
        assert_eq!(table.write(update("A", "1", count(sign, number(amount)))).await, Written::Done);
        let Some(Attr::N(found)) = table.attribute("A", "1", "n").await else { panic!("no number") };
        assert_eq!(canonical(&found), canonical(expected), "{start} {sign} {amount}");
    }
}

async fn counting_what_is_not_there_or_no_number_is_refused(table: Table<'_>) {
    for item in
        [bare("A", "1"), bare("A", "1").with("n", Attr::text("5")), bare("A", "1").with("n", Attr::Null)]
    {
        table.stock([item.clone()]).await;
        let outcome = table.write(update("A", "1", count('+', Attr::integer(1)))).await;
        assert!(outcome.is_invalid(), "{item:?}: {outcome:?}");
        assert_eq!(table.read("A", "1").await, Some(item));
    }
    let outcome = table.write(update("A", "2", count('+', Attr::integer(1)))).await;
    assert!(outcome.is_invalid(), "no item: {outcome:?}");
    assert_eq!(table.read("A", "2").await, None);
}

async fn an_attribute_changes_its_kind(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    let kinds =
        [Attr::integer(1), Attr::Null, Attr::Bool(true), Attr::B(vec![1]), Attr::list([]), Attr::text("")];
    for value in kinds {
        assert_eq!(table.write(update("A", "1", set("title", value.clone()))).await, Written::Done);
        assert_eq!(table.attribute("A", "1", "title").await, Some(value));
    }
}

async fn every_part_of_an_update_sees_the_item_as_it_was(table: Table<'_>) {
    table.stock([bare("A", "1").with("a", Attr::integer(1)).with("b", Attr::integer(2))]).await;
    let swap = Expression::new("SET #a = #b, #b = #a").name("#a", "a").name("#b", "b");
    assert_eq!(table.write(update("A", "1", swap)).await, Written::Done);
    let expected = bare("A", "1").with("a", Attr::integer(2)).with("b", Attr::integer(1));
    assert_eq!(table.read("A", "1").await, Some(expected));
}

async fn setting_an_attribute_twice_is_refused(table: Table<'_>) {
    let twice = Expression::new("SET #a = :v, #b = :v").name("#a", "x").name("#b", "x");
    let outcome = table.write(update("A", "1", twice.value(":v", Attr::Null))).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
    let both = Expression::new("SET #a = :v REMOVE #a").name("#a", "x").value(":v", Attr::Null);
    let outcome = table.write(update("A", "1", both)).await;
    assert!(outcome.is_invalid(), "{outcome:?}");
}

async fn a_sequence_number_is_made_and_raised(table: Table<'_>) {
    let raise = |stored: Option<u64>| {
        let last = stored.unwrap_or(0) + 1;
        let update = Expression::new("SET #seq = :last, #type = :type")
            .name("#seq", "seq")
            .name("#type", "_t")
            .value(":last", Attr::unsigned(last))
            .value(":type", Attr::from("Sequence"));
        let condition = match stored {
            None => absent(),
            Some(stored) => {
                Expression::new("#seq = :stored").name("#seq", "seq").value(":stored", Attr::unsigned(stored))
            }
        };
        update_if("A", "1", update, condition)
    };
    assert_eq!(table.write(raise(Some(1))).await, Written::Denied);
    assert_eq!(table.write(raise(None)).await, Written::Done);
    assert_eq!(table.write(raise(None)).await, Written::Denied);
    assert_eq!(table.write(raise(Some(1))).await, Written::Done);
    assert_eq!(table.write(raise(Some(1))).await, Written::Denied);
    assert_eq!(table.attribute("A", "1", "seq").await, Some(Attr::unsigned(2)));
}
