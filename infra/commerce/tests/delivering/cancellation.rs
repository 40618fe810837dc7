//! `POST /orders/{orderId}/cancel` at every stage of an order, and what it leaves behind.

use serde_json::{Value, json};

use crate::house::Answer;
use crate::yard::{MUG, Yard};

async fn cancel(yard: &Yard, order: &str) -> Answer {
    let reason = json!({ "reason": "CUSTOMER_REQUEST" });
    yard.call("POST", &format!("/orders/{order}/cancel"), Some(reason)).await
}

/// Nothing is held, nothing was taken, everything is for sale again, and it was said once.
async fn assert_undone(yard: &Yard, order: &str, payment: &str) {
    let found = yard.order(order).await;
    assert_eq!(found["status"], "CANCELLED", "{found}");
    let halves = (&found["cancellation"]["stockReleased"], &found["cancellation"]["paymentVoided"]);
    assert_eq!(halves, (&json!(true), &json!(true)));
    assert_eq!(yard.money(order).await, (payment.to_owned(), 0, 0));
    assert_eq!(yard.outside.provider.taken(), 0);
    assert_eq!(yard.outside.provider.held().iter().map(|it| it.amount.get()).sum::<i64>(), 0);
    assert_eq!(yard.published("Order.Cancelled").await, 1);
}

#[tokio::test]
async fn an_order_is_cancelled_before_anybody_packs_it() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    assert_eq!(cancel(&yard, &order).await.0, 202);
    yard.settle().await;
    assert_undone(&yard, &order, "VOIDED").await;
    assert_eq!(yard.mugs().await, [10, 0, 10]);
    let (status, problem) = yard.pick(&part, 2).await;
    assert_eq!((status, &problem["state"], &problem["allowed"]), (409, &json!("CANCELLED"), &json!([])));
    assert_eq!(cancel(&yard, &order).await.0, 409);
    let paths = [format!("/orders/{order}"), format!("/orders/{order}/history?limit=100")];
    yard.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn an_order_is_cancelled_between_picking_and_packing() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    assert_eq!(yard.pick(&part, 1).await.0, 200);
    assert_eq!(cancel(&yard, &order).await.0, 202);
    yard.settle().await;
    assert_undone(&yard, &order, "VOIDED").await;
    assert_eq!(yard.mugs().await, [9, 0, 9], "what isn't there stays off the books");
    assert_eq!(yard.pack(&part).await.0, 409);
}

/// Packing and cancelling race: whoever is first, the order ends undone or stopped on its way, and the books balance.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_packed_and_cancelled_at_once_ends_well() {
    for _ in 0..6 {
        let yard = Yard::open().await;
        let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
        let order = yard.order_of(&ada, 2).await;
        let part = yard.part(&order).await;
        assert_eq!(yard.pick(&part, 2).await.0, 200);
        let (packed, cancelled) = tokio::join!(yard.pack(&part), cancel(&yard, &order));
        assert_eq!(cancelled.0, 202, "{packed:?}");
        yard.settle().await;
        yard.let_it_come().await;
        let payment = yard.money(&order).await.0;
        assert_undone(&yard, &order, &payment).await;
    }
}

/// A cancellation meets a checkout that is under way at some point of it: both undo what they find.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_cancelled_during_its_checkout_ends_well() {
    for pause in [0, 1, 2, 4, 8, 16, 24, 32, 48, 64] {
        let yard = Yard::open().await;
        let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
        yard.once_only("ONLYONE").await;
        let cart = yard.cart(&ada, "MUG-BLUE", 2).await;
        yard.post(&format!("/carts/{cart}/coupon"), json!({ "code": "ONLYONE" })).await;
        let order = yard.check_out(&ada, &cart).await;
        tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
        // The order isn't there before its event has come, and changes while it is checked out.
        let asked = loop {
            match cancel(&yard, &order).await.0 {
                404 | 503 => tokio::task::yield_now().await,
                status => break status,
            }
        };
        assert_eq!(asked, 202, "after {pause} ms");
        yard.settle().await;
        let payment = yard.money(&order).await.0;
        assert_undone(&yard, &order, &payment).await;
        assert_eq!(yard.mugs().await, [10, 0, 10], "after {pause} ms");
        let coupon = json!({ "code": "ONLYONE", "total": { "amount": MUG, "currency": "CAD" } });
        assert_eq!(yard.post("/coupons/validate", coupon).await["valid"], true, "after {pause} ms");
    }
}

#[tokio::test]
async fn an_order_that_has_left_is_stopped_on_its_way_and_refunded() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    assert_eq!(cancel(&yard, &order).await.0, 202);
    yard.settle().await;
    assert_undone(&yard, &order, "CAPTURED").await;
    assert_eq!(yard.published("Payment.Refunded").await, 1);
    yard.let_it_come().await;
    assert_eq!(yard.shipment(&part).await["status"], "RETURNED");
    assert_undone(&yard, &order, "CAPTURED").await;
    assert_eq!(yard.published("Payment.Refunded").await, 1, "the parcel that came back isn't refunded again");
    assert_eq!(yard.mugs().await, [10, 0, 10], "its pieces are for sale again");
    assert_eq!(yard.published("Order.Completed").await, 0);
}

#[tokio::test]
async fn an_order_whose_parcel_cannot_be_stopped_goes_on() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "00006").await;
    let order = yard.order_of(&ada, 2).await;
    yard.send(&order, 2).await;
    assert_eq!(cancel(&yard, &order).await.0, 202);
    yard.settle().await;
    assert_eq!(yard.status(&order).await, "SHIPPED");
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG));
    let (status, problem): (u16, Value) = cancel(&yard, &order).await;
    assert_eq!(
        (status, &problem["state"], &problem["allowed"]),
        (409, &json!("SHIPPED"), &json!(["COMPLETED", "CANCELLED"]))
    );
    yard.let_it_come().await;
    assert_eq!(yard.status(&order).await, "COMPLETED");
    assert_eq!(yard.published("Order.Cancelled").await, 0);
}

#[tokio::test]
async fn an_order_that_has_arrived_is_sent_back_instead() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    yard.send(&order, 2).await;
    yard.let_it_come().await;
    let (status, problem) = cancel(&yard, &order).await;
    assert_eq!((status, &problem["state"], &problem["allowed"]), (409, &json!("COMPLETED"), &json!([])));
    let own = json!({ "reason": "NOTHING_FOUND" });
    assert_eq!(
        yard.call("POST", &format!("/orders/{order}/cancel"), Some(own)).await.0,
        422,
        "not theirs to say"
    );
}
