//! Orders of which nobody knows any more where they go: their events say it by an id, and what that leads to is gone.

use std::sync::Arc;

use commerce_model::events::{CartCheckedOut, SubscriptionRenewalDue};
use commerce_model::types::RenewalCallback;
use commerce_store::{AwaitRenewalOrder, Commerce};
use serde_json::{Value, json};
use stipule_runtime::Context;
use stipule_runtime::wire::{Decode, EventPayload, Posture, from_slice};

use crate::announce::announce;
use crate::house::{Customer, House, STORES, text};

const ORDER: &str = "018f3a52-0000-7000-8000-0000000000d1";

async fn told<E: EventPayload + Decode>(house: &House, event: Value) {
    let event: E =
        from_slice(event.to_string().as_bytes(), Posture::Closed).expect("an event of the contract");
    announce(house, &event).await;
}

fn line() -> Value {
    json!({
        "sku": "MUG-BLUE", "productId": "018f3a52-0000-7000-8000-0000000000b0", "title": "Blue mug", "quantity": 1,
        "unitPrice": { "amount": 1850, "currency": "CAD" }, "lineTotal": { "amount": 1850, "currency": "CAD" }
    })
}

/// The order is there, and over before anything was reserved or charged.
async fn is_refused(house: &House, customer: &Customer) {
    let order = house.get(&format!("/orders/{ORDER}")).await;
    assert_eq!(
        (&order["status"], &order["rejection"]),
        (&json!("REJECTED"), &json!("ADDRESS_GONE")),
        "{order}"
    );
    assert_eq!(
        (&order["customerId"], &order["shippingAddress"]["country"]),
        (&json!(customer.id), &json!("CA"))
    );
    let history = house.get(&format!("/orders/{ORDER}/history")).await;
    let events: Vec<String> =
        history["items"].as_array().expect("items").iter().map(|it| text(it, "event")).collect();
    assert_eq!(events, ["Order.Rejected"]);
    assert_eq!((house.published("Order.Rejected").await, house.published("Payment.Declined").await), (1, 0));
    assert_eq!(house.local.queues().dead_letters().await.expect("they can be read"), []);
    let stock = house.get("/stock/MUG-BLUE").await;
    assert_eq!(stock["reserved"], 0, "{stock}");
}

#[tokio::test]
async fn an_order_whose_address_is_gone_before_it_is_placed_is_rejected() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    house.ok("DELETE", &format!("/customers/{}/addresses/{}", ada.id, ada.address), None).await;
    let checkout = json!({
        "cartId": "018f3a52-0000-7000-8000-0000000000ca", "orderId": ORDER, "customerId": ada.id, "lines": [line()],
        "total": { "amount": 1850, "currency": "CAD" }, "addressId": ada.address, "country": "CA",
        "paymentMethodId": ada.method
    });
    told::<CartCheckedOut>(&house, checkout).await;
    is_refused(&house, &ada).await;
}

#[tokio::test]
async fn a_cycle_of_a_subscription_that_is_forgotten_orders_nothing() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let wish = json!({
        "customerId": ada.id, "sku": "MUG-BLUE", "quantity": 1, "every": "MONTH", "addressId": ada.address,
        "paymentMethodId": ada.method
    });
    let subscription = text(&house.post("/subscriptions", wish).await, "subscriptionId");
    house.settle().await;
    let orders = house.get(&format!("/orders?customerId={}", ada.id)).await;
    let first = text(&orders["items"][0], "orderId");
    house.post(&format!("/orders/{first}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" })).await;
    house.settle().await;
    house.ok("DELETE", &format!("/customers/{}", ada.id), None).await;
    house.settle().await;
    // As if a run waited for it.
    let cx = Context::job(Arc::clone(house.local.ports()), STORES[0], "test");
    let renewal_callback = RenewalCallback {
        order_id: ORDER.parse().expect("an id"),
        token: "renewal/nobody/await_order/1".parse().expect("a token"),
    };
    let write = AwaitRenewalOrder { renewal_callback };
    Commerce::of(&cx).await_renewal_order(write).commit().await.expect("it is written down");
    let due = json!({
        "subscriptionId": subscription, "customerId": ada.id, "cycle": 2, "orderId": ORDER, "sku": "MUG-BLUE", "quantity": 1,
        "line": line(), "paymentMethodId": ada.method
    });
    told::<SubscriptionRenewalDue>(&house, due).await;
    is_refused(&house, &ada).await;
}
