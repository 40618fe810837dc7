//! Conditions of the runtime and of generated stores: whether there is an item, its version, its expiry, and how they
//! are joined.

use stipule_runtime::item::Attr;
use stipule_runtime::store::Expression;

use super::{Group, Writes, cases};
use crate::shelf::{
    SHELF, absent, bare, book, compare, delete, delete_if, number, present, put, put_if, put_new, set,
    update, update_if,
};
use crate::table::{Table, Written};

pub(super) const GROUP: Group = Group {
    name: "conditions",
    writes: Writes::Both,
    table: &SHELF,
    cases: cases![
        a_put_that_must_be_new_is_denied_the_second_time,
        an_update_creates_an_item_unless_it_must_be_there,
        a_delete_of_nothing_is_no_error_unless_it_must_be_there,
        a_version_is_demanded_and_raised,
        a_mark_that_has_expired_may_be_replaced,
        a_value_must_be_as_it_was_read,
        a_counter_stays_within_its_limits,
        parts_are_joined_by_and_or_and_not,
        not_binds_before_and_and_and_before_or,
        one_of_a_list,
        a_denied_action_leaves_everything_as_it_was,
        names_that_are_reserved_words_need_only_a_placeholder,
        placeholders_that_stand_for_nothing_are_refused,
        placeholders_that_nothing_uses_are_refused,
        what_no_expression_is_is_refused,
    ],
};

async fn a_put_that_must_be_new_is_denied_the_second_time(table: Table<'_>) {
    assert_eq!(table.write(put_new(book("A", "1"))).await, Written::Done);
    let again = put_new(book("A", "1").with("title", Attr::text("other")));
    assert_eq!(table.write(again).await, Written::Denied);
    assert_eq!(table.read("A", "1").await, Some(book("A", "1")));
    assert_eq!(table.write(put_new(book("A", "2"))).await, Written::Done, "another key of the partition");
    assert_eq!(table.write(put_if(book("B", "1"), present())).await, Written::Denied);
}

async fn an_update_creates_an_item_unless_it_must_be_there(table: Table<'_>) {
    let change = || set("title", Attr::text("new"));
    assert_eq!(table.write(update_if("A", "1", change(), present())).await, Written::Denied);
    assert_eq!(table.read("A", "1").await, None);
    assert_eq!(table.write(update("A", "1", change())).await, Written::Done);
    assert_eq!(table.read("A", "1").await, Some(bare("A", "1").with("title", Attr::text("new"))));
    assert_eq!(table.write(update_if("A", "1", change(), present())).await, Written::Done);
    assert_eq!(table.write(update_if("A", "1", change(), absent())).await, Written::Denied);
    assert_eq!(table.write(update_if("A", "2", change(), absent())).await, Written::Done);
}

async fn a_delete_of_nothing_is_no_error_unless_it_must_be_there(table: Table<'_>) {
    assert_eq!(table.write(delete("A", "1")).await, Written::Done);
    assert_eq!(table.write(delete_if("A", "1", present())).await, Written::Denied);
    table.stock([book("A", "1")]).await;
    assert_eq!(table.write(delete_if("A", "1", present())).await, Written::Done);
    assert_eq!(table.read("A", "1").await, None);
}

async fn a_version_is_demanded_and_raised(table: Table<'_>) {
    table.stock([book("A", "1").with("_v", Attr::unsigned(7))]).await;
    let to = |version: u64| {
        Expression::new("SET #u0 = :u0, #u1 = :u1")
            .name("#u0", "_v")
            .value(":u0", Attr::unsigned(version))
            .name("#u1", "title")
            .value(":u1", Attr::text("new"))
    };
    assert_eq!(table.write(update_if("A", "1", to(9), Expression::version(8))).await, Written::Denied);
    assert_eq!(table.write(update_if("A", "1", to(8), Expression::version(7))).await, Written::Done);
    assert_eq!(table.write(update_if("A", "1", to(8), Expression::version(7))).await, Written::Denied);
    assert_eq!(table.attribute("A", "1", "_v").await, Some(Attr::unsigned(8)));
    let gone = update_if("A", "2", to(1), Expression::version(0));
    assert_eq!(table.write(gone).await, Written::Denied, "what isn't there has no version");
}

async fn a_mark_that_has_expired_may_be_replaced(table: Table<'_>) {
    let free = |now: i64| {
        Expression::new("attribute_not_exists(#pk) OR #expires <= :now")
            .name("#pk", "pk")
            .name("#expires", "expires")
            .value(":now", Attr::integer(now))
    };
    let mark = |expires: i64| bare("A", "1").with("expires", Attr::integer(expires));
    assert_eq!(table.write(put_if(mark(100), free(50))).await, Written::Done);
    assert_eq!(table.write(put_if(mark(200), free(99))).await, Written::Denied);
    assert_eq!(table.write(put_if(mark(200), free(100))).await, Written::Done);
    assert_eq!(table.attribute("A", "1", "expires").await, Some(Attr::integer(200)));
}

async fn a_value_must_be_as_it_was_read(table: Table<'_>) {
    let values = [
        Attr::text("x"),
        Attr::text(""),
        number("1.50"),
        Attr::Bool(true),
        Attr::Null,
        Attr::B(vec![1, 2]),
        Attr::list([Attr::integer(1), Attr::text("x")]),
        Attr::map([("a", Attr::list([])), ("b", Attr::Null)]),
    ];
    for value in &values {
        table.stock([bare("A", "1").with("name", value.clone())]).await;
        for other in &values {
            let unchanged = Expression::unchanged("name", Some(other.clone()));
            let expected = if value == other { Written::Done } else { Written::Denied };
            let outcome = table.write(update_if("A", "1", set("seen", Attr::Null), unchanged)).await;
            assert_eq!(outcome, expected, "{value:?} against {other:?}");
        }
        let nothing = Expression::unchanged("name", None);
        assert_eq!(table.write(put_if(bare("A", "1"), nothing)).await, Written::Denied, "{value:?}");
    }
    assert_eq!(table.write(delete_if("A", "1", Expression::unchanged("other", None))).await, Written::Done);
}

async fn a_counter_stays_within_its_limits(table: Table<'_>) {
    table.stock([bare("A", "1").with("copies", Attr::integer(3))]).await;
    let take = |count: i64| {
        let most = (i128::from(i64::MAX) + i128::from(count)).to_string();
        update_if(
            "A",
            "1",
            Expression::new("SET #u0 = #u0 - :u0").name("#u0", "copies").value(":u0", Attr::integer(count)),
            present().and(
                Expression::new("#c0 BETWEEN :l0 AND :h0")
                    .name("#c0", "copies")
                    .value(":l0", Attr::integer(count))
                    .value(":h0", number(&most)),
            ),
        )
    };
    assert_eq!(table.write(take(2)).await, Written::Done);
    assert_eq!(table.write(take(2)).await, Written::Denied);
    assert_eq!(table.write(take(1)).await, Written::Done);
    assert_eq!(table.write(take(1)).await, Written::Denied);
    assert_eq!(table.attribute("A", "1", "copies").await, Some(Attr::integer(0)));
}

/// `yes` and `no` hold and don't of `book("A", "1")`.
fn truths(text: &'static str) -> Expression {
    Expression::new(text).name("#t", "_t").value(":yes", Attr::text("Book")).value(":no", Attr::text("Loan"))
}

async fn holds(table: Table<'_>, condition: Expression, expected: bool) {
    let text = condition.text.clone();
    let outcome = table.write(put_if(book("A", "1"), condition)).await;
    assert_eq!(outcome, if expected { Written::Done } else { Written::Denied }, "{text}");
}

async fn parts_are_joined_by_and_or_and_not(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    for (text, expected) in [
        ("#t = :yes AND #t <> :no", true),
        ("#t = :yes AND #t = :no", false),
        ("#t = :no OR #t = :yes", true),
        ("#t = :no OR #t <> :yes", false),
        ("NOT (#t = :no AND #t = :yes)", true),
        ("NOT (#t = :no OR #t = :yes)", false),
        ("(#t = :yes) AND (NOT (#t = :no))", true),
        ("(#t = :yes) AND (#t = :no OR (#t = :yes AND #t <> :no))", true),
        ("#t = :yes and #t <> :no", true),
    ] {
        holds(table, truths(text), expected).await;
    }
}

async fn not_binds_before_and_and_and_before_or(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    for (text, expected) in [
        ("#t = :yes OR #t = :no AND #t = :no", true),
        ("(#t = :yes OR #t = :no) AND #t = :no", false),
        ("NOT #t = :no OR #t = :yes", true),
        ("NOT #t = :yes AND #t = :no", false),
        ("NOT #t = :no AND #t = :yes", true),
    ] {
        holds(table, truths(text), expected).await;
    }
}

async fn one_of_a_list(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    holds(table, truths("#t IN (:no, :yes)"), true).await;
    holds(table, truths("NOT (#t IN (:no, :yes))"), false).await;
    let others = Expression::new("#t IN (:a, :b)").name("#t", "_t");
    holds(table, others.value(":a", Attr::text("x")).value(":b", Attr::Null), false).await;
}

async fn a_denied_action_leaves_everything_as_it_was(table: Table<'_>) {
    let item = book("A", "1").with("n", Attr::integer(1));
    table.stock([item.clone()]).await;
    let never = || compare("n", ">", Attr::integer(1));
    for action in [
        put_if(bare("A", "1"), never()),
        update_if("A", "1", set("n", Attr::integer(5)), never()),
        delete_if("A", "1", never()),
    ] {
        assert_eq!(table.write(action).await, Written::Denied);
        assert_eq!(table.read("A", "1").await, Some(item.clone()));
    }
}

async fn names_that_are_reserved_words_need_only_a_placeholder(table: Table<'_>) {
    let item = bare("A", "1").with("status", Attr::text("x")).with("size", Attr::integer(1));
    table.stock([item]).await;
    let change = Expression::new("SET #s = #s + :one, #n = :new")
        .name("#s", "size")
        .value(":one", Attr::integer(1))
        .name("#n", "name")
        .value(":new", Attr::text("y"));
    let outcome = table.write(update_if("A", "1", change, compare("status", "=", Attr::text("x")))).await;
    assert_eq!(outcome, Written::Done);
    assert_eq!(table.attribute("A", "1", "size").await, Some(Attr::integer(2)));
}

async fn placeholders_that_stand_for_nothing_are_refused(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    for condition in
        [Expression::new("#t = :t").name("#t", "_t"), Expression::new("#t = :t").value(":t", Attr::Null)]
    {
        let outcome = table.write(put_if(book("A", "1"), condition)).await;
        assert!(outcome.is_invalid(), "{outcome:?}");
    }
}

async fn placeholders_that_nothing_uses_are_refused(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    for condition in [present().value(":v", Attr::Null), present().name("#n", "n")] {
        let outcome = table.write(put_if(book("A", "1"), condition)).await;
        assert!(outcome.is_invalid(), "{outcome:?}");
    }
}

async fn what_no_expression_is_is_refused(table: Table<'_>) {
    for text in ["attribute_exists(#pk", "#pk", "attribute_exists(#pk) AND", "exists(#pk)", "#pk == #pk", ""]
    {
        let condition = Expression::new(text).name("#pk", "pk");
        let outcome = table.write(put_if(book("A", "1"), condition)).await;
        assert!(outcome.is_invalid(), "`{text}`: {outcome:?}");
    }
    assert_eq!(table.write(put(book("A", "1"))).await, Written::Done);
}
