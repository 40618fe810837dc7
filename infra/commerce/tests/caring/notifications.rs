//! `GET` and `PUT /notification-preferences`, and what customers are told.

use commerce::{Outside, parts_with};
use commerce_model::events::{
    CartAbandoned, LoyaltyPointsEarned, LoyaltyPointsReversed, OrderCompleted, PaymentCaptureFailed,
    PaymentRefunded, ReturnApproved, ReturnClosed, ReturnReceived, ReviewModerated, ShipmentDelivered,
    ShipmentDeliveryFailed, ShipmentDispatched, SubscriptionCancelled, SubscriptionCreated,
    SubscriptionPaymentFailed, SubscriptionRenewed,
};
use commerce_notifications::{Destination, LocalMessenger};
use commerce_payments::LocalProvider;
use commerce_shipping::LocalCarriers;
use serde_json::{Value, json};
use stipule_local::secret::webhook_secret;
use stipule_local::table::Place;
use stipule_runtime::wire::{Decode, EventPayload, Posture, from_slice};

use crate::announce::announce;
use crate::house::{Customer, House, text};

const ORDER: &str = "018f3a52-0000-7000-8000-0000000000d0";

/// The subjects of the messages that somebody got, oldest first.
fn subjects(messenger: &LocalMessenger) -> Vec<String> {
    messenger.sent().into_iter().map(|it| it.message.subject).collect()
}

fn preferences(language: &str, orders: &[&str], offers: &[&str]) -> Value {
    json!({ "language": language, "orders": orders, "offers": offers })
}

async fn open(name: &str) -> (House, LocalMessenger, Customer, String) {
    let messenger = LocalMessenger::new();
    let outside = Outside {
        provider: LocalProvider::new(),
        carriers: LocalCarriers::new(),
        messenger: messenger.clone(),
        secret: webhook_secret(None).expect("randomness"),
    };
    let house = House::of(parts_with(Place::Memory, outside));
    let ada = house.customer(name, "tok_visa_4242").await;
    house.settle().await;
    let path = format!("/notification-preferences?customerId={}", ada.id);
    (house, messenger, ada, path)
}

/// An event from its example in the contract, with this customer in it.
fn event<E: EventPayload + Decode>(mut json: Value, customer: &Customer) -> E {
    json["customerId"] = json!(customer.id);
    from_slice(json.to_string().as_bytes(), Posture::Closed).expect("the event keeps its contract")
}

#[tokio::test]
async fn whoever_registers_is_welcomed_and_hears_by_mail_until_something_else_is_chosen() {
    let (house, messenger, _, path) = open("ada").await;
    assert_eq!(subjects(&messenger), ["Welcome", "An address was added"]);
    let first = house.get(&path).await;
    assert_eq!(
        (&first["orders"], &first["offers"], &first["language"]),
        (&json!(["EMAIL"]), &json!([]), &json!("en"))
    );
    let chosen = house.ok("PUT", &path, Some(preferences("fr", &["PUSH", "EMAIL"], &["PUSH"]))).await;
    assert_eq!(house.get(&path).await, chosen);
    assert_eq!((&chosen["orders"], &chosen["offers"]), (&json!(["PUSH", "EMAIL"]), &json!(["PUSH"])));
    house.settle().await;
    assert_eq!(house.published("Notification.Sent").await, 2);
    house.assert_replay_changes_nothing(&[&path]).await;
    assert_eq!(messenger.sent().len(), 2, "a replay sends nothing");
}

#[tokio::test]
async fn a_choice_can_be_made_before_the_welcome_and_stays() {
    let house = House::new();
    let made = json!({ "email": "ada@example.com", "name": "Ada" });
    let id = text(&house.post("/customers", made).await, "customerId");
    let path = format!("/notification-preferences?customerId={id}");
    let chosen = house.ok("PUT", &path, Some(preferences("fr", &["PUSH"], &[]))).await;
    house.settle().await;
    assert_eq!(house.get(&path).await["orders"], chosen["orders"]);
}

#[tokio::test]
async fn an_order_is_told_on_every_channel_that_was_chosen() {
    let (house, messenger, ada, path) = open("ada").await;
    house.ok("PUT", &path, Some(preferences("fr", &["PUSH", "EMAIL", "SMS"], &[]))).await;
    house.sell("MUG-BLUE", 1850, 5).await;
    let cart = house.cart(&ada, "MUG-BLUE", 2).await;
    let order = house.check_out(&ada, &cart).await;
    house.settle().await;
    let sent = messenger.sent();
    let of_order: Vec<_> = sent.iter().filter(|it| it.message.body.contains(&order)).collect();
    let subjects: Vec<_> = of_order.iter().map(|it| it.message.subject.as_str()).collect();
    assert_eq!(subjects.len(), 4, "there is no number for a text message: {subjects:?}");
    for subject in ["Nous avons votre commande", "Votre commande est confirmée"] {
        assert_eq!(subjects.iter().filter(|it| **it == subject).count(), 2, "{subjects:?}");
    }
    assert!(of_order.iter().any(|it| matches!(it.to, Destination::Devices(_))));
    assert!(of_order.iter().any(|it| it.message.body.contains("37.00 CAD")), "{of_order:?}");
}

#[tokio::test]
async fn a_mailbox_that_keeps_failing_is_passed_over_and_one_that_answers_late_gets_one_message() {
    let (house, messenger, ada, path) = open("full").await;
    assert_eq!((messenger.sent().len(), house.published("Notification.Failed").await), (0, 2));
    house.ok("PUT", &path, Some(preferences("en", &["EMAIL", "PUSH"], &["EMAIL"]))).await;
    for number in 0..4 {
        announce(&house, &dispatched(&ada, number)).await;
    }
    assert_eq!(house.published("Notification.Failed").await, 5, "the sixth isn't tried");
    assert_eq!(messenger.sent().len(), 4, "the devices get all");
    announce(&house, &abandoned(&ada)).await;
    assert_eq!(messenger.sent().len(), 4, "an offer isn't worth a mailbox that is full");
    house.assert_replay_changes_nothing(&[&path]).await;
    assert_eq!(messenger.sent().len(), 4, "nothing is told twice");

    let (house, messenger, _, _) = open("slow").await;
    assert_eq!(subjects(&messenger).len(), 2, "asked again, sent once: {:?}", subjects(&messenger));
    assert_eq!(house.published("Notification.Sent").await, 2);
}

fn dispatched(customer: &Customer, number: u8) -> ShipmentDispatched {
    let shipment = format!("018f3a52-0000-7000-8000-0000000000{number:02x}");
    let json = json!({
        "shipmentId": shipment, "orderId": ORDER, "fulfilmentId": ORDER, "dispatchedAt": "2026-11-03T10:00:00Z"
    });
    event(json, customer)
}

fn abandoned(customer: &Customer) -> CartAbandoned {
    event(json!({ "cartId": ORDER, "items": 2 }), customer)
}

/// A shop, somebody who reads English mail, and what she is told.
struct Reader {
    house: House,
    messenger: LocalMessenger,
    ada: Customer,
}

impl Reader {
    async fn new() -> Self {
        let (house, messenger, ada, path) = open("ada").await;
        house.ok("PUT", &path, Some(preferences("en", &["EMAIL"], &["EMAIL"]))).await;
        Self { house, messenger, ada }
    }

    /// Asserts what she is told about an event, once even if it comes twice.
    async fn hears<E: EventPayload + Decode>(&self, json: Value, subject: &str) {
        let before = self.messenger.sent().len();
        announce(&self.house, &event::<E>(json, &self.ada)).await;
        self.house.assert_replay_changes_nothing(&[]).await;
        let heard = subjects(&self.messenger)[before..].to_vec();
        // An order that is completed has points as well, of which it is told by themselves.
        let points = ["You have more points", "You have fewer points"];
        let heard: Vec<_> =
            heard.iter().filter(|it| **it == subject || !points.contains(&it.as_str())).collect();
        assert_eq!(heard, [subject], "{}", E::NAME);
    }
}

#[tokio::test]
async fn everything_about_carts_orders_and_parcels_is_told() {
    let reader = Reader::new().await;
    let (money, at) = (json!({ "amount": 1850, "currency": "CAD" }), "2026-11-03T10:00:00Z");
    let about = |more: Value| {
        let ids = ["cartId", "orderId", "paymentId", "refundId", "captureId", "shipmentId", "returnId"];
        let mut json: Value = ids.iter().map(|id| ((*id).to_owned(), json!(ORDER))).collect();
        more.as_object().expect("members").iter().for_each(|(name, value)| json[name] = value.clone());
        json
    };
    reader.hears::<CartAbandoned>(about(json!({ "items": 2 })), "You left something behind").await;
    let completed = about(json!({ "total": money, "completedAt": at }));
    reader.hears::<OrderCompleted>(completed, "Everything has arrived").await;
    let refunded = about(json!({ "reason": "RETURN", "amount": money }));
    reader.hears::<PaymentRefunded>(refunded, "Your money is on its way").await;
    let refused = about(json!({ "amount": money, "failure": "CARD_CLOSED" }));
    reader.hears::<PaymentCaptureFailed>(refused, "Your card was refused").await;
    let dispatched = about(json!({ "fulfilmentId": ORDER, "dispatchedAt": at }));
    reader.hears::<ShipmentDispatched>(dispatched, "A parcel has left").await;
    reader.hears::<ShipmentDelivered>(about(json!({ "deliveredAt": at })), "A parcel has arrived").await;
    for (returning, subject) in [(false, "The carrier didn't find you"), (true, "A parcel comes back to us")]
    {
        reader.hears::<ShipmentDeliveryFailed>(about(json!({ "returning": returning })), subject).await;
    }
    reader.hears::<ReturnApproved>(about(json!({ "parcelDueAt": at })), "Please send it back").await;
    reader.hears::<ReturnReceived>(about(json!({ "warehouse": "YUL1" })), "Your parcel is here").await;
    let points = about(json!({ "points": 18, "balance": 37 }));
    reader.hears::<LoyaltyPointsEarned>(points.clone(), "You have more points").await;
    reader.hears::<LoyaltyPointsReversed>(points, "You have fewer points").await;
    for amount in [0, 1850] {
        let money = json!({ "refund": { "amount": amount, "currency": "CAD" }, "restock": [] });
        reader.hears::<ReturnClosed>(about(money), "We have looked at your return").await;
    }
}

#[tokio::test]
async fn everything_about_subscriptions_is_told() {
    let reader = Reader::new().await;
    let about = |more: Value| {
        let mut json = json!({ "subscriptionId": ORDER });
        more.as_object().expect("members").iter().for_each(|(name, value)| json[name] = value.clone());
        json
    };
    let goods = json!({ "sku": "TEA-EARL", "quantity": 2, "every": "MONTH" });
    reader.hears::<SubscriptionCreated>(about(goods), "Your subscription has begun").await;
    let renewed = json!({ "cycle": 4, "orderId": ORDER, "nextDueAt": "2027-01-01T09:00:00Z" });
    reader.hears::<SubscriptionRenewed>(about(renewed), "Your subscription goes on").await;
    let failed = "We couldn't charge your card";
    let first = json!({ "cycle": 4, "failures": 1, "retryAt": "2026-12-02T09:00:00Z" });
    reader.hears::<SubscriptionPaymentFailed>(about(first), failed).await;
    reader.hears::<SubscriptionPaymentFailed>(about(json!({ "cycle": 4, "failures": 4 })), failed).await;
    for unpaid in [false, true] {
        let over = "Your subscription is over";
        reader.hears::<SubscriptionCancelled>(about(json!({ "unpaid": unpaid })), over).await;
    }
}

#[tokio::test]
async fn whoever_is_erased_is_told_nothing_and_leaves_no_choice() {
    let (house, messenger, ada, path) = open("ada").await;
    house.ok("DELETE", &format!("/customers/{}", ada.id), None).await;
    house.settle().await;
    let before = messenger.sent().len();
    announce(&house, &dispatched(&ada, 0)).await;
    assert_eq!(messenger.sent().len(), before);
    assert_eq!(house.call("GET", &path, None).await.0, 404);
    assert_eq!(house.call("PUT", &path, Some(preferences("en", &["EMAIL"], &[]))).await.0, 404);
}

#[tokio::test]
async fn a_review_that_still_waits_is_nothing_to_be_told() {
    let (house, messenger, ada, _) = open("ada").await;
    let before = messenger.sent().len();
    let waits = json!({ "reviewId": ORDER, "productId": ORDER, "rating": 4, "status": "PENDING" });
    announce(&house, &event::<ReviewModerated>(waits, &ada)).await;
    assert_eq!(messenger.sent().len(), before);
}

#[tokio::test]
async fn preferences_are_refused_where_the_contract_says_so() {
    let (house, _, _, path) = open("ada").await;
    for bad in [
        preferences("en", &[], &[]),
        preferences("en", &["EMAIL", "EMAIL"], &[]),
        preferences("english", &["EMAIL"], &[]),
        preferences("en", &["PIGEON"], &[]),
    ] {
        assert_eq!(house.call("PUT", &path, Some(bad.clone())).await.0, 422, "{bad}");
    }
    assert_eq!(house.call("GET", "/notification-preferences", None).await.0, 400);
    let good = preferences("en", &["EMAIL"], &[]);
    house.assert_guarded("GET", &path, None, true).await;
    house.assert_guarded("PUT", &path, Some(good), true).await;
}
