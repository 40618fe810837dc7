//! `GET /shipments/{shipmentId}`, and what becomes of parcels.

use serde_json::json;

use crate::house::text;
use crate::yard::{MUG, Yard};

/// A parcel of two mugs on its way to a postal code; its order and its id.
async fn sent(yard: &Yard, code: &str) -> (String, String) {
    let ada = yard.buyer("tok_visa_4242", code).await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    (order, part)
}

#[tokio::test]
async fn a_parcel_is_read_with_where_it_was_seen() {
    let yard = Yard::open().await;
    let (order, part) = sent(&yard, "H2X 1X1").await;
    let parcel = yard.shipment(&part).await;
    assert_eq!((&parcel["status"], &parcel["orderId"]), (&json!("DISPATCHED"), &json!(order)));
    assert_eq!(parcel["scans"][0]["kind"], "ACCEPTED");
    assert_eq!(yard.seen(&part, "IN_TRANSIT").await.0, 204);
    assert_eq!(yard.shipment(&part).await["scans"].as_array().map(Vec::len), Some(2));
    let path = format!("/shipments/{part}");
    yard.assert_guarded("GET", &path, None, true).await;
    assert_eq!(yard.call("GET", "/shipments/018f3a52-0000-7000-8000-00000000005a", None).await.0, 404);
    assert_eq!(yard.call("GET", "/shipments/no-id", None).await.0, 400);
}

#[tokio::test]
async fn a_label_that_times_out_is_asked_for_again() {
    let yard = Yard::open().await;
    let (order, part) = sent(&yard, "00002").await;
    assert_eq!(yard.shipment(&part).await["status"], "DISPATCHED");
    assert_eq!(yard.status(&order).await, "SHIPPED");
}

#[tokio::test]
async fn a_parcel_that_nobody_takes_at_first_arrives_with_the_second_try() {
    let yard = Yard::open().await;
    let (order, part) = sent(&yard, "00003").await;
    yard.let_it_come().await;
    assert_eq!(yard.shipment(&part).await["status"], "DELIVERED");
    assert_eq!(yard.status(&order).await, "COMPLETED");
    assert_eq!(yard.published("Shipment.DeliveryFailed").await, 1);
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG), "it arrived, and is paid");
}

#[tokio::test]
async fn parcels_that_do_not_arrive_are_refunded() {
    for (code, end) in [("00004", "RETURNED"), ("00005", "LOST")] {
        let yard = Yard::open().await;
        let (order, part) = sent(&yard, code).await;
        yard.let_it_come().await;
        assert_eq!(yard.shipment(&part).await["status"], end);
        assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 0), "{end}");
        assert_eq!(yard.outside.provider.taken(), 0, "{end}");
        let found = yard.order(&order).await;
        let why = (&found["status"], &found["cancellation"]["reason"]);
        assert_eq!(why, (&json!("CANCELLED"), &json!("NOT_DELIVERED")), "nothing of it has arrived");
        assert_eq!(yard.published("Order.Completed").await, 0, "{end}");
        let back = if end == "RETURNED" { [10, 0, 10] } else { [8, 0, 8] };
        assert_eq!(yard.mugs().await, back, "what came back is for sale again");
        assert_eq!(yard.published("Payment.Refunded").await, 1, "{end}");
        let paths = [format!("/orders/{order}/history?limit=100"), format!("/shipments/{part}")];
        yard.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
        assert_eq!((yard.outside.provider.taken(), yard.mugs().await), (0, back), "{end}");
    }
}

#[tokio::test]
async fn an_order_ends_by_whether_any_of_its_parcels_arrives() {
    for (kinds, end, coupon_is_free) in
        [(["DELIVERED", "RETURNED"], "COMPLETED", false), (["LOST", "RETURNED"], "CANCELLED", true)]
    {
        let yard = Yard::open().await;
        yard.open_second_warehouse().await;
        yard.once_only("ONLYONE").await;
        let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
        let cart = yard.cart(&ada, "MUG-BLUE", 12).await;
        yard.post(&format!("/carts/{cart}/coupon"), json!({ "code": "ONLYONE" })).await;
        let order = yard.check_out(&ada, &cart).await;
        yard.settle().await;
        let mut pieces = Vec::new();
        for part in yard.parts(&order).await {
            let quantity = if yard.is_in(&order, &part, "YUL1").await { 10 } else { 2 };
            assert_eq!(yard.pick(&part, quantity).await.0, 200);
            assert_eq!(yard.pack(&part).await.0, 200);
            pieces.push(quantity);
        }
        yard.settle().await;
        for (part, kind) in yard.parts(&order).await.iter().zip(kinds) {
            assert_eq!(yard.seen(part, kind).await.0, 204);
        }
        assert_eq!(yard.status(&order).await, end);
        let left = 1 + pieces[1];
        assert_eq!(yard.mugs().await, [left, 0, left], "{end}: the second parcel came back");
        let coupon = json!({ "code": "ONLYONE", "total": { "amount": MUG, "currency": "CAD" } });
        assert_eq!(yard.post("/coupons/validate", coupon).await["valid"], coupon_is_free, "{end}");
    }
}

#[tokio::test]
async fn messages_that_overtake_each_other_lead_to_the_same_end() {
    let yard = Yard::open().await;
    let (order, part) = sent(&yard, "H2X 1X1").await;
    for kind in ["DELIVERED", "OUT_FOR_DELIVERY", "IN_TRANSIT", "NOT_DELIVERED"] {
        assert_eq!(yard.seen(&part, kind).await.0, 204, "{kind}");
    }
    assert_eq!(yard.shipment(&part).await["status"], "DELIVERED");
    assert_eq!(yard.status(&order).await, "COMPLETED");
    let (status, problem) = yard.seen(&part, "LOST").await;
    assert_eq!(
        (status, text(&problem, "state"), &problem["allowed"]),
        (409, "DELIVERED".to_owned(), &json!([]))
    );
}
