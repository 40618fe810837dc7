//! A shop that delivers, with both ends of those outside: what they are asked, and what they tell.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use commerce::courier::Courier;
use commerce::{Outside, parts_with};
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_shipping::LocalCarriers;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde_json::{Value, json};
use stipule_local::Parts;
use stipule_local::secret::webhook_secret;
use stipule_local::system::SystemClock;
use stipule_local::table::Place;
use stipule_runtime::Caller;
use stipule_runtime::ports::Clock;
use stipule_runtime::saga::StepTask;

use crate::house::{Answer, Customer, House, text};

/// What a mug costs.
pub(crate) const MUG: i64 = 1850;

/// A shop, and whom it does business with.
pub(crate) struct Yard {
    house: House,
    pub(crate) outside: Outside<Arc<LocalProvider>, Arc<LocalCarriers>, LocalMessenger>,
}

impl Deref for Yard {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Yard {
    /// A shop with ten mugs in one warehouse.
    pub(crate) async fn open() -> Self {
        Self::open_by(Arc::new(SystemClock)).await
    }

    /// As [`open`](Self::open), by a clock of the test.
    pub(crate) async fn open_by(clock: Arc<dyn Clock>) -> Self {
        Self::open_with(|parts| Parts { clock, ..parts }).await
    }

    /// As [`open`](Self::open), of other parts.
    pub(crate) async fn open_with(change: impl FnOnce(Parts) -> Parts) -> Self {
        let secret = webhook_secret(None).expect("randomness");
        let (provider, carriers, messenger) = (Arc::default(), Arc::default(), LocalMessenger::new());
        let outside = Outside { provider, carriers, messenger, secret };
        let parts = change(parts_with(Place::Memory, outside.clone()));
        let yard = Self { house: House::of(parts), outside };
        yard.sell("MUG-BLUE", MUG, 10).await;
        yard.settle().await;
        yard
    }

    /// A customer at this postal code, with this card.
    pub(crate) async fn buyer(&self, token: &str, code: &str) -> Customer {
        let buyer = self.customer("ada", token).await;
        let address = json!({ "address": {
            "recipient": "Ada", "line1": "12 rue Sherbrooke", "postalCode": code, "city": "Montréal", "country": "CA"
        } });
        let address = self.post(&format!("/customers/{}/addresses", buyer.id), address).await;
        Customer { address: text(&address, "addressId"), ..buyer }
    }

    /// An order of mugs whose checkout is through; its id.
    pub(crate) async fn order_of(&self, buyer: &Customer, pieces: i64) -> String {
        let cart = self.cart(buyer, "MUG-BLUE", pieces).await;
        let order = self.check_out(buyer, &cart).await;
        self.settle().await;
        assert_eq!(self.status(&order).await, "CONFIRMED");
        order
    }

    pub(crate) async fn order(&self, order: &str) -> Value {
        self.get(&format!("/orders/{order}")).await
    }

    pub(crate) async fn status(&self, order: &str) -> String {
        text(&self.order(order).await, "status")
    }

    pub(crate) async fn payment(&self, order: &str) -> Value {
        let payment = text(&self.order(order).await, "paymentId");
        self.get(&format!("/payments/{payment}")).await
    }

    /// Minor units of an order's payment: what may still be taken, and what may be given back.
    pub(crate) async fn money(&self, order: &str) -> (String, i64, i64) {
        let payment = self.payment(order).await;
        let units = |member: &str| payment[member].as_i64().expect("minor units");
        (text(&payment, "status"), units("capturable"), units("refundable"))
    }

    /// Pieces of the mug: on hand, reserved, available.
    pub(crate) async fn mugs(&self) -> [i64; 3] {
        let stock = self.get("/stock/MUG-BLUE").await;
        ["onHand", "reserved", "available"].map(|it| stock[it].as_i64().expect("a count"))
    }

    /// The parts of an order, by id.
    pub(crate) async fn parts(&self, order: &str) -> Vec<String> {
        let found = self.get(&format!("/fulfilments?orderId={order}")).await;
        found["items"].as_array().expect("items").iter().map(|it| text(it, "fulfilmentId")).collect()
    }

    /// The only part of an order.
    pub(crate) async fn part(&self, order: &str) -> String {
        let parts = self.parts(order).await;
        assert_eq!(parts.len(), 1, "{parts:?}");
        parts.into_iter().next().expect("one part")
    }

    /// A second warehouse with three mugs.
    pub(crate) async fn open_second_warehouse(&self) {
        self.post("/warehouses", json!({ "code": "YVR1", "name": "Richmond", "country": "CA" })).await;
        let delivery = json!({ "warehouse": "YVR1", "change": 3, "reason": "DELIVERY" });
        self.post("/stock/MUG-BLUE/adjustments", delivery).await;
    }

    /// Whether a warehouse packs a part of an order.
    pub(crate) async fn is_in(&self, order: &str, part: &str, warehouse: &str) -> bool {
        let found = self.get(&format!("/fulfilments?orderId={order}")).await;
        let found =
            found["items"].as_array().expect("items").iter().find(|it| text(it, "fulfilmentId") == part);
        found.is_some_and(|it| it["warehouse"] == warehouse)
    }

    /// A coupon of ten percent that counts once.
    pub(crate) async fn once_only(&self, code: &str) {
        let week = Duration::from_hours(7 * 24);
        let ends = self.local.ports().clock.now().checked_add(week).expect("a week from now").to_string();
        let sale = json!({
            "name": "Sale", "discount": { "kind": "PERCENT", "percent": 10 }, "couponOnly": true,
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": ends, "coupons": [{ "code": code, "limit": 1 }]
        });
        self.post("/promotions", sale).await;
        self.settle().await;
    }

    pub(crate) async fn pick(&self, part: &str, pieces: i64) -> Answer {
        let lines = json!({ "lines": [{ "lineNo": 1, "picked": pieces }] });
        self.call("POST", &format!("/fulfilments/{part}/pick"), Some(lines)).await
    }

    pub(crate) async fn pack(&self, part: &str) -> Answer {
        self.call("POST", &format!("/fulfilments/{part}/pack"), Some(json!({ "weightGrams": 840 }))).await
    }

    /// Picks so many pieces of the only part of an order, packs them, and lets everything follow; the part.
    pub(crate) async fn send(&self, order: &str, pieces: i64) -> String {
        let part = self.part(order).await;
        assert_eq!(self.pick(&part, pieces).await.0, 200);
        assert_eq!(self.pack(&part).await.0, 200);
        self.settle().await;
        part
    }

    pub(crate) async fn shipment(&self, part: &str) -> Value {
        self.get(&format!("/shipments/{part}")).await
    }

    /// The headers of a message, signed now.
    pub(crate) fn signed(&self, id: &str, body: &[u8]) -> HeaderMap {
        let headers = self.outside.secret.sign(id, self.local.ports().clock.now(), body);
        headers.iter().map(|(name, value)| header(name, value)).collect()
    }

    /// Somebody without a token sends a body.
    pub(crate) async fn webhook(&self, path: &str, headers: HeaderMap, body: &[u8]) -> Answer {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/json");
        request.headers_mut().expect("a good request").extend(headers);
        let request = request.body(Bytes::copy_from_slice(body)).expect("a well-formed request");
        let response = self.local.app().handle(request, Caller::Anonymous, self.local.ports()).await;
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
    }

    /// A message of somebody who knows the secret.
    pub(crate) async fn told(&self, path: &str, id: &str, message: &Value) -> Answer {
        let body = message.to_string();
        self.webhook(path, self.signed(id, body.as_bytes()), body.as_bytes()).await
    }

    /// What a carrier says of a parcel.
    pub(crate) async fn scan(&self, part: &str, kind: &str) -> Value {
        let parcel = self.shipment(part).await;
        json!({
            "account": "maple", "carrier": parcel["carrier"], "trackingNumber": parcel["trackingNumber"],
            "kind": kind, "at": "2026-11-03T08:14:00Z", "place": "Montréal QC"
        })
    }

    /// A carrier saw a parcel.
    pub(crate) async fn seen(&self, part: &str, kind: &str) -> Answer {
        let message = self.scan(part, kind).await;
        let answer = self.told("/webhooks/carrier", &format!("np-{kind}-{part}"), &message).await;
        self.settle().await;
        answer
    }

    /// Everything that those outside have to tell is told, station by station, until all is quiet.
    pub(crate) async fn let_it_come(&self) {
        let mut courier = Courier::new(&self.local, self.outside.clone());
        for _ in 0..12 {
            assert_eq!(courier.round().await, 0, "every message is taken at once");
            self.settle().await;
        }
    }

    pub(crate) async fn history(&self, order: &str) -> Vec<String> {
        let history = self.get(&format!("/orders/{order}/history?limit=100")).await;
        history["items"].as_array().expect("items").iter().map(|it| text(it, "event")).collect()
    }

    /// Has a service take a step of a saga; the name of the error if it fails.
    pub(crate) async fn perform(&self, step: (&str, &str), key: &str, input: Value) -> Result<(), String> {
        self.perform_waiting(step, key, input, None).await
    }

    /// As [`perform`](Self::perform), for a step that is answered later.
    pub(crate) async fn perform_waiting(
        &self,
        (saga, step): (&str, &str),
        key: &str,
        input: Value,
        token: Option<&str>,
    ) -> Result<(), String> {
        let mut task = json!({
            "saga": saga, "step": step, "key": key, "attempt": 0, "input": input,
            "context": {
                "tenant": "maple", "time": "2026-11-23T04:00:00Z", "correlationId": "c", "causationId": "e", "traceId": "0"
            }
        });
        if let Some(token) = token {
            task["token"] = json!(token);
        }
        let task = StepTask::from_json(task.to_string().as_bytes()).expect("a task");
        let done = self.local.app().perform(task, self.local.ports()).await;
        done.map(drop).map_err(|failure| failure.error)
    }
}

/// A header from its texts.
pub(crate) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
    (name, HeaderValue::from_str(value).expect("a value"))
}
