//! `GET` and `POST /subscriptions`, `PATCH` and `DELETE /subscriptions/{subscriptionId}`, and what comes of them as days go by.

use std::sync::Arc;
use std::time::Duration;

use commerce::{Outside, parts_with};
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_shipping::LocalCarriers;
use serde_json::{Value, json};
use stipule_local::Parts;
use stipule_local::secret::webhook_secret;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;

use crate::house::{Customer, House, text};

const DAY: Duration = Duration::from_hours(24);

/// A shop that sells tea, somebody who wants it, and a calendar.
struct Year {
    house: House,
    clock: MovableClock,
    messenger: LocalMessenger,
    ada: Customer,
}

impl Year {
    async fn new(card: &str) -> Self {
        let (clock, messenger) = (MovableClock::new(), LocalMessenger::new());
        let outside = Outside {
            provider: LocalProvider::new(),
            carriers: LocalCarriers::new(),
            messenger: messenger.clone(),
            secret: webhook_secret(None).expect("randomness"),
        };
        let parts = parts_with(Place::Memory, outside);
        let house = House::of(Parts { clock: Arc::new(clock.clone()), ..parts });
        house.sell("TEA-EARL", 1290, 1000).await;
        let ada = house.customer("ada", card).await;
        house.settle().await;
        Self { house, clock, messenger, ada }
    }

    fn wanted(&self, every: &str) -> Value {
        json!({
            "customerId": self.ada.id, "sku": "TEA-EARL", "quantity": 2, "every": every,
            "addressId": self.ada.address, "paymentMethodId": self.ada.method
        })
    }

    /// Subscribes; the first order is settled.
    async fn subscribe(&self, every: &str) -> String {
        let made = self.house.post("/subscriptions", self.wanted(every)).await;
        self.house.settle().await;
        text(&made, "subscriptionId")
    }

    async fn pass(&self, days: u32) {
        self.clock.advance(DAY * days);
        self.house.settle().await;
    }

    async fn change(&self, id: &str, change: Value) -> Value {
        self.house.ok("PATCH", &format!("/subscriptions/{id}"), Some(change)).await
    }

    /// Status, next cycle, failures.
    async fn stands(&self, id: &str) -> (String, i64, i64) {
        let listed = self.house.get(&self.list()).await;
        let all = listed["items"].as_array().expect("items");
        let it = all.iter().find(|it| it["subscriptionId"] == *id).expect("the subscription is listed");
        let number = |name: &str| it[name].as_i64().expect("a number");
        (text(it, "status"), number("cycle"), number("failures"))
    }

    fn list(&self) -> String {
        format!("/subscriptions?customerId={}", self.ada.id)
    }

    /// Statuses of the customer's orders, oldest first.
    async fn orders(&self) -> Vec<String> {
        let page = self.house.get(&format!("/orders?customerId={}&limit=100", self.ada.id)).await;
        let orders = page["items"].as_array().expect("items");
        orders.iter().rev().map(|it| text(it, "status")).collect()
    }

    /// Every event again; nothing changes.
    async fn assert_settled(&self) {
        let orders = format!("/orders?customerId={}&limit=100", self.ada.id);
        self.house.assert_replay_changes_nothing(&[&self.list(), &orders, "/stock/TEA-EARL"]).await;
    }
}

fn stand(status: &str, cycle: i64, failures: i64) -> (String, i64, i64) {
    (status.to_owned(), cycle, failures)
}

#[tokio::test]
async fn an_order_is_placed_at_once_and_then_on_every_day_that_is_due() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("MONTH").await;
    assert_eq!(year.stands(&id).await, stand("ACTIVE", 2, 0));
    assert_eq!(year.orders().await, ["CONFIRMED"]);
    let page = year.house.get(&format!("/orders?customerId={}", year.ada.id)).await;
    let order = year.house.get(&format!("/orders/{}", text(&page["items"][0], "orderId"))).await;
    assert_eq!((&order["subscriptionId"], &order["cartId"]), (&json!(id), &Value::Null));
    assert_eq!((&order["total"]["amount"], &order["lines"][0]["sku"]), (&json!(2580), &json!("TEA-EARL")));
    year.pass(15).await;
    assert_eq!(year.orders().await.len(), 1, "half a month is no month");
    year.pass(17).await;
    assert_eq!(year.orders().await, ["CONFIRMED"; 2]);
    year.pass(31).await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (3, stand("ACTIVE", 4, 0)));
    assert_eq!(year.house.published("Subscription.RenewalDue").await, 3);
    assert_eq!(year.house.published("Subscription.Renewed").await, 3);
    year.assert_settled().await;
    let told =
        |subject: &str| year.messenger.sent().iter().filter(|it| it.message.subject == subject).count();
    assert_eq!((told("Your next order"), told("Your subscription goes on")), (3, 3));
}

#[tokio::test]
async fn what_changes_counts_from_the_next_order_on_and_at_the_price_of_its_day() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("WEEK").await;
    year.change(&id, json!({ "quantity": 5, "every": "QUARTER" })).await;
    let price = json!({ "price": { "currency": "CAD", "amount": 1000 } });
    year.house.ok("PUT", "/prices/TEA-EARL", Some(price)).await;
    year.house.settle().await;
    year.pass(7).await;
    let page = year.house.get(&format!("/orders?customerId={}", year.ada.id)).await;
    assert_eq!(page["items"][0]["total"]["amount"], 5000, "the newest first: {page}");
    year.pass(80).await;
    assert_eq!(year.orders().await.len(), 2);
    year.pass(13).await;
    assert_eq!(year.orders().await.len(), 3);
}

#[tokio::test]
async fn a_card_that_is_declined_is_tried_after_1_3_and_7_days_and_then_it_is_over() {
    let year = Year::new("tok_visa_0002").await;
    let id = year.subscribe("MONTH").await;
    for (failures, days) in [(1, 1), (2, 3), (3, 7)] {
        assert_eq!(year.stands(&id).await, stand("PAST_DUE", 1, failures));
        year.pass(days - 1).await;
        assert_eq!(year.stands(&id).await, stand("PAST_DUE", 1, failures), "not a day early");
        year.pass(1).await;
    }
    assert_eq!(year.stands(&id).await, stand("CANCELLED", 1, 4));
    assert_eq!(year.orders().await, ["REJECTED"; 4]);
    assert_eq!(year.house.published("Subscription.PaymentFailed").await, 4);
    assert_eq!(year.house.published("Subscription.Cancelled").await, 1);
    year.pass(60).await;
    assert_eq!(year.orders().await.len(), 4, "nothing more comes");
    let stock = year.house.get("/stock/TEA-EARL").await;
    assert_eq!(stock["levels"][0]["reserved"], 0, "no order holds anything: {stock}");
    year.assert_settled().await;
}

#[tokio::test]
async fn another_card_saves_the_subscription() {
    let year = Year::new("tok_visa_0002").await;
    let id = year.subscribe("MONTH").await;
    let card = json!({ "customerId": year.ada.id, "token": "tok_visa_4242" });
    let card = text(&year.house.post("/payment-methods", card).await, "paymentMethodId");
    year.change(&id, json!({ "paymentMethodId": card })).await;
    year.pass(1).await;
    assert_eq!(year.stands(&id).await, stand("ACTIVE", 2, 0));
    assert_eq!(year.orders().await, ["REJECTED", "CONFIRMED"]);
    year.pass(20).await;
    assert_eq!(year.orders().await.len(), 2, "the tries that were left aren't made");
    year.pass(11).await;
    assert_eq!(year.orders().await.len(), 3, "a month after the first day, not after the second try");
}

#[tokio::test]
async fn a_pause_leaves_out_nothing_but_the_time() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("MONTH").await;
    assert_eq!(year.change(&id, json!({ "status": "PAUSED" })).await["status"], "PAUSED");
    year.pass(40).await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (1, stand("PAUSED", 2, 0)));
    year.change(&id, json!({ "status": "ACTIVE" })).await;
    year.house.settle().await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (2, stand("ACTIVE", 3, 0)));
    // A pause that is over before anything was due moves nothing.
    for status in ["PAUSED", "ACTIVE"] {
        year.change(&id, json!({ "status": status })).await;
    }
    year.pass(32).await;
    assert_eq!(year.orders().await.len(), 3, "once, although it has two alarms");
    year.assert_settled().await;
}

#[tokio::test]
async fn a_year_is_waited_for_although_no_run_lasts_longer() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("YEAR").await;
    for _ in 0..12 {
        year.pass(30).await;
    }
    assert_eq!(year.orders().await.len(), 1);
    year.pass(7).await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (2, stand("ACTIVE", 3, 0)));
}

#[tokio::test]
async fn whoever_cancels_gets_nothing_more() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("WEEK").await;
    year.house.ok("DELETE", &format!("/subscriptions/{id}"), None).await;
    year.pass(30).await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (1, stand("CANCELLED", 2, 0)));
    assert_eq!(year.house.published("Subscription.Cancelled").await, 1);
}

#[tokio::test]
async fn what_is_not_sold_any_more_ends_the_subscription() {
    let year = Year::new("tok_visa_4242").await;
    let id = year.subscribe("WEEK").await;
    let found = year.house.get("/products").await;
    let product = text(&found["items"][0], "productId");
    year.house.ok("DELETE", &format!("/products/{product}"), None).await;
    year.pass(7).await;
    assert_eq!((year.orders().await.len(), year.stands(&id).await), (1, stand("CANCELLED", 2, 0)));
}

#[tokio::test]
async fn an_order_that_is_flagged_holds_its_cycle_and_one_that_is_cancelled_leaves_it_out() {
    let year = Year::new("tok_visa_4242").await;
    let mut much = year.wanted("MONTH");
    much["quantity"] = json!(99);
    let id = text(&year.house.post("/subscriptions", much).await, "subscriptionId");
    year.house.settle().await;
    assert_eq!(
        year.stands(&id).await,
        stand("ACTIVE", 1, 0),
        "a person has to look: {:?}",
        year.orders().await
    );
    year.pass(1).await;
    assert_eq!(year.orders().await.len(), 1, "there is no second order while one is under way");
    let page = year.house.get(&format!("/orders?customerId={}", year.ada.id)).await;
    let order = text(&page["items"][0], "orderId");
    year.house.post(&format!("/orders/{order}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" })).await;
    year.house.settle().await;
    assert_eq!(year.orders().await, ["CANCELLED"]);
    assert_eq!(year.stands(&id).await, stand("ACTIVE", 2, 0), "this time is left out");
    assert_eq!(year.house.published("Subscription.Renewed").await, 0);
}

#[tokio::test]
async fn whoever_is_erased_has_no_subscription_any_more() {
    let year = Year::new("tok_visa_0002").await;
    let id = year.subscribe("MONTH").await;
    year.house.ok("DELETE", &format!("/customers/{}", year.ada.id), None).await;
    year.house.settle().await;
    let listed = year.house.get(&year.list()).await;
    assert_eq!(listed["items"][0]["shippingAddress"]["recipient"], "erased");
    assert_eq!(year.stands(&id).await, stand("CANCELLED", 1, 1));
    year.pass(20).await;
    assert_eq!(year.orders().await, ["REJECTED"]);
}

#[tokio::test]
async fn subscriptions_are_refused_where_the_contract_says_so() {
    let year = Year::new("tok_visa_4242").await;
    let (house, id) = (&year.house, year.subscribe("WEEK").await);
    let path = format!("/subscriptions/{id}");
    let nobody = "018f3a52-0000-7000-8000-0000000000a0";
    for (member, value, status) in [
        ("customerId", nobody, 404),
        ("addressId", nobody, 404),
        ("paymentMethodId", nobody, 404),
        ("sku", "NOTHING", 409),
        ("every", "DAY", 422),
    ] {
        let mut body = year.wanted("WEEK");
        body[member] = json!(value);
        assert_eq!(house.call("POST", "/subscriptions", Some(body)).await.0, status, "{member}");
    }
    let bob = house.customer("bob", "tok_visa_4242").await;
    for foreign in [json!({ "addressId": bob.address }), json!({ "paymentMethodId": bob.method })] {
        assert_eq!(house.call("PATCH", &path, Some(foreign)).await.0, 404, "somebody else's");
    }
    let (refused, problem) = house.call("PATCH", &path, Some(json!({ "status": "PAST_DUE" }))).await;
    assert_eq!((refused, &problem["state"]), (409, &json!("ACTIVE")));
    assert_eq!(house.call("PATCH", &path, Some(json!({ "quantity": 0 }))).await.0, 422);
    assert_eq!(house.call("GET", "/subscriptions", None).await.0, 400);
    house.assert_guarded("GET", &year.list(), None, false).await;
    house.assert_guarded("POST", "/subscriptions", Some(year.wanted("WEEK")), true).await;
    house.assert_guarded("PATCH", &path, Some(json!({ "status": "PAUSED" })), true).await;
    house.assert_guarded("DELETE", &path, None, true).await;
    house.ok("DELETE", &path, None).await;
    for (method, body) in [("DELETE", None), ("PATCH", Some(json!({ "status": "ACTIVE" })))] {
        let (refused, problem) = house.call(method, &path, body).await;
        assert_eq!((refused, &problem["state"], &problem["allowed"]), (409, &json!("CANCELLED"), &json!([])));
    }
    let missing = format!("/subscriptions/{nobody}");
    assert_eq!(house.call("DELETE", &missing, None).await.0, 404);
    assert_eq!(house.call("PATCH", &missing, Some(json!({ "status": "PAUSED" }))).await.0, 404);
}
