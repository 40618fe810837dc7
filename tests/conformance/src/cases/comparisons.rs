//! Comparisons of a stored attribute with a value, and with another attribute.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::Expression;

use super::{Group, Writes, cases};
use crate::shelf::{SHELF, bare, compare, number, put_if};
use crate::table::{Table, Written};

pub(super) const GROUP: Group = Group {
    name: "comparisons",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        numbers_compare_as_numbers,
        texts_compare_byte_by_byte,
        bytes_compare_as_unsigned_bytes,
        values_of_different_kinds_differ_and_have_no_order,
        truths_and_nulls_are_equal_or_not,
        what_is_absent_is_equal_to_nothing_and_has_no_order,
        two_attributes_compare_with_each_other,
        limits_of_a_range_are_within_it,
    ],
};

/// Whether a condition holds of an item that has only `v`.
async fn expect(table: Table<'_>, item: &Item, condition: Expression, expected: bool, what: &str) {
    table.stock([item.clone()]).await;
    let outcome = table.write(put_if(item.clone(), condition)).await;
    assert_eq!(outcome, if expected { Written::Done } else { Written::Denied }, "{what}");
}

/// The first is less than the second: every sign says so.
async fn in_order(table: Table<'_>, less: Attr, greater: Attr, what: &str) {
    let item = bare("A", "1").with("v", less.clone());
    for (sign, expected) in
        [("=", false), ("<>", true), ("<", true), ("<=", true), (">", false), (">=", false)]
    {
        let condition = compare("v", sign, greater.clone());
        expect(table, &item, condition, expected, &format!("{what}: less {sign} greater")).await;
    }
    let item = bare("A", "1").with("v", greater);
    for (sign, expected) in [("=", false), ("<", false), ("<=", false), (">", true), (">=", true)] {
        let condition = compare("v", sign, less.clone());
        expect(table, &item, condition, expected, &format!("{what}: greater {sign} less")).await;
    }
}

async fn same(table: Table<'_>, one: Attr, other: Attr, what: &str) {
    let item = bare("A", "1").with("v", one);
    for (sign, expected) in
        [("=", true), ("<>", false), ("<", false), ("<=", true), (">", false), (">=", true)]
    {
        expect(table, &item, compare("v", sign, other.clone()), expected, &format!("{what} {sign}")).await;
    }
}

async fn numbers_compare_as_numbers(table: Table<'_>) {
    for (less, greater) in [
        ("9", "10"),
        ("-10", "-9"),
        ("-1", "1"),
        ("0.1", "0.11"),
        ("99", "1e2"),
        ("9223372036854775807", "9223372036854775808"),
        ("12345678901234567890123456789012345677", "12345678901234567890123456789012345678"),
    ] {
        in_order(table, number(less), number(greater), &format!("{less} and {greater}")).await;
    }
    for (one, other) in [("1", "1.0"), ("100", "1e2"), ("0", "-0")] {
        same(table, number(one), number(other), one).await;
    }
}

async fn texts_compare_byte_by_byte(table: Table<'_>) {
    for (less, greater) in [
        ("", "a"),
        ("a", "aa"),
        ("Z", "a"),
        ("z", "é"),
        ("10", "9"),
        // In UTF-16 it is the other way round.
        ("\u{ffff}", "\u{10000}"),
    ] {
        in_order(table, Attr::text(less), Attr::text(greater), &format!("{less:?} and {greater:?}")).await;
    }
    same(table, Attr::text("é"), Attr::text("\u{e9}"), "é").await;
    in_order(table, Attr::text("e\u{301}"), Attr::text("\u{e9}"), "composed and decomposed").await;
}

async fn bytes_compare_as_unsigned_bytes(table: Table<'_>) {
    for (less, greater) in [(vec![], vec![0]), (vec![127], vec![128]), (vec![1, 255], vec![2])] {
        let what = format!("{less:?} and {greater:?}");
        in_order(table, Attr::B(less), Attr::B(greater), &what).await;
    }
}

async fn values_of_different_kinds_differ_and_have_no_order(table: Table<'_>) {
    let item = bare("A", "1").with("v", Attr::text("1"));
    for (sign, expected) in [("=", false), ("<>", true), ("<", false), (">", false), ("<=", false)] {
        expect(table, &item, compare("v", sign, Attr::integer(1)), expected, sign).await;
    }
}

async fn truths_and_nulls_are_equal_or_not(table: Table<'_>) {
    let truth = bare("A", "1").with("v", Attr::Bool(true));
    expect(table, &truth, compare("v", "=", Attr::Bool(true)), true, "true = true").await;
    expect(table, &truth, compare("v", "=", Attr::Bool(false)), false, "true = false").await;
    expect(table, &truth, compare("v", "<>", Attr::Null), true, "true <> null").await;
    let null = bare("A", "1").with("v", Attr::Null);
    expect(table, &null, compare("v", "=", Attr::Null), true, "null = null").await;
}

async fn what_is_absent_is_equal_to_nothing_and_has_no_order(table: Table<'_>) {
    let item = bare("A", "1");
    for (sign, expected) in [("=", false), ("<>", true), ("<", false), (">=", false)] {
        expect(table, &item, compare("v", sign, Attr::integer(1)), expected, sign).await;
    }
    let within = Expression::new("#c BETWEEN :l AND :h").name("#c", "v");
    let within = within.value(":l", Attr::integer(0)).value(":h", Attr::integer(9));
    expect(table, &item, within, false, "between").await;
}

async fn two_attributes_compare_with_each_other(table: Table<'_>) {
    let item = bare("A", "1").with("low", Attr::integer(9)).with("high", Attr::integer(10));
    for (sign, expected) in [("<", true), ("<=", true), (">", false), ("=", false), ("<>", true)] {
        let condition = Expression::new(format!("#l {sign} #h")).name("#l", "low").name("#h", "high");
        expect(table, &item, condition, expected, sign).await;
    }
}

async fn limits_of_a_range_are_within_it(table: Table<'_>) {
    let within = |low: i64, high: i64| {
        let range = Expression::new("#c BETWEEN :l AND :h").name("#c", "v");
        range.value(":l", Attr::integer(low)).value(":h", Attr::integer(high))
    };
    let item = bare("A", "1").with("v", Attr::integer(10));
    for (low, high, expected) in
        [(10, 10, true), (9, 10, true), (10, 11, true), (11, 20, false), (1, 9, false)]
    {
        expect(table, &item, within(low, high), expected, &format!("{low} to {high}")).await;
    }
}
