//! `GET /fraud/reviews`, `POST /fraud/reviews/{reviewId}/decision`, and the checkout that waits for it.

use std::sync::Arc;
use std::time::Duration;

use commerce::parts;
use serde_json::{Value, json};
use stipule_local::Parts;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;

use crate::house::{Customer, House, text};

/// A shop with something dear in it.
async fn open() -> (House, Customer) {
    fill(House::new()).await
}

async fn fill(house: House) -> (House, Customer) {
    house.sell("POT-GOLD", 150_000, 5).await;
    house.sell("MUG-BLUE", 1850, 50).await;
    house.settle().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    (house, ada)
}

/// A flagged order and its review.
async fn flagged(house: &House, customer: &Customer) -> (String, String) {
    let cart = house.cart(customer, "POT-GOLD", 1).await;
    let order = house.check_out(customer, &cart).await;
    house.settle().await;
    let reviews = house.get(&format!("/fraud/reviews?orderId={order}")).await;
    assert_eq!(reviews["items"][0]["status"], "OPEN", "{reviews}");
    (order, text(&reviews["items"][0], "reviewId"))
}

fn decision(decision: &str) -> Option<Value> {
    Some(json!({ "decision": decision, "note": "Called the customer." }))
}

async fn end(house: &House, order: &str) -> (String, String) {
    house.settle().await;
    let found = house.get(&format!("/orders/{order}")).await;
    (text(&found, "status"), found["rejection"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_flagged_order_waits_for_a_person_and_goes_on_when_it_is_approved() {
    let (house, ada) = open().await;
    let (order, review) = flagged(&house, &ada).await;
    assert_eq!(end(&house, &order).await.0, "RESERVED", "it waits, with its stock");
    let open = house.get("/fraud/reviews").await;
    assert_eq!((&open["items"][0]["orderId"], &open["items"][0]["score"]), (&json!(order), &json!(60)));
    let decided = house.ok("POST", &format!("/fraud/reviews/{review}/decision"), decision("APPROVE")).await;
    assert_eq!((&decided["status"], &decided["decidedBy"]), (&json!("APPROVED"), &json!("staff|grace")));
    assert_eq!(end(&house, &order).await.0, "CONFIRMED");
    assert_eq!(house.get("/fraud/reviews").await["items"], json!([]));
    let counts = [house.published("Fraud.Flagged").await, house.published("Fraud.Approved").await];
    assert_eq!(counts, [1, 1]);
    let paths = [format!("/orders/{order}/history"), format!("/fraud/reviews?orderId={order}")];
    house.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn a_flagged_order_that_a_person_refuses_gives_everything_back() {
    let (house, ada) = open().await;
    let (order, review) = flagged(&house, &ada).await;
    let path = format!("/fraud/reviews/{review}/decision");
    house.ok("POST", &path, decision("REJECT")).await;
    assert_eq!(end(&house, &order).await, ("REJECTED".to_owned(), "FRAUD_SUSPECTED".to_owned()));
    assert_eq!(house.get("/stock/POT-GOLD").await["reserved"], 0);
    let (status, problem) = house.call("POST", &path, decision("APPROVE")).await;
    assert_eq!((status, &problem["state"], &problem["allowed"]), (409, &json!("REJECTED"), &json!([])));
    house.assert_replay_changes_nothing(&[&format!("/orders/{order}/history")]).await;
}

#[tokio::test]
async fn a_flagged_order_that_is_cancelled_waits_for_nobody() {
    let (house, ada) = open().await;
    let (order, review) = flagged(&house, &ada).await;
    house.post(&format!("/orders/{order}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" })).await;
    assert_eq!(end(&house, &order).await.0, "CANCELLED");
    assert_eq!(
        house.get(&format!("/fraud/reviews?orderId={order}")).await["items"][0]["status"],
        "WITHDRAWN"
    );
    assert_eq!(house.get("/stock/POT-GOLD").await["reserved"], 0);
    let answer = house.call("POST", &format!("/fraud/reviews/{review}/decision"), decision("APPROVE")).await;
    assert_eq!((answer.0, &answer.1["state"]), (409, &json!("WITHDRAWN")));
}

#[tokio::test]
async fn an_order_that_nobody_decides_about_loses_its_stock_after_three_days() {
    let clock = MovableClock::new();
    let parts = Parts { clock: Arc::new(clock.clone()), ..parts(Place::Memory).expect("randomness") };
    let (house, ada) = fill(House::of(parts)).await;
    let (order, _) = flagged(&house, &ada).await;
    assert_eq!(house.get("/stock/POT-GOLD").await["reserved"], 1);
    clock.advance(Duration::from_hours(73));
    assert_eq!(end(&house, &order).await.0, "REJECTED");
    assert_eq!(house.get("/stock/POT-GOLD").await["reserved"], 0);
    let counts = [
        house.published("Inventory.ReservationExpired").await,
        house.published("Inventory.ReservationReleased").await,
    ];
    assert_eq!(counts, [1, 0]);
    house.assert_replay_changes_nothing(&[&format!("/orders/{order}/history"), "/stock/POT-GOLD"]).await;
}

#[tokio::test]
async fn an_order_that_is_certainly_fraud_is_refused_without_asking() {
    let (house, ada) = open().await;
    for number in 0..4 {
        let method =
            json!({ "customerId": ada.id, "token": format!("tok_visa_{}", ["0002", "9995"][number % 2]) });
        let method = text(&house.post("/payment-methods", method).await, "paymentMethodId");
        let card = Customer { id: ada.id.clone(), address: ada.address.clone(), method };
        let cart = house.cart(&card, "MUG-BLUE", 1).await;
        let order = house.check_out(&card, &cart).await;
        assert_eq!(end(&house, &order).await.1, "PAYMENT_DECLINED");
    }
    let cart = house.cart(&ada, "POT-GOLD", 1).await;
    let order = house.check_out(&ada, &cart).await;
    assert_eq!(end(&house, &order).await, ("REJECTED".to_owned(), "FRAUD_SUSPECTED".to_owned()));
    assert_eq!(house.published("Fraud.Rejected").await, 1);
    assert_eq!(house.get("/stock/POT-GOLD").await["reserved"], 0);
}

#[tokio::test]
async fn decisions_are_refused_where_the_contract_says_so() {
    let (house, ada) = open().await;
    let (_, review) = flagged(&house, &ada).await;
    let path = format!("/fraud/reviews/{review}/decision");
    let nobody = "/fraud/reviews/018f3a52-0000-7000-8000-0000000000fa/decision";
    assert_eq!(house.call("POST", nobody, decision("APPROVE")).await.0, 404);
    assert_eq!(house.call("POST", &path, Some(json!({ "decision": "PERHAPS" }))).await.0, 422);
    assert_eq!(house.call("GET", "/fraud/reviews?orderId=no-id", None).await.0, 400);
    house.assert_guarded("POST", &path, decision("APPROVE"), true).await;
    house.assert_guarded("GET", "/fraud/reviews", None, false).await;
}
