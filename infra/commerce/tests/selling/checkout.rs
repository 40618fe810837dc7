//! The checkout saga: how it ends, and what it gives back.

use futures_util::future::join_all;
use serde_json::{Value, json};
use stipule_runtime::saga::StepTask;

use crate::house::{Customer, House, text};
use crate::promotions::sale;

async fn order(house: &House, order: &str) -> Value {
    house.get(&format!("/orders/{order}")).await
}

async fn history(house: &House, order: &str) -> Vec<String> {
    let history = house.get(&format!("/orders/{order}/history?limit=100")).await;
    history["items"].as_array().expect("items").iter().map(|it| text(it, "event")).collect()
}

async fn with_coupon(house: &House, customer: &Customer, code: &str) -> String {
    let cart = house.cart(customer, "MUG-BLUE", 1).await;
    house.post(&format!("/carts/{cart}/coupon"), json!({ "code": code })).await;
    cart
}

async fn validity(house: &House, code: &str) -> Value {
    let body = json!({ "code": code, "total": { "amount": 1850, "currency": "CAD" } });
    house.post("/coupons/validate", body).await
}

#[tokio::test]
async fn an_order_gets_all_it_needs_and_says_so_in_its_history() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.post("/promotions", sale(&house, "SPRING26", 5)).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = with_coupon(&house, &ada, "SPRING26").await;
    let id = house.check_out(&ada, &cart).await;
    house.settle().await;
    let found = order(&house, &id).await;
    assert_eq!(found["status"], "CONFIRMED", "{found}");
    let mut events = history(&house, &id).await;
    events.sort();
    let wanted = [
        "Cart.CheckedOut",
        "Fraud.Approved",
        "Fulfilment.Created",
        "Inventory.Reserved",
        "Order.Confirmed",
        "Payment.Authorized",
        "Promotion.CouponRedeemed",
    ];
    assert_eq!(events, wanted);
    assert_eq!(house.published("Promotion.CouponRedeemed").await, 1);
    let again =
        json!({ "code": "SPRING26", "total": { "amount": 1850, "currency": "CAD" }, "customerId": ada.id });
    assert_eq!(house.post("/coupons/validate", again).await["why"], "REDEEMED");
    let paths = [format!("/orders/{id}"), format!("/orders/{id}/history"), "/stock/MUG-BLUE".to_owned()];
    house.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_redeem_a_coupon_for_one_at_once_one_does() {
    // Who is so late that the coupon is used up already pays the full price, which is no race: one is to be had in a few tries.
    for _ in 0..5 {
        if fifty_at_once().await > 0 {
            return;
        }
    }
    panic!("no two of them were at once");
}

/// Fifty check out with a coupon for one; how many of them are refused.
async fn fifty_at_once() -> usize {
    const BUYERS: usize = 50;
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 100).await;
    house.post("/promotions", sale(&house, "ONLYONE", 1)).await;
    house.settle().await;
    assert_eq!(validity(&house, "ONLYONE").await["valid"], true, "the promotion is on");
    let mut checkouts = Vec::new();
    for number in 0..BUYERS {
        let buyer = house.customer(&format!("buyer{number}"), "tok_visa_4242").await;
        let cart = with_coupon(&house, &buyer, "ONLYONE").await;
        checkouts.push((buyer, cart));
    }
    let orders = join_all(checkouts.iter().map(|(buyer, cart)| house.check_out(buyer, cart))).await;
    house.settle().await;
    let (mut redeemed, mut refused, mut dear) = (0, 0, 0);
    for id in &orders {
        let found = order(&house, id).await;
        match (text(&found, "status").as_str(), found["rejection"].as_str(), &found["total"]["amount"]) {
            ("CONFIRMED", None, total) if *total == 1850 => dear += 1,
            ("CONFIRMED", None, _) => redeemed += 1,
            ("REJECTED", Some("COUPON_REFUSED"), _) => refused += 1,
            _ => panic!("{found}"),
        }
    }
    assert_eq!(
        (redeemed, redeemed + refused + dear),
        (1, BUYERS),
        "{refused} are refused, {dear} pay all of it"
    );
    assert_eq!(house.published("Promotion.CouponRedeemed").await, 1);
    assert_eq!(validity(&house, "ONLYONE").await["why"], "USED_UP");
    let stock = house.get("/stock/MUG-BLUE").await;
    assert_eq!(stock["reserved"], 1 + dear, "nothing is left behind");
    refused
}

#[tokio::test]
async fn a_declined_payment_gives_stock_and_coupon_back() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.post("/promotions", sale(&house, "ONLYONE", 1)).await;
    house.settle().await;
    let bob = house.customer("bob", "tok_visa_0002").await;
    let cart = with_coupon(&house, &bob, "ONLYONE").await;
    let id = house.check_out(&bob, &cart).await;
    house.settle().await;
    let found = order(&house, &id).await;
    assert_eq!((&found["status"], &found["rejection"]), (&json!("REJECTED"), &json!("PAYMENT_DECLINED")));
    assert_eq!(house.get("/stock/MUG-BLUE").await["reserved"], 0);
    assert_eq!(validity(&house, "ONLYONE").await["valid"], true, "it may be used again");
    let counts = [
        house.published("Promotion.CouponRedeemed").await,
        house.published("Promotion.CouponReleased").await,
        house.published("Inventory.ReservationReleased").await,
        house.published("Payment.Declined").await,
    ];
    assert_eq!(counts, [1; 4]);
    let paths = [format!("/orders/{id}"), format!("/orders/{id}/history"), "/stock/MUG-BLUE".to_owned()];
    house.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn what_is_out_of_stock_is_refused_and_nobody_is_asked_for_money() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 1).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 2).await;
    let id = house.check_out(&ada, &cart).await;
    house.settle().await;
    let found = order(&house, &id).await;
    assert_eq!((&found["status"], &found["rejection"]), (&json!("REJECTED"), &json!("OUT_OF_STOCK")));
    assert_eq!(house.call("GET", &format!("/payments/{}", text(&found, "paymentId")), None).await.0, 404);
    assert_eq!(house.published("Inventory.ReservationFailed").await, 1);
    house.assert_replay_changes_nothing(&[&format!("/orders/{id}/history")]).await;
}

#[tokio::test]
async fn a_promotion_that_is_paused_after_the_cart_was_priced_refuses_the_order() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    let promotion = text(&house.post("/promotions", sale(&house, "SPRING26", 5)).await, "promotionId");
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = with_coupon(&house, &ada, "SPRING26").await;
    let id = house.check_out(&ada, &cart).await;
    house.settle().await;
    house.ok("PATCH", &format!("/promotions/{promotion}"), Some(json!({ "status": "PAUSED" }))).await;
    // The same order's step, asked again under another key: what it would have said then.
    let failure = perform(&house, "redeem_coupon", &id).await.expect_err("it is refused");
    assert_eq!(failure, "CouponRefused");
}

#[tokio::test]
async fn what_became_dearer_since_the_cart_was_priced_is_not_sold_dearer() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 1).await;
    let id = house.check_out(&ada, &cart).await;
    house.settle().await;
    let price = |amount: i64| Some(json!({ "price": { "amount": amount, "currency": "CAD" } }));
    house.ok("PUT", "/prices/MUG-BLUE", price(1500)).await;
    assert_eq!(perform(&house, "check_prices", &id).await, Ok(()), "cheaper is no harm");
    house.ok("PUT", "/prices/MUG-BLUE", price(1851)).await;
    assert_eq!(perform(&house, "check_prices", &id).await, Err("PriceChanged".to_owned()));
}

/// A step of the checkout, taken for an order under a key of its own.
async fn perform(house: &House, step: &str, order: &str) -> Result<(), String> {
    let task = json!({
        "saga": "checkout", "step": step, "key": format!("checkout/test/{step}"), "attempt": 0,
        "input": { "orderId": order },
        "context": {
            "tenant": "maple", "time": "2026-11-23T04:00:00Z", "correlationId": "c", "causationId": "e", "traceId": "0"
        }
    });
    let task = StepTask::from_json(task.to_string().as_bytes()).expect("a task");
    let done = house.local.app().perform(task, house.local.ports()).await;
    done.map(drop).map_err(|failure| failure.error)
}

/// How many buy at once: a thousand under `STIPULE_DEEP=1`.
fn crowd() -> usize {
    if std::env::var_os("STIPULE_DEEP").is_some() { 1_000 } else { 100 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_crowd_that_checks_out_at_once_ten_get_the_ten_pieces_there_are() {
    const PIECES: usize = 10;
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 10).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let mut carts = Vec::new();
    for _ in 0..crowd() {
        carts.push(house.cart(&ada, "MUG-BLUE", 1).await);
    }
    let orders = join_all(carts.iter().map(|cart| house.check_out(&ada, cart))).await;
    house.settle().await;
    let mut ends = std::collections::BTreeMap::<String, usize>::new();
    for id in &orders {
        let found = order(&house, id).await;
        let end = format!("{} {}", text(&found, "status"), found["rejection"].as_str().unwrap_or_default());
        *ends.entry(end).or_default() += 1;
    }
    let wanted = [("CONFIRMED ".to_owned(), PIECES), ("REJECTED OUT_OF_STOCK".to_owned(), crowd() - PIECES)];
    assert_eq!(ends, wanted.into());
    let stock = house.get("/stock/MUG-BLUE").await;
    let counts = ["onHand", "reserved", "available"].map(|it| stock[it].as_i64());
    assert_eq!(counts, [Some(10), Some(10), Some(0)], "no reservation is left over");
}
