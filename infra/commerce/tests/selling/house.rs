//! A shop in this process, and calls to it as JSON.

#[path = "parking.rs"]
mod parking;

use std::time::Duration;

use bytes::Bytes;
use commerce::parts;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde_json::{Value, json};
use stipule_local::replay::Replay;
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use stipule_runtime::{Caller, Principal};
use tokio::sync::Mutex;

/// The store of the tests, and one that has nothing to do with it.
pub(crate) const STORES: [&str; 2] = ["maple", "oak"];

/// What isn't at rest by then hangs: a thousand orders take minutes on a machine that does other things too.
const NEVER: Duration = Duration::from_secs(600);

/// Status and body.
pub(crate) type Answer = (u16, Value);

/// A shop with nothing in it.
pub(crate) struct House {
    pub(crate) local: Local,
}

/// A customer who can buy.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) address: String,
    pub(crate) method: String,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::of(parts(Place::Memory).expect("randomness"))
    }

    /// A shop made of these parts.
    pub(crate) fn of(parts: Parts) -> Self {
        let parts = if crate::PARKS { parking::every_step_once(parts) } else { parts };
        Self { local: Local::start(parts).expect("the platform starts in memory") }
    }

    /// A call as somebody of a store with some scopes; `None` for nobody.
    pub(crate) async fn call_as(
        &self,
        who: Option<(&str, &[&str])>,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let media = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() {
            request = request.header(CONTENT_TYPE, media);
        }
        if path.ends_with("/checkout") {
            request = request.header("idempotency-key", path);
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request = request.body(body).expect("a well-formed request");
        let caller = match who {
            Some((tenant, scopes)) => Caller::Known {
                tenant: tenant.to_owned(),
                principal: Principal::new("staff|grace", scopes.iter().copied()),
            },
            None => Caller::Anonymous,
        };
        let response = self.local.app().handle(request, caller, self.local.ports()).await;
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or(Value::Null))
    }

    /// A call as somebody who may do everything.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_as(Some((STORES[0], &commerce::scopes())), method, path, body).await
    }

    /// A call that succeeds.
    pub(crate) async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ok("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.ok("POST", path, Some(body)).await
    }

    /// Refused to nobody and to somebody without a scope; found by no other store, if it is found by an id.
    pub(crate) async fn assert_guarded(&self, method: &str, path: &str, body: Option<Value>, by_id: bool) {
        let nobody = self.call_as(None, method, path, body.clone()).await;
        assert_eq!(nobody.0, 401, "{method} {path} as nobody: {nobody:?}");
        let powerless = self.call_as(Some((STORES[0], &[])), method, path, body.clone()).await;
        assert_eq!(powerless.0, 403, "{method} {path} without a scope: {powerless:?}");
        let stranger = self.call_as(Some((STORES[1], &commerce::scopes())), method, path, body).await;
        if by_id {
            assert_eq!(stranger.0, 404, "{method} {path} as another store: {stranger:?}");
        } else if method == "GET" {
            assert_eq!(stranger.1["items"], json!([]), "{method} {path} as another store: {stranger:?}");
        }
    }

    /// Waits until everything came to rest; nothing was given up.
    pub(crate) async fn settle(&self) {
        // How much was redriven; nobody redrives while it is looked at.
        let redriven = Mutex::new(0);
        let settled = async {
            loop {
                let before = *redriven.lock().await;
                self.local.settle().await.expect("the outbox can be read");
                let mut all = redriven.lock().await;
                *all += self.redrive().await;
                if *all == before {
                    return;
                }
            }
        };
        let asked = async {
            // What is parked may be what others wait for.
            while crate::PARKS {
                let mut all = redriven.lock().await;
                *all += self.redrive().await;
                drop(all);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            settled = tokio::time::timeout(NEVER, settled) => settled.expect("the platform comes to rest"),
            () = asked => {}
        }
        assert_eq!(self.local.queues().dead_letters().await.expect("dead letters are read"), []);
        assert_eq!(self.local.runs().parked().await.expect("parked cases are read"), []);
    }

    /// Has everything that is parked tried again; how much that was.
    async fn redrive(&self) -> usize {
        if !crate::PARKS {
            return 0;
        }
        let parked = self.local.runs().parked().await.expect("parked cases are read");
        for case in &parked {
            self.local.runs().redrive(case).await.expect("a case is tried again");
        }
        parked.len()
    }

    /// Events that were published so far, by name.
    pub(crate) async fn published(&self, name: &str) -> usize {
        let archive = self.local.queues().archived_between(0, i64::MAX, 0, 10_000).await;
        let archive = archive.expect("the archive is read");
        let name = format!("\"{name}\"");
        archive.iter().filter(|it| it.body.contains(&name)).count()
    }

    /// Every event comes to every subscriber again; what is read stays the same.
    pub(crate) async fn assert_replay_changes_nothing(&self, paths: &[&str]) {
        let mut before = Vec::new();
        for path in paths {
            before.push(self.get(path).await);
        }
        let everything = Replay { from: 0, until: i64::MAX, pattern: None, subscription: None };
        let replayed = self.local.replay(&everything).await.expect("it replays");
        assert!(replayed > 0, "something was published");
        self.settle().await;
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(self.get(path).await, before, "{path} after a replay");
        }
    }

    /// A product on sale, with pieces of it in a warehouse; its id.
    pub(crate) async fn sell(&self, sku: &str, cents: i64, pieces: i64) -> String {
        let warehouse = json!({ "code": "YUL1", "name": "Dorval", "country": "CA" });
        self.call("POST", "/warehouses", Some(warehouse)).await;
        let price = json!({ "amount": cents, "currency": "CAD" });
        let product = json!({ "sku": sku, "title": format!("The {sku}"), "price": price });
        let product = self.post("/products", product).await;
        let id = text(&product, "productId");
        self.ok("POST", &format!("/products/{id}/publish"), None).await;
        if pieces > 0 {
            let delivery = json!({ "warehouse": "YUL1", "change": pieces, "reason": "DELIVERY" });
            self.post(&format!("/stock/{sku}/adjustments"), delivery).await;
        }
        id
    }

    /// A customer with an address and a card.
    pub(crate) async fn customer(&self, name: &str, token: &str) -> Customer {
        let customer = json!({ "email": format!("{name}@example.com"), "name": name });
        let id = text(&self.post("/customers", customer).await, "customerId");
        let address = json!({ "address": {
            "recipient": name, "line1": "12 rue Sherbrooke", "city": "Montréal", "country": "CA"
        } });
        let address = self.post(&format!("/customers/{id}/addresses"), address).await;
        let method = json!({ "customerId": id, "token": token });
        let method = text(&self.post("/payment-methods", method).await, "paymentMethodId");
        Customer { id, address: text(&address, "addressId"), method }
    }

    /// A cart of a customer with pieces of a SKU; its id.
    pub(crate) async fn cart(&self, customer: &Customer, sku: &str, pieces: i64) -> String {
        let cart = json!({ "customerId": customer.id, "currency": "CAD" });
        let cart = text(&self.post("/carts", cart).await, "cartId");
        let item = format!("/carts/{cart}/items/{sku}");
        self.ok("PUT", &item, Some(json!({ "quantity": pieces }))).await;
        cart
    }

    /// Checks a cart out; the order's id.
    pub(crate) async fn check_out(&self, customer: &Customer, cart: &str) -> String {
        let terms = json!({ "addressId": customer.address, "paymentMethodId": customer.method });
        text(&self.post(&format!("/carts/{cart}/checkout"), terms).await, "orderId")
    }
}

pub(crate) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}")).to_owned()
}
