//! Conditions and transactions.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Action, Cancellation, Expression, StoreError, TransactError};

use crate::library::{LIBRARY, book, in_memory, key, put, put_new, read, reasons, write};

fn stock(copies: i64) -> Item {
    key("BOOK", "1").to_item(&LIBRARY).with("copies", Attr::integer(copies))
}

/// Takes copies away while at least as many are there.
fn lend(count: i64) -> Action {
    Action::Update {
        key: key("BOOK", "1"),
        update: Expression::new("SET #copies = #copies - :count")
            .name("#copies", "copies")
            .value(":count", Attr::integer(count)),
        condition: Some(
            Expression::new("#copies >= :count")
                .name("#copies", "copies")
                .value(":count", Attr::integer(count)),
        ),
    }
}

#[tokio::test]
async fn a_put_that_must_be_new_is_refused_the_second_time() {
    let table = in_memory();
    write(&table, vec![put_new(book("A", "1"))]).await.expect("the key is free");
    let again = write(&table, vec![put_new(book("A", "1").with("title", Attr::text("other")))]).await;
    assert_eq!(reasons(again), [Cancellation::ConditionFailed]);
    assert_eq!(read(&table, key("A", "1")).await, Some(book("A", "1")));
}

#[tokio::test]
async fn cancellations_stand_at_the_position_of_their_action() {
    let table = in_memory();
    write(&table, vec![put(book("A", "2"))]).await.expect("an unconditional put");
    let outcome = write(
        &table,
        vec![
            put_new(book("A", "1")),
            put_new(book("A", "2")),
            Action::Delete { key: key("A", "3"), condition: None },
            Action::Check { key: key("A", "4"), condition: Expression::present(&LIBRARY) },
        ],
    )
    .await;
    assert_eq!(
        reasons(outcome),
        [
            Cancellation::None,
            Cancellation::ConditionFailed,
            Cancellation::None,
            Cancellation::ConditionFailed
        ]
    );
    assert_eq!(read(&table, key("A", "1")).await, None, "nothing of a cancelled transaction happens");
}

#[tokio::test]
async fn an_update_with_a_condition_stops_where_the_condition_does() {
    let table = in_memory();
    write(&table, vec![put(stock(3))]).await.expect("an unconditional put");
    write(&table, vec![lend(2)]).await.expect("three are there");
    assert_eq!(reasons(write(&table, vec![lend(2)]).await), [Cancellation::ConditionFailed]);
    let left = read(&table, key("BOOK", "1")).await.expect("the book is there");
    assert_eq!(left.integer("copies"), Some(1));
}

#[tokio::test]
async fn concurrent_conditional_updates_never_go_below_the_condition() {
    let table = std::sync::Arc::new(in_memory());
    write(&*table, vec![put(stock(40))]).await.expect("an unconditional put");
    let mut lenders = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let table = std::sync::Arc::clone(&table);
        lenders.spawn(async move { write(&*table, vec![lend(1)]).await.is_ok() });
    }
    let lent = lenders.join_all().await.into_iter().filter(|lent| *lent).count();
    assert_eq!(lent, 40);
    assert_eq!(read(&*table, key("BOOK", "1")).await.expect("the book is there").integer("copies"), Some(0));
}

#[tokio::test]
async fn two_actions_on_one_item_are_refused_as_a_fault_of_the_program() {
    let outcome = write(&in_memory(), vec![put(book("A", "1")), put(book("A", "1"))]).await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
}

#[tokio::test]
async fn more_than_a_hundred_actions_are_refused_and_a_hundred_are_not() {
    let table = in_memory();
    let puts = |count: usize| (0..count).map(|at| put(book("A", &at.to_string()))).collect::<Vec<_>>();
    let outcome = write(&table, puts(101)).await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
    write(&table, puts(100)).await.expect("a hundred are within the limit");
}

#[tokio::test]
async fn an_item_beyond_400_kilobytes_is_refused_and_one_just_below_is_kept() {
    let table = in_memory();
    let big = |bytes: usize| key("A", "1").to_item(&LIBRARY).with("text", Attr::text("x".repeat(bytes)));
    let fits = big(400 * 1024 - 20);
    write(&table, vec![put(fits.clone())]).await.expect("within the limit");
    assert_eq!(read(&table, key("A", "1")).await, Some(fits));
    let outcome = write(&table, vec![put(big(400 * 1024))]).await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
}

#[tokio::test]
async fn a_key_in_an_index_is_refused_where_it_is_longer_than_the_tables_own_may_be() {
    let table = in_memory();
    let in_index = |pk: usize, sk: usize| {
        let text = |bytes: usize| Attr::text("x".repeat(bytes));
        book("A", "1").with("gsi1pk", text(pk)).with("gsi1sk", text(sk))
    };
    write(&table, vec![put(in_index(2048, 1024))]).await.expect("within the limits");
    let update = |text: &'static str| {
        let update = Expression::new(text).name("#t", "title").name("#k", "gsi1sk");
        let update = update.value(":t", Attr::text("x")).value(":k", Attr::text("x".repeat(1025)));
        Action::Update { key: key("A", "2"), update, condition: None }
    };
    let set = update("SET #t = :t, #k = :k");
    let kept = update("SET #k = if_not_exists(#k, :k), #t = :t");
    for action in [put(in_index(2049, 1)), put(in_index(1, 1025)), set, kept] {
        let outcome = write(&table, vec![action]).await;
        assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
    }
}

#[tokio::test]
async fn one_placeholder_for_two_things_is_refused() {
    let outcome = write(
        &in_memory(),
        vec![Action::Update {
            key: key("A", "1"),
            update: Expression::new("SET #a = :v").name("#a", "a").value(":v", Attr::integer(1)),
            condition: Some(Expression::new("#a = :v").name("#a", "a").value(":v", Attr::integer(2))),
        }],
    )
    .await;
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
}

#[tokio::test]
async fn every_kind_of_attribute_comes_back_as_it_went() {
    let table = in_memory();
    let item = book("A", "1")
        .with("number", Attr::N("-12.5".to_owned()))
        .with("large", Attr::integer(i64::MIN))
        .with("truth", Attr::Bool(false))
        .with("nothing", Attr::Null)
        .with("bytes", Attr::B(vec![0, 255]))
        .with("empty", Attr::text(""))
        .with("odd", Attr::text("\u{0}\u{1F600}\"\\"))
        .with("list", Attr::list([Attr::integer(1), Attr::list([]), Attr::Null]))
        .with("map", Attr::map([("a.b", Attr::map::<&str>([])), ("", Attr::text("x"))]));
    let outcome = write(&table, vec![put(item.clone())]).await;
    // DynamoDB has no empty attribute names, at any depth.
    assert!(matches!(outcome, Err(TransactError::Store(StoreError::Invalid(_)))), "{outcome:?}");
    let item = item.with("map", Attr::map([("a.b", Attr::map::<&str>([]))]));
    write(&table, vec![put(item.clone())]).await.expect("every kind is storable");
    assert_eq!(read(&table, key("A", "1")).await, Some(item));
}
