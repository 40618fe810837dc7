//! All or nothing, and why nothing.

use stipule_runtime::item::Attr;
use stipule_runtime::store::Query;
use stipule_runtime::store::{Action, Cancellation, Expression, StoreError, TransactError};

use super::{Group, Writes, cases};
use crate::shelf::{
    SHELF, absent, bare, book, check, compare, delete, delete_if, number, present, put, put_if, put_new, set,
    update, update_if,
};
use crate::table::{Table, can_never_succeed, reasons, sort_keys};

pub(super) const GROUP: Group = Group {
    name: "transactions",
    writes: Writes::Together,
    table: &SHELF,
    cases: cases![
        every_kind_of_action_happens_together,
        a_condition_fails_at_each_position,
        every_failed_condition_is_told_and_no_other,
        a_check_changes_nothing,
        a_check_alone_is_a_transaction,
        two_actions_on_one_item_are_refused,
        an_invalid_action_is_told_at_its_place_and_nothing_happens,
        a_hundred_actions_happen_and_one_more_is_refused,
        four_megabytes_are_too_much,
        nothing_to_do_is_refused,
        items_of_one_partition_and_of_others_happen_together,
        of_many_at_once_one_gets_the_last,
        no_update_is_lost,
    ],
};

async fn every_kind_of_action_happens_together(table: Table<'_>) {
    table.stock([book("A", "2"), book("A", "3"), book("A", "4")]).await;
    let actions = vec![
        put_new(book("A", "1")),
        update_if("A", "2", set("title", Attr::text("new")), present()),
        delete_if("A", "3", present()),
        check("A", "4", present()),
        check("A", "5", absent()),
    ];
    table.all(actions).await.expect("every condition holds");
    let page = table.page(Query::partition("A".to_owned())).await;
    assert_eq!(sort_keys(&page.items), ["1", "2", "4"]);
    assert_eq!(page.items[1].text("title"), Some("new"));
}

/// Five actions of every kind, of which only the one at `failing` can't happen.
fn five(failing: usize) -> Vec<Action> {
    let demand =
        |at: usize, sound: Expression, unsound: Expression| if at == failing { unsound } else { sound };
    vec![
        put_if(book("A", "1"), demand(0, absent(), present())),
        update_if("A", "2", set("title", Attr::text("new")), demand(1, present(), absent())),
        delete_if("A", "3", demand(2, present(), absent())),
        check("A", "4", demand(3, present(), absent())),
        put_if(book("A", "5"), demand(4, absent(), present())),
    ]
}

async fn a_condition_fails_at_each_position(table: Table<'_>) {
    table.stock([book("A", "2"), book("A", "3"), book("A", "4")]).await;
    let before = table.page(Query::partition("A".to_owned())).await;
    for failing in 0..5 {
        let found = reasons(table.all(five(failing)).await);
        let expected = [0, 1, 2, 3, 4]
            .map(|at| if at == failing { Cancellation::ConditionFailed } else { Cancellation::None });
        assert_eq!(found, expected);
        assert_eq!(table.page(Query::partition("A".to_owned())).await, before, "nothing happened");
    }
    table.all(five(5)).await.expect("every condition holds");
}

async fn every_failed_condition_is_told_and_no_other(table: Table<'_>) {
    table.stock([book("A", "2")]).await;
    let outcome = table
        .all(vec![
            put_new(book("A", "1")),
            put_new(book("A", "2")),
            delete("A", "3"),
            check("A", "4", present()),
            update("A", "5", set("n", Attr::Null)),
            update_if("A", "6", set("n", Attr::Null), compare("n", "=", Attr::Null)),
        ])
        .await;
    use Cancellation::{ConditionFailed, None};
    assert_eq!(reasons(outcome), [None, ConditionFailed, None, ConditionFailed, None, ConditionFailed]);
    assert_eq!(table.read("A", "1").await, Option::None);
    assert_eq!(table.read("A", "5").await, Option::None);
}

async fn a_check_changes_nothing(table: Table<'_>) {
    table.stock([book("A", "1")]).await;
    table.all(vec![check("A", "1", present()), put(book("A", "2"))]).await.expect("it is there");
    assert_eq!(table.read("A", "1").await, Some(book("A", "1")));
}

async fn a_check_alone_is_a_transaction(table: Table<'_>) {
    assert_eq!(reasons(table.all(vec![check("A", "1", present())]).await), [Cancellation::ConditionFailed]);
    table.stock([book("A", "1")]).await;
    table.all(vec![check("A", "1", present())]).await.expect("it is there");
}

async fn two_actions_on_one_item_are_refused(table: Table<'_>) {
    let on_one: [fn() -> Action; 4] = [
        || put(book("A", "1")),
        || update("A", "1", set("n", Attr::Null)),
        || delete("A", "1"),
        || check("A", "1", absent()),
    ];
    for first in on_one {
        for second in on_one {
            let outcome = table.all(vec![first(), put(book("B", "1")), second()]).await;
            assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
        }
    }
    assert_eq!(table.read("A", "1").await, None);
    assert_eq!(table.read("B", "1").await, None);
}

async fn an_invalid_action_is_told_at_its_place_and_nothing_happens(table: Table<'_>) {
    table.stock([bare("A", "2").with("n", Attr::text("no number"))]).await;
    let count = Expression::new("SET #n = #n + :n").name("#n", "n").value(":n", number("1"));
    let outcome = table.all(vec![put(book("A", "1")), update("A", "2", count), put(book("A", "3"))]).await;
    let found = reasons(outcome);
    assert!(
        matches!(&found[..], [Cancellation::None, Cancellation::Invalid(_), Cancellation::None]),
        "{found:?}"
    );
    assert_eq!(table.read("A", "1").await, None);
}

async fn a_hundred_actions_happen_and_one_more_is_refused(table: Table<'_>) {
    let puts = |count: usize| (0..count).map(|at| put(book("A", &format!("{at:03}")))).collect::<Vec<_>>();
    let outcome = table.all(puts(101)).await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
    assert_eq!(table.page(Query::partition("A".to_owned())).await.items, []);
    table.all(puts(100)).await.expect("a hundred are within the limit");
    assert_eq!(table.page(Query::partition("A".to_owned())).await.items.len(), 100);
}

async fn four_megabytes_are_too_much(table: Table<'_>) {
    let text = "x".repeat(390 * 1024);
    let large = |at: usize| put(bare("A", &at.to_string()).with("text", Attr::text(text.as_str())));
    let outcome = table.all((0..11).map(large).collect()).await;
    assert!(can_never_succeed(&outcome), "{outcome:?}");
    assert_eq!(table.read("A", "0").await, None);
    table.all((0..10).map(large).collect()).await.expect("just below");
}

async fn nothing_to_do_is_refused(table: Table<'_>) {
    let outcome = table.all(Vec::new()).await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
}

async fn items_of_one_partition_and_of_others_happen_together(table: Table<'_>) {
    let actions = (0..40).map(|at| put_new(book(&(at % 8).to_string(), &at.to_string()))).collect();
    table.all(actions).await.expect("all are new");
    for at in 0..40 {
        let (pk, sk) = ((at % 8).to_string(), at.to_string());
        assert_eq!(table.read(&pk, &sk).await, Some(book(&pk, &sk)));
    }
}

/// Until it is certain how it went: what others do in between is no outcome.
async fn settled(table: Table<'_>, actions: &[Action]) -> Result<(), Vec<Cancellation>> {
    loop {
        match table.all(actions.to_vec()).await {
            Ok(()) => return Ok(()),
            Err(TransactError::Cancelled(reasons)) => {
                if !reasons.iter().any(|r| matches!(r, Cancellation::Conflict | Cancellation::Throttled)) {
                    return Err(reasons);
                }
            }
            Err(TransactError::Store(StoreError::Throttled)) => {}
            Err(other) => panic!("the store fails: {other}"),
        }
    }
}

async fn of_many_at_once_one_gets_the_last(table: Table<'_>) {
    table.stock([bare("STOCK", "1").with("copies", Attr::integer(5))]).await;
    let takers = (0..16).map(|taker| async move {
        let take = Expression::new("SET #c = #c - :one").name("#c", "copies").value(":one", Attr::integer(1));
        let left = compare("copies", ">=", Attr::integer(1));
        let actions = [update_if("STOCK", "1", take, left), put_new(book("LOAN", &format!("{taker:02}")))];
        settled(table, &actions).await
    });
    let outcomes = futures_util::future::join_all(takers).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    for outcome in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(outcome, [Cancellation::ConditionFailed, Cancellation::None]);
    }
    assert_eq!(table.attribute("STOCK", "1", "copies").await, Some(Attr::integer(0)));
    assert_eq!(table.page(Query::partition("LOAN".to_owned())).await.items.len(), 5);
}

async fn no_update_is_lost(table: Table<'_>) {
    table.stock([bare("COUNT", "1").with("n", Attr::integer(0))]).await;
    let writers = (0..16).map(|writer| async move {
        let add = Expression::new("SET #n = #n + :one").name("#n", "n").value(":one", Attr::integer(1));
        let actions = [update("COUNT", "1", add), put_new(book("MARK", &format!("{writer:02}")))];
        settled(table, &actions).await
    });
    for outcome in futures_util::future::join_all(writers).await {
        outcome.expect("nothing denies it");
    }
    let found = table.attribute("COUNT", "1", "n").await.and_then(|n| n.as_integer());
    assert_eq!(found, Some(16));
}
