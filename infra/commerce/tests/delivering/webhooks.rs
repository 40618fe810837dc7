//! `POST /webhooks/carrier` and `POST /webhooks/psp`: whom they believe, and that they hear everything once.

use std::time::Duration;

use http::HeaderMap;
use serde_json::{Value, json};

use crate::house::text;
use crate::yard::{MUG, Yard, header};

const PATHS: [&str; 2] = ["/webhooks/carrier", "/webhooks/psp"];

/// A shop with a parcel on its way, and a good message about it for each path.
async fn shop() -> (Yard, [Value; 2], String) {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.send(&order, 2).await;
    let payment = text(&yard.order(&order).await, "paymentId");
    let psp = json!({ "about": "CAPTURE", "account": "maple", "paymentId": payment, "captureId": part });
    let carrier = yard.scan(&part, "IN_TRANSIT").await;
    (yard, [carrier, psp], part)
}

#[tokio::test]
async fn a_message_is_believed_by_its_signature_alone() {
    let (yard, messages, _) = shop().await;
    for (path, message) in PATHS.into_iter().zip(messages) {
        let body = message.to_string();
        let body = body.as_bytes();
        let good = || yard.signed("evt_1", body);
        let refused = |headers: HeaderMap, body: Vec<u8>| {
            let yard = &yard;
            async move { yard.webhook(path, headers, &body).await.0 }
        };
        let mut spaced = body.to_vec();
        spaced.push(b' ');
        assert_eq!(refused(good(), spaced).await, 401, "{path}: another body, though it says the same");
        let mut headers = good();
        let (name, value) = header("webhook-id", "evt_2");
        headers.insert(name, value);
        assert_eq!(refused(headers, body.to_vec()).await, 401, "{path}: another id");
        let other = stipule_runtime::webhook::Secret::new([7; 32]).expect("a secret");
        let headers = other.sign("evt_1", yard.local.ports().clock.now(), body);
        let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
        assert_eq!(refused(headers, body.to_vec()).await, 401, "{path}: another secret");
        let then = yard.local.ports().clock.now();
        let then = stipule_runtime::wire::DateTime::from_unix(then.unix_seconds() - 301, 0).expect("a time");
        let headers = yard.outside.secret.sign("evt_1", then, body);
        let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
        assert_eq!(refused(headers, body.to_vec()).await, 401, "{path}: recorded five minutes ago");
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            let mut headers = good();
            headers.remove(name);
            assert_eq!(refused(headers, body.to_vec()).await, 400, "{path}: without {name}");
        }
        assert_eq!(refused(good(), body.to_vec()).await, 204, "{path}: as it was signed");
    }
}

#[tokio::test]
async fn a_message_is_for_one_store() {
    let (yard, messages, _) = shop().await;
    for (path, mut message) in PATHS.into_iter().zip(messages) {
        message["account"] = json!("oak");
        assert_eq!(yard.told(path, "evt_oak", &message).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn messages_are_refused_where_the_contract_says_so() {
    let (yard, messages, _) = shop().await;
    for (path, message) in PATHS.into_iter().zip(messages) {
        assert_eq!(yard.told(path, "evt_empty", &json!({})).await.0, 422, "{path}");
        assert_eq!(yard.webhook(path, yard.signed("evt_broken", b"{"), b"{").await.0, 400, "{path}");
        let mut headers = yard.signed("evt_text", message.to_string().as_bytes());
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("text/plain"));
        assert_eq!(yard.webhook(path, headers, message.to_string().as_bytes()).await.0, 415, "{path}");
        let large = vec![b' '; (1 << 20) + 1];
        assert_eq!(yard.webhook(path, yard.signed("evt_large", &large), &large).await.0, 413, "{path}");
    }
    let unknown = json!({
        "account": "maple", "carrier": "SWIFT", "trackingNumber": "SW0000000000", "kind": "LOST", "at": "2026-11-03T08:14:00Z"
    });
    assert_eq!(yard.told("/webhooks/carrier", "evt_unknown", &unknown).await.0, 404);
    let nothing = "018f3a52-0000-7000-8000-0000000000f1";
    let unknown =
        json!({ "about": "CAPTURE", "account": "maple", "paymentId": nothing, "captureId": nothing });
    assert_eq!(yard.told("/webhooks/psp", "evt_unknown", &unknown).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_message_that_comes_twenty_times_at_once_one_counts() {
    let (yard, _, part) = shop().await;
    let message = yard.scan(&part, "DELIVERED").await;
    let told = (0..20).map(|_| yard.told("/webhooks/carrier", "np-delivered", &message));
    let answers = futures_util::future::join_all(told).await;
    yard.settle().await;
    assert!(answers.iter().any(|answer| answer.0 == 204), "{answers:?}");
    assert!(answers.iter().all(|answer| matches!(answer.0, 204 | 503)), "{answers:?}");
    assert_eq!(yard.published("Shipment.Delivered").await, 1);
    assert_eq!(yard.told("/webhooks/carrier", "np-delivered", &message).await.0, 204, "and later");
    let scans = yard.shipment(&part).await["scans"].as_array().map(Vec::len);
    assert_eq!(scans, Some(2), "handed over, and delivered");
}

#[tokio::test]
async fn the_time_that_a_message_is_good_for_is_five_minutes() {
    assert_eq!(stipule_runtime::webhook::TOLERANCE, Duration::from_mins(5));
}

#[tokio::test]
async fn what_the_provider_tells_late_and_twice_is_taken_once() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_0127", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    yard.send(&order, 2).await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG));
    yard.let_it_come().await;
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG));
    assert_eq!(yard.published("Payment.Captured").await, 1);
    assert_eq!(yard.outside.provider.taken(), 2 * MUG);
}

#[tokio::test]
async fn a_webhook_that_is_faster_than_the_answer_finishes_the_capture() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_4242", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    let part = yard.part(&order).await;
    let payment = text(&yard.order(&order).await, "paymentId");
    let input =
        json!({ "orderId": order, "fulfilmentId": part, "amount": { "amount": 2 * MUG, "currency": "CAD" } });
    let aside = ("fulfilment", "set_capture_aside");
    assert_eq!(yard.perform(aside, "test/aside", input.clone()).await, Ok(()));
    assert_eq!(yard.money(&order).await, ("AUTHORIZED".to_owned(), 0, 0), "it is set aside");
    let told = json!({
        "about": "CAPTURE", "account": "maple", "paymentId": payment, "captureId": part, "reference": "cap_1"
    });
    assert_eq!(yard.told("/webhooks/psp", "evt_captured", &told).await.0, 204);
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 2 * MUG));
    assert_eq!(yard.perform(("fulfilment", "capture"), "test/capture", input).await, Ok(()));
    yard.settle().await;
    assert_eq!(yard.published("Payment.Captured").await, 1);
}

#[tokio::test]
async fn a_chargeback_takes_what_was_taken_once() {
    let yard = Yard::open().await;
    let ada = yard.buyer("tok_visa_0259", "H2X 1X1").await;
    let order = yard.order_of(&ada, 2).await;
    yard.send(&order, 2).await;
    yard.let_it_come().await;
    assert_eq!(yard.published("Payment.ChargebackOpened").await, 1);
    assert_eq!(yard.money(&order).await, ("CAPTURED".to_owned(), 0, 0), "nothing is left to be given back");
    assert!(yard.history(&order).await.contains(&"Payment.ChargebackOpened".to_owned()));
    yard.assert_replay_changes_nothing(&[&format!("/orders/{order}/history?limit=100")]).await;
}
