//! `GET /fulfilments`, `POST /fulfilments/{fulfilmentId}/pick` and `/pack`, and the fulfilment that waits for them.

use serde_json::{Value, json};

use crate::yard::{MUG, Yard};

const NOBODY: &str = "018f3a52-0000-7000-8000-0000000000fb";

#[tokio::test]
async fn an_order_is_picked_packed_paid_sent_and_completed() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    assert_eq!(yard.money(&order).await, ("AUTHORIZED".to_owned(), 2 * MUG, 0), "nothing is taken yet");
    let to_do = yard.get("/fulfilments?warehouse=YUL1").await;
    assert_eq!(to_do["items"][0]["orderId"], json!(order));
    let part = yard.part(&order).await;
    let (status, picked) = yard.pick(&part, 2).await;
    assert_eq!(
        (status, &picked["status"], &picked["lines"][0]["picked"]),
        (200, &json!("PICKED"), &json!(2))
    );
    assert_eq!(yard.get("/fulfilments?warehouse=YUL1").await["items"], json!([]));
    let waiting = yard.get("/fulfilments?warehouse=YUL1&status=PICKED").await;
    assert_eq!(waiting["items"][0]["fulfilmentId"], json!(part));
    assert_eq!(yard.pack(&part).await.0, 200);
    yard.settle().await;
    assert_eq!(yard.status(&order).await, "SHIPPED");
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG));
    assert_eq!(yard.outside.provider.taken(), 2 * MUG);
    assert_eq!(yard.mugs().await, [8, 0, 8], "its pieces went with the parcel");
    yard.let_it_come().await;
    assert_eq!(yard.status(&order).await, "COMPLETED");
    assert_eq!(yard.shipment(&part).await["status"], "DELIVERED");
    let counts = [
        yard.published("Fulfilment.Created").await,
        yard.published("Fulfilment.Packed").await,
        yard.published("Shipment.LabelCreated").await,
        yard.published("Payment.Captured").await,
        yard.published("Shipment.Dispatched").await,
        yard.published("Shipment.Delivered").await,
        yard.published("Order.Completed").await,
    ];
    assert_eq!(counts, [1; 7]);
    let history = yard.history(&order).await;
    for event in ["Payment.Captured", "Shipment.Dispatched", "Shipment.Delivered", "Order.Completed"] {
        assert_eq!(history.iter().filter(|it| *it == event).count(), 1, "{event} in {history:?}");
    }
    let paths = [
        format!("/orders/{order}"),
        format!("/orders/{order}/history?limit=100"),
        format!("/shipments/{part}"),
        "/stock/MUG-BLUE".to_owned(),
    ];
    yard.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn an_order_in_two_warehouses_is_two_parcels_and_each_is_paid() {
    let yard = Yard::open().await;
    yard.open_second_warehouse().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 12).await;
    let parts = yard.parts(&order).await;
    assert_eq!(parts.len(), 2);
    for part in &parts {
        let quantity = if yard.is_in(&order, part, "YUL1").await { 10 } else { 2 };
        assert_eq!(yard.pick(part, quantity).await.0, 200);
        assert_eq!(yard.pack(part).await.0, 200);
    }
    yard.settle().await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 12 * MUG));
    assert_eq!(yard.published("Payment.Captured").await, 2);
    yard.let_it_come().await;
    assert_eq!(yard.status(&order).await, "COMPLETED");
    assert_eq!(yard.published("Order.Completed").await, 1);
    assert_eq!(yard.mugs().await, [1, 0, 1]);
}

#[tokio::test]
async fn what_is_missing_is_not_charged_and_taken_off_the_stock() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 3).await;
    let part = yard.send(&order, 1).await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, MUG), "the rest is let go of");
    assert_eq!(yard.published("Payment.Voided").await, 1);
    assert_eq!(yard.mugs().await, [7, 0, 7], "two were never there, one is gone");
    assert_eq!(yard.published("Fulfilment.ShortPicked").await, 1);
    yard.let_it_come().await;
    assert_eq!(yard.status(&order).await, "COMPLETED");
    let paths = [format!("/orders/{order}/history?limit=100"), format!("/shipments/{part}")];
    yard.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
    assert_eq!(yard.mugs().await, [7, 0, 7]);
}

#[tokio::test]
async fn an_order_of_which_nothing_is_found_is_cancelled() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let (status, picked) = yard.pick(&part, 0).await;
    assert_eq!((status, &picked["status"]), (200, &json!("CANCELLED")));
    yard.settle().await;
    let found = yard.order(&order).await;
    assert_eq!(found["status"], "CANCELLED", "{found}");
    assert_eq!(found["cancellation"]["reason"], "NOTHING_FOUND");
    assert_eq!(yard.money(&order).await, ("VOIDED".to_owned(), 0, 0));
    assert_eq!(yard.mugs().await, [8, 0, 8]);
}

#[tokio::test]
async fn an_address_that_no_carrier_goes_to_cancels_the_order() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "00001").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    let found = yard.order(&order).await;
    assert_eq!(
        (&found["status"], &found["cancellation"]["reason"]),
        (&json!("CANCELLED"), &json!("ADDRESS_WRONG"))
    );
    assert_eq!(yard.money(&order).await, ("VOIDED".to_owned(), 0, 0));
    assert_eq!(yard.mugs().await, [10, 0, 10]);
    let found = yard.get(&format!("/fulfilments?orderId={order}")).await;
    assert_eq!(
        (&found["items"][0]["fulfilmentId"], &found["items"][0]["status"]),
        (&json!(part), &json!("CANCELLED"))
    );
}

#[tokio::test]
async fn people_are_told_what_is_wrong_with_what_they_say() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let (status, problem) = yard.pack(&part).await;
    assert_eq!((status, &problem["state"]), (409, &json!("CREATED")));
    assert_eq!(problem["allowed"], json!(["PICKED", "CANCELLED"]));
    let (status, problem) = yard.pick(&part, 3).await;
    assert_eq!((status, &problem["detail"]), (422, &json!("Line 1 has 2 pieces only.")));
    let pick = format!("/fulfilments/{part}/pick");
    assert_eq!(yard.call("POST", &pick, Some(json!({ "lines": [] }))).await.0, 422);
    assert_eq!(yard.pick(&part, 2).await.0, 200);
    let (status, problem) = yard.pick(&part, 2).await;
    assert_eq!((status, &problem["state"]), (409, &json!("PICKED")));
    assert_eq!(problem["allowed"], json!(["PACKED", "CANCELLED"]));
    let pack = format!("/fulfilments/{part}/pack");
    assert_eq!(yard.call("POST", &pack, Some(json!({ "weightGrams": 0 }))).await.0, 422);
    assert_eq!(yard.call("GET", "/fulfilments", None).await.0, 400, "of what?");
    assert_eq!(yard.call("GET", "/fulfilments?warehouse=nowhere", None).await.0, 400);
    assert_eq!(yard.call("GET", "/fulfilments?warehouse=YUL1&status=PACKED", None).await.0, 400);
    assert_eq!(yard.pick(NOBODY, 1).await.0, 404);
    assert_eq!(yard.pack(NOBODY).await.0, 404);
    assert_eq!(yard.pick("no-id", 1).await.0, 400);
}

#[tokio::test]
async fn warehouses_are_guarded() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let lines: Value = json!({ "lines": [{ "lineNo": 1, "picked": 2 }] });
    yard.assert_guarded("GET", "/fulfilments?warehouse=YUL1", None, false).await;
    yard.assert_guarded("GET", &format!("/fulfilments?orderId={order}"), None, false).await;
    yard.assert_guarded("POST", &format!("/fulfilments/{part}/pick"), Some(lines), true).await;
    let weight = json!({ "weightGrams": 840 });
    yard.assert_guarded("POST", &format!("/fulfilments/{part}/pack"), Some(weight), true).await;
}

#[tokio::test]
async fn a_fulfilment_that_waits_anew_is_woken_by_its_new_token() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    // The state machine gave up on the first try, and took the step again: whoever packs has to answer the second.
    let input = json!({ "orderId": order, "fulfilmentId": part });
    let step = ("fulfilment", "await_packing");
    let key = format!("fulfilment/{order}/await_packing");
    for token in ["first", "second", "second"] {
        let done = yard.perform_waiting(step, &key, input.clone(), Some(token)).await;
        assert_eq!(done, Ok(()), "{token}");
        assert_eq!(token_of(&yard, &part).await, token, "the last token counts");
    }
}

/// The token that is kept for a part.
async fn token_of(yard: &Yard, part: &str) -> String {
    let cx = stipule_runtime::Context::job(std::sync::Arc::clone(yard.local.ports()), "maple", "test");
    let id = part.parse().expect("an id");
    let kept = commerce_store::Commerce::of(&cx).fulfilment_callback(&id).await.expect("it is read");
    kept.expect("somebody waits").token.as_str().to_owned()
}
