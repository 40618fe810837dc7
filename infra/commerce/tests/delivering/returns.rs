//! `GET` and `POST /returns`, `GET /returns/{returnId}` and `POST /returns/{returnId}/inspection`, and the saga behind them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use stipule_local::system::MovableClock;

use crate::house::{Answer, Customer, text};
use crate::yard::{MUG, Yard};

const NOBODY: &str = "018f3a52-0000-7000-8000-0000000000ab";
const DAY: Duration = Duration::from_hours(24);

/// An order of mugs that has arrived; its id.
async fn delivered(yard: &Yard, ada: &Customer, pieces: i64) -> String {
    let order = yard.order_of(ada, pieces).await;
    let part = yard.send(&order, pieces).await;
    assert_eq!(yard.seen(&part, "DELIVERED").await.0, 204);
    assert_eq!(yard.status(&order).await, "COMPLETED");
    order
}

async fn ask(yard: &Yard, order: &str, reason: &str, pieces: i64) -> Answer {
    let wish = json!({ "orderId": order, "reason": reason, "lines": [{ "lineNo": 1, "quantity": pieces }] });
    yard.call("POST", "/returns", Some(wish)).await
}

/// A return that is asked for, and whatever follows from it; its id.
async fn asked(yard: &Yard, order: &str, reason: &str, pieces: i64) -> String {
    let (status, made) = ask(yard, order, reason, pieces).await;
    assert_eq!((status, &made["status"]), (201, &json!("REQUESTED")), "{made}");
    yard.settle().await;
    text(&made, "returnId")
}

async fn read(yard: &Yard, id: &str) -> Value {
    yard.get(&format!("/returns/{id}")).await
}

/// What a carrier says of the parcel of a return.
async fn seen(yard: &Yard, id: &str, kind: &str) -> Answer {
    let parcel = read(yard, id).await["parcel"].clone();
    let message = json!({
        "account": "maple", "carrier": parcel["carrier"], "trackingNumber": parcel["trackingNumber"],
        "kind": kind, "at": "2026-11-09T08:14:00Z"
    });
    let answer = yard.told("/webhooks/carrier", &format!("nr-{kind}-{id}"), &message).await;
    yard.settle().await;
    answer
}

async fn inspect(yard: &Yard, id: &str, condition: &str) -> Answer {
    let found = json!({ "lines": [{ "lineNo": 1, "condition": condition }] });
    let answer = yard.call("POST", &format!("/returns/{id}/inspection"), Some(found)).await;
    yard.settle().await;
    answer
}

#[tokio::test]
async fn goods_come_back_are_looked_at_refunded_and_sold_again() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 3).await;
    assert_eq!(yard.mugs().await, [7, 0, 7]);
    let id = asked(&yard, &order, "CHANGED_MIND", 2).await;
    let it = read(&yard, &id).await;
    assert_eq!((&it["status"], &it["parcel"]["status"]), (&json!("APPROVED"), &json!("LABELLED")));
    assert_eq!((&it["parcel"]["warehouse"], &it["lines"][0]["quantity"]), (&json!("YUL1"), &json!(2)));
    assert_eq!(seen(&yard, &id, "IN_TRANSIT").await.0, 204);
    assert_eq!(read(&yard, &id).await["status"], "APPROVED");
    assert_eq!(seen(&yard, &id, "DELIVERED").await.0, 204);
    assert_eq!(read(&yard, &id).await["status"], "RECEIVED");
    assert_eq!(yard.get("/returns?status=RECEIVED").await["items"][0]["returnId"], json!(id));
    let (status, it) = inspect(&yard, &id, "AS_NEW").await;
    assert_eq!((status, &it["status"], &it["refund"]["amount"]), (200, &json!("CLOSED"), &json!(2 * MUG)));
    assert_eq!(it["lines"][0]["condition"], "AS_NEW");
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, MUG));
    assert_eq!((yard.outside.provider.taken(), yard.mugs().await), (MUG, [9, 0, 9]));
    let events =
        ["Return.Requested", "Return.Approved", "Return.Received", "Return.Closed", "Payment.Refunded"];
    for event in events {
        assert_eq!(yard.published(event).await, 1, "{event}");
    }
    let told = |subject: &str| {
        yard.outside.messenger.sent().iter().filter(|it| it.message.subject == subject).count()
    };
    for subject in ["Please send it back", "Your parcel is here", "We have looked at your return"] {
        assert_eq!(told(subject), 1, "{subject}");
    }
    assert_eq!(yard.published("Loyalty.PointsReversed").await, 1);
    assert_eq!(seen(&yard, &id, "DELIVERED").await.0, 204, "told twice");
    let paths = [
        format!("/returns/{id}"),
        format!("/orders/{order}"),
        "/stock/MUG-BLUE".to_owned(),
        format!("/loyalty/{}", ada.id),
    ];
    yard.assert_replay_changes_nothing(&paths.each_ref().map(String::as_str)).await;
    assert_eq!(yard.outside.provider.taken(), MUG);
}

#[tokio::test]
async fn a_courier_brings_what_customers_send_back() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "00002").await;
    let order = delivered(&yard, &ada, 1).await;
    let id = asked(&yard, &order, "DAMAGED", 1).await;
    yard.let_it_come().await;
    assert_eq!(read(&yard, &id).await["status"], "RECEIVED");
}

#[tokio::test]
async fn what_was_found_decides_what_is_given_back_and_sold_again() {
    for (reason, condition, refund, back) in [
        ("CHANGED_MIND", "USED", MUG, 0),
        ("NOT_AS_DESCRIBED", "USED", 2 * MUG, 0),
        ("DAMAGED", "DAMAGED", 2 * MUG, 0),
        ("ARRIVED_LATE", "AS_NEW", 2 * MUG, 2),
        ("WRONG_PRODUCT", "MISSING", 0, 0),
    ] {
        let yard = Yard::open().await;
        let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
        let order = delivered(&yard, &ada, 2).await;
        let id = asked(&yard, &order, reason, 2).await;
        seen(&yard, &id, "DELIVERED").await;
        assert_eq!(inspect(&yard, &id, condition).await.0, 200);
        assert_eq!(yard.money(&order).await.2, 2 * MUG - refund, "{reason} {condition}");
        assert_eq!(yard.mugs().await, [8 + back, 0, 8 + back], "{reason} {condition}");
        assert_eq!(yard.published("Payment.Refunded").await, usize::from(refund > 0), "{reason} {condition}");
    }
}

#[tokio::test]
async fn what_never_comes_lapses_after_two_weeks_and_may_come_another_time() {
    let clock = MovableClock::new();
    let yard = Yard::open_by(Arc::new(clock.clone())).await;
    let ada = yard.buyer("tok_visa_4242", "00007").await;
    let order = delivered(&yard, &ada, 2).await;
    let id = asked(&yard, &order, "CHANGED_MIND", 2).await;
    assert_eq!(ask(&yard, &order, "CHANGED_MIND", 1).await.0, 409, "nothing is left");
    clock.advance(DAY * 13);
    yard.settle().await;
    assert_eq!(read(&yard, &id).await["status"], "APPROVED");
    clock.advance(DAY * 2);
    yard.settle().await;
    let it = read(&yard, &id).await;
    assert_eq!((&it["status"], &it["parcel"]["status"]), (&json!("LAPSED"), &json!("CANCELLED")));
    let (status, problem) = seen(&yard, &id, "DELIVERED").await;
    assert_eq!((status, &problem["state"]), (409, &json!("CANCELLED")), "nobody expects it any more");
    let (status, problem) = inspect(&yard, &id, "AS_NEW").await;
    assert_eq!((status, &problem["state"], &problem["allowed"]), (409, &json!("LAPSED"), &json!([])));
    assert_eq!(yard.money(&order).await.2, 2 * MUG);
    let again = asked(&yard, &order, "CHANGED_MIND", 2).await;
    assert_eq!(read(&yard, &again).await["status"], "APPROVED");
}

#[tokio::test]
async fn minds_change_within_a_month_and_the_store_answers_for_two_years() {
    let clock = MovableClock::new();
    let yard = Yard::open_by(Arc::new(clock.clone())).await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 2).await;
    clock.advance(DAY * 40);
    for (reason, status) in [("ARRIVED_LATE", "REFUSED"), ("DAMAGED", "APPROVED")] {
        let id = asked(&yard, &order, reason, 2).await;
        assert_eq!(read(&yard, &id).await["status"], status, "{reason}");
    }
    assert_eq!(yard.published("Return.Approved").await, 1);
}

#[tokio::test]
async fn an_address_that_no_carrier_comes_to_ends_the_return() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 1).await;
    // The customer has moved to where nobody goes: the order keeps its address, so it is changed in the table.
    move_away(&yard, &order).await;
    let id = asked(&yard, &order, "DAMAGED", 1).await;
    let it = read(&yard, &id).await;
    assert_eq!((&it["status"], &it["parcel"]), (&json!("LAPSED"), &Value::Null));
}

/// Writes a postal code that no carrier comes to into an order.
async fn move_away(yard: &Yard, order: &str) {
    let cx = stipule_runtime::Context::job(Arc::clone(yard.local.ports()), "maple", "test");
    let store = commerce_store::Commerce::of(&cx);
    let found = store.order(&order.parse().expect("an id")).await.expect("read").expect("it is there");
    let mut shipping_address = found.shipping_address.clone();
    shipping_address.postal_code = Some("00001".parse().expect("a code"));
    let write = commerce_store::RedactOrder { shipping_address, updated_at: cx.now() };
    store.redact_order(&found, write).commit().await.expect("it is written");
}

#[tokio::test]
async fn no_piece_comes_back_twice_however_many_ask_at_once() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 3).await;
    let answers = join_all((0..10).map(|_| ask(&yard, &order, "CHANGED_MIND", 2))).await;
    let of = |status: u16| answers.iter().filter(|it| it.0 == status).count();
    assert_eq!((of(201), of(409)), (1, 9), "{answers:?}");
    yard.settle().await;
    let one = asked(&yard, &order, "CHANGED_MIND", 1).await;
    let page = yard.get(&format!("/returns?customerId={}", ada.id)).await;
    let all: Vec<String> =
        page["items"].as_array().expect("items").iter().map(|it| text(it, "returnId")).collect();
    assert_eq!((all.len(), &all[0]), (2, &one), "the newest first");
    for id in &all {
        seen(&yard, id, "DELIVERED").await;
        assert_eq!(inspect(&yard, id, "AS_NEW").await.0, 200);
    }
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 0));
    assert_eq!((yard.outside.provider.taken(), yard.mugs().await), (0, [10, 0, 10]));
}

/// The bank took the money back already: a return promises no more than is left.
#[tokio::test]
async fn nothing_is_given_back_beyond_what_is_left_of_what_was_taken() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_0259", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 2).await;
    yard.let_it_come().await;
    assert_eq!(yard.published("Payment.ChargebackOpened").await, 1);
    let left = yard.money(&order).await.2;
    let id = asked(&yard, &order, "DAMAGED", 2).await;
    yard.let_it_come().await;
    let (status, it) = inspect(&yard, &id, "DAMAGED").await;
    assert_eq!((status, &it["refund"]["amount"]), (200, &json!(left)));
    assert_eq!(yard.money(&order).await.2, 0);
    // The step, asked for more than was promised: it gives what is left, which is nothing.
    let input =
        json!({ "orderId": order, "returnId": NOBODY, "amount": { "amount": MUG, "currency": "CAD" } });
    assert_eq!(yard.perform(("returning", "set_refund_aside"), "test/aside", input.clone()).await, Ok(()));
    assert_eq!(yard.perform(("returning", "refund"), "test/refund", input).await, Ok(()));
    assert_eq!(yard.money(&order).await.2, 0);
}

#[tokio::test]
async fn pieces_of_two_warehouses_come_back_to_one() {
    let yard = Yard::open().await;
    yard.open_second_warehouse().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 12).await;
    for part in yard.parts(&order).await {
        let quantity = if yard.is_in(&order, &part, "YUL1").await { 10 } else { 2 };
        assert_eq!(yard.pick(&part, quantity).await.0, 200);
        assert_eq!(yard.pack(&part).await.0, 200);
    }
    yard.settle().await;
    yard.let_it_come().await;
    let id = asked(&yard, &order, "CHANGED_MIND", 12).await;
    yard.let_it_come().await;
    assert_eq!(inspect(&yard, &id, "AS_NEW").await.0, 200);
    assert_eq!(yard.mugs().await, [13, 0, 13]);
}

/// What came back lies where nothing of it ever lay.
#[tokio::test]
async fn pieces_come_back_to_a_warehouse_that_never_had_any() {
    let yard = Yard::open().await;
    yard.post("/warehouses", json!({ "code": "YHZ1", "name": "Halifax", "country": "CA" })).await;
    let input = |warehouse: &str| json!({ "warehouse": warehouse, "sku": "MUG-BLUE", "quantity": 2 });
    let step = ("returning", "restock");
    assert_eq!(yard.perform(step, "test/1", input("YHZ1")).await, Ok(()));
    assert_eq!(yard.perform(step, "test/2", input("YHZ1")).await, Ok(()));
    assert_eq!(yard.mugs().await, [14, 0, 14]);
    assert_eq!(yard.perform(step, "test/3", input("YYZ1")).await, Err("Step.Permanent".to_owned()));
}

#[tokio::test]
async fn people_are_told_what_is_wrong_with_what_they_say() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let (status, problem) = ask(&yard, &order, "DAMAGED", 1).await;
    assert_eq!((status, &problem["detail"]), (409, &json!("Nothing of the order has been delivered yet.")));
    let part = yard.send(&order, 2).await;
    yard.seen(&part, "DELIVERED").await;
    assert_eq!(ask(&yard, NOBODY, "DAMAGED", 1).await.0, 404);
    assert_eq!(ask(&yard, &order, "DAMAGED", 3).await.0, 409);
    assert_eq!(ask(&yard, &order, "BORED", 1).await.0, 422);
    let lines = json!([
        { "lineNo": 1, "quantity": 1 }, { "lineNo": 1, "quantity": 1 }, { "lineNo": 2, "quantity": 1 }
    ]);
    let wish = json!({ "orderId": order, "reason": "DAMAGED", "lines": lines });
    let (status, problem) = yard.call("POST", "/returns", Some(wish)).await;
    assert_eq!((status, &problem["detail"]), (422, &json!("Line 1 is said twice. There is no line 2.")));
    assert_eq!(yard.call("GET", "/returns", None).await.0, 400, "of what?");
    assert_eq!(yard.call("GET", "/returns?status=LOST", None).await.0, 400);
    assert_eq!(yard.call("GET", &format!("/returns/{NOBODY}"), None).await.0, 404);
    assert_eq!(yard.call("GET", "/returns/no-id", None).await.0, 400);
    assert_eq!(inspect(&yard, NOBODY, "AS_NEW").await.0, 404);
    assert_eq!(inspect(&yard, "no-id", "AS_NEW").await.0, 400);
    let id = asked(&yard, &order, "DAMAGED", 2).await;
    let (status, problem) = inspect(&yard, &id, "AS_NEW").await;
    assert_eq!((status, &problem["state"]), (409, &json!("APPROVED")));
    assert_eq!(problem["allowed"], json!(["RECEIVED", "LAPSED"]));
    seen(&yard, &id, "DELIVERED").await;
    let inspection = format!("/returns/{id}/inspection");
    let other = json!({ "lines": [{ "lineNo": 2, "condition": "USED" }] });
    let (status, problem) = yard.call("POST", &inspection, Some(other)).await;
    assert_eq!((status, &problem["detail"]), (422, &json!("Line 1 is missing. There is no line 2.")));
    assert_eq!(yard.call("POST", &inspection, Some(json!({ "lines": [] }))).await.0, 422);
    assert_eq!(inspect(&yard, &id, "AS_NEW").await.0, 200);
    let (status, problem) = inspect(&yard, &id, "AS_NEW").await;
    assert_eq!((status, &problem["state"], &problem["allowed"]), (409, &json!("CLOSED"), &json!([])));
}

#[tokio::test]
async fn returns_are_guarded() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 2).await;
    let id = asked(&yard, &order, "DAMAGED", 1).await;
    yard.assert_guarded("GET", "/returns?status=APPROVED", None, false).await;
    yard.assert_guarded("GET", &format!("/returns?customerId={}", ada.id), None, false).await;
    yard.assert_guarded("GET", &format!("/returns/{id}"), None, true).await;
    let wish = json!({ "orderId": order, "reason": "DAMAGED", "lines": [{ "lineNo": 1, "quantity": 1 }] });
    yard.assert_guarded("POST", "/returns", Some(wish), true).await;
    let found = json!({ "lines": [{ "lineNo": 1, "condition": "AS_NEW" }] });
    yard.assert_guarded("POST", &format!("/returns/{id}/inspection"), Some(found), true).await;
}

#[tokio::test]
async fn a_return_that_waits_anew_is_woken_by_its_new_token() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = delivered(&yard, &ada, 1).await;
    let id = asked(&yard, &order, "DAMAGED", 1).await;
    // The state machine gave up on the first try, and took the step again: what arrives has to answer the second.
    let input = json!({ "returnId": id, "orderId": order });
    for step in ["await_parcel", "await_inspection"] {
        if step == "await_inspection" {
            seen(&yard, &id, "DELIVERED").await;
        }
        for token in ["first", "second", "second"] {
            let key = format!("returning/{id}/{step}");
            let done = yard.perform_waiting(("returning", step), &key, input.clone(), Some(token)).await;
            assert_eq!(done, Ok(()), "{step} {token}");
        }
    }
}
