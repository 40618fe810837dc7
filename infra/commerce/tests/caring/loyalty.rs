//! `GET /loyalty/{customerId}`, and what brings and takes points.

use commerce_model::events::{OrderCancelled, OrderCompleted, ReturnClosed};
use commerce_model::types::{CancellationReason, Money};
use serde_json::{Value, json};
use stipule_runtime::wire::{BoundedVec, DateTime, Ranged};

use crate::announce::announce;
use crate::house::{Customer, House};

const ORDERS: [&str; 2] = ["018f3a52-0000-7000-8000-0000000000d0", "018f3a52-0000-7000-8000-0000000000d1"];
const RETURN: &str = "018f3a52-0000-7000-8000-0000000000ab";

fn cents(amount: i64) -> Money {
    Money { amount: Ranged::new(amount).expect("an amount"), currency: "CAD".parse().expect("a currency") }
}

fn completed(customer: &Customer, order: &str, amount: i64) -> OrderCompleted {
    OrderCompleted {
        order_id: order.parse().expect("an id"),
        customer_id: customer.id.parse().expect("an id"),
        total: cents(amount),
        completed_at: DateTime::UNIX_EPOCH,
    }
}

fn closed(customer: &Customer, order: &str, amount: i64) -> ReturnClosed {
    ReturnClosed {
        return_id: RETURN.parse().expect("an id"),
        order_id: order.parse().expect("an id"),
        customer_id: customer.id.parse().expect("an id"),
        refund: cents(amount),
        restock: BoundedVec::default(),
    }
}

async fn open() -> (House, Customer, String) {
    let house = House::new();
    let ada = house.customer("ada", "tok_visa_4242").await;
    house.settle().await;
    let path = format!("/loyalty/{}", ada.id);
    (house, ada, path)
}

/// Balance, earned, reversed.
fn points(statement: &Value) -> (i64, i64, i64) {
    let points = |name: &str| statement["account"][name].as_i64().expect("points");
    let ledger: i64 =
        statement["items"].as_array().expect("a ledger").iter().filter_map(|it| it["points"].as_i64()).sum();
    assert_eq!(ledger, points("balance"), "the ledger adds up: {statement}");
    (points("balance"), points("earned"), points("reversed"))
}

#[tokio::test]
async fn whoever_registers_has_an_account_without_points() {
    let (house, _, path) = open().await;
    let statement = house.get(&path).await;
    assert_eq!((points(&statement), &statement["items"]), ((0, 0, 0), &json!([])));
    house.assert_guarded("GET", &path, None, true).await;
    assert_eq!(house.call("GET", &format!("{path}?limit=0"), None).await.0, 400);
    assert_eq!(house.call("GET", "/loyalty/018f3a52-0000-7000-8000-0000000000c9", None).await.0, 404);
}

#[tokio::test]
async fn a_complete_order_earns_points_and_a_return_takes_them_back() {
    let (house, ada, path) = open().await;
    announce(&house, &completed(&ada, ORDERS[0], 3799)).await;
    announce(&house, &completed(&ada, ORDERS[1], 99)).await;
    assert_eq!(points(&house.get(&path).await), (37, 37, 0), "under a unit there is no point");
    announce(&house, &closed(&ada, ORDERS[0], 1850)).await;
    announce(&house, &closed(&ada, ORDERS[0], 0)).await;
    assert_eq!(points(&house.get(&path).await), (19, 37, 18));
    assert_eq!(house.published("Loyalty.PointsEarned").await, 1);
    assert_eq!(house.published("Loyalty.PointsReversed").await, 1);
    house.assert_replay_changes_nothing(&[&path]).await;
    let page = house.get(&format!("{path}?limit=1")).await;
    let rest =
        house.get(&format!("{path}?limit=1&cursor={}", page["nextCursor"].as_str().expect("more"))).await;
    let reasons = [&page["items"][0]["reason"], &rest["items"][0]["reason"]];
    assert_eq!(reasons, [&json!("RETURN"), &json!("ORDER")], "the newest first");
}

#[tokio::test]
async fn a_cancelled_order_takes_back_no_more_than_it_earned() {
    let (house, ada, path) = open().await;
    house.sell("MUG-BLUE", 1850, 5).await;
    let mut orders = Vec::new();
    for _ in 0..2 {
        let cart = house.cart(&ada, "MUG-BLUE", 2).await;
        orders.push(house.check_out(&ada, &cart).await);
    }
    house.settle().await;
    let cancelled = |order: &str| OrderCancelled {
        order_id: order.parse().expect("an id"),
        customer_id: ada.id.parse().expect("an id"),
        reason: CancellationReason::CustomerRequest,
    };
    announce(&house, &completed(&ada, &orders[0], 3799)).await;
    announce(&house, &cancelled(&orders[1])).await;
    assert_eq!(points(&house.get(&path).await), (37, 37, 0));
    announce(&house, &cancelled(&orders[0])).await;
    assert_eq!(points(&house.get(&path).await), (0, 37, 37));
}

#[tokio::test]
async fn orders_that_are_complete_at_once_all_count() {
    let (house, ada, path) = open().await;
    let orders: Vec<_> = (0..20)
        .map(|number| completed(&ada, &format!("018f3a52-0000-7000-8000-0000000000{number:02}"), 1000))
        .collect();
    futures_util::future::join_all(orders.iter().map(|order| announce(&house, order))).await;
    assert_eq!(points(&house.get(&path).await), (200, 200, 0));
}

#[tokio::test]
async fn whoever_is_erased_has_no_account_any_more() {
    let (house, ada, path) = open().await;
    announce(&house, &completed(&ada, ORDERS[0], 3799)).await;
    house.ok("DELETE", &format!("/customers/{}", ada.id), None).await;
    house.settle().await;
    assert_eq!(house.call("GET", &path, None).await.0, 404);
    announce(&house, &completed(&ada, ORDERS[1], 3799)).await;
    assert_eq!(house.call("GET", &path, None).await.0, 404, "nobody is left to earn points");
}
