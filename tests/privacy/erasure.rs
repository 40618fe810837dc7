//! Somebody is forgotten, and so is every canary that stood in their place: no file of the data folder has one, be it in a row,
//! in the archive of events, in a dead letter, in the history of a saga, in the answer that is kept for a repetition, or in
//! what a file has left of something deleted. What the console is told has none either, before and after.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use commerce::courier::Courier;
use commerce::{Outside, parts_with, scopes};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde_json::{Value, json};
use stipule_ir::{Contract, TypeId, personal};
use stipule_local::Local;
use stipule_local::queue::Publication;
use stipule_local::table::Place;
use stipule_runtime::{Caller, Principal};
use tokio::sync::broadcast::error::RecvError;

use crate::canaries::{Canaries, Shape};
use crate::files::texts_in;
use crate::root;

const TENANT: &str = "maple";

/// What the provider gives for Ada's card: its pattern leaves no room for a canary.
const CARD: &str = "tok_visa_7391";

/// Operations that take personal data which is nobody's whom the store knows.
const OF_NOBODY: [&str; 1] = ["quoteShipping"];

/// A shop, and whoever calls it.
struct Shop<'c> {
    local: Local,
    contract: &'c Contract,
    canaries: Canaries<'c>,
    calls: u32,
    asked: BTreeSet<&'static str>,
}

impl Shop<'_> {
    fn body_of(&self, operation: &str) -> Option<TypeId> {
        let mut operations = self.contract.services.iter().flat_map(|it| &it.operations);
        let found = operations.find(|it| it.id.wire == operation).expect("an operation of the contract");
        found.body.as_ref().and_then(|body| body.media.first()).map(|media| media.ty)
    }

    /// A call with canaries in place of whatever is personal in its body, under a key of its own.
    async fn call(&mut self, operation: &'static str, ask: (Method, &str), body: Option<Value>) -> Value {
        let (method, path) = ask;
        self.calls += 1;
        self.asked.insert(operation);
        let media = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let key = format!("0b9e51f4-6a52-4f64-9a1e-{:012}", self.calls);
        let mut request = Request::builder().method(method).uri(path).header("idempotency-key", key);
        let mut sent = Bytes::new();
        if let Some(mut body) = body {
            let ty = self.body_of(operation).expect("it takes a body");
            self.canaries.plant(ty, &mut body, Shape::Fitting);
            request = request.header(CONTENT_TYPE, media);
            sent = Bytes::from(body.to_string());
        }
        let request = request.body(sent).expect("a well-formed request");
        let principal = Principal::new("judge", scopes().iter().copied());
        let caller = Caller::Known { tenant: TENANT.to_owned(), principal };
        let answer = self.local.app().handle(request, caller, self.local.ports()).await;
        let said = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        assert!(answer.status().is_success(), "{operation} {path}: {} {said}", answer.status());
        said
    }

    async fn post(&mut self, operation: &'static str, path: &str, body: Value) -> Value {
        self.call(operation, (Method::POST, path), Some(body)).await
    }

    async fn get(&mut self, operation: &'static str, path: &str) -> Value {
        self.call(operation, (Method::GET, path), None).await
    }

    async fn settle(&self) {
        self.local.settle().await.expect("what follows comes to rest");
    }

    async fn open(&mut self) -> String {
        self.post(
            "addWarehouse",
            "/warehouses",
            json!({ "code": "YUL1", "name": "Dorval", "country": "CA" }),
        )
        .await;
        let product = json!({ "sku": "MUG", "title": "Mug", "price": { "amount": 1850, "currency": "CAD" } });
        let product = text(&self.post("createProduct", "/products", product).await, "productId");
        let publish = format!("/products/{product}/publish");
        self.call("publishProduct", (Method::POST, &publish), None).await;
        let delivery = json!({ "warehouse": "YUL1", "change": 50, "reason": "DELIVERY" });
        self.post("adjustStock", "/stock/MUG/adjustments", delivery).await;
        product
    }

    /// Somebody with an address and a card, of whom everything was changed once.
    async fn somebody(&mut self, name: &str, card: &str) -> Somebody {
        let profile =
            json!({ "email": format!("{name}@example.com"), "name": name, "phone": "+15145550100" });
        let id = text(&self.post("registerCustomer", "/customers", profile.clone()).await, "customerId");
        let path = format!("/customers/{id}");
        self.call("updateCustomer", (Method::PATCH, &path), Some(profile)).await;
        let mut address = String::new();
        // Several, so that rows are taken out of the middle of something.
        for label in ["Home", "Work", "Away"] {
            let wish = json!({ "label": label, "address": {
                "recipient": name, "line1": "12 rue Sherbrooke", "line2": "Flat 3", "postalCode": "H2X 1X1",
                "city": "Montréal", "region": "QC", "country": "CA"
            } });
            address = text(&self.post("addAddress", &format!("{path}/addresses"), wish).await, "addressId");
        }
        let method = json!({ "customerId": id, "token": card });
        let method =
            text(&self.post("addPaymentMethod", "/payment-methods", method).await, "paymentMethodId");
        self.settle().await;
        Somebody { id, address, method }
    }

    /// An order that is confirmed.
    async fn order(&mut self, who: &Somebody) -> String {
        let cart = json!({ "customerId": who.id, "currency": "CAD" });
        let cart = format!("/carts/{}", text(&self.post("createCart", "/carts", cart).await, "cartId"));
        let item = format!("{cart}/items/MUG");
        self.call("putCartItem", (Method::PUT, &item), Some(json!({ "quantity": 2 }))).await;
        let terms = json!({ "addressId": who.address, "paymentMethodId": who.method });
        let order = text(&self.post("checkOutCart", &format!("{cart}/checkout"), terms).await, "orderId");
        self.settle().await;
        assert_eq!(self.status(&order).await, "CONFIRMED");
        order
    }

    async fn status(&mut self, order: &str) -> String {
        text(&self.get("getOrder", &format!("/orders/{order}")).await, "status")
    }

    /// Packs an order; its parcel goes its way later.
    async fn pack(&mut self, order: &str) {
        let parts = self.get("listFulfilments", &format!("/fulfilments?orderId={order}")).await;
        let part = format!("/fulfilments/{}", text(&parts["items"][0], "fulfilmentId"));
        let lines = json!({ "lines": [{ "lineNo": 1, "picked": 2 }] });
        self.post("pickFulfilment", &format!("{part}/pick"), lines).await;
        self.post("packFulfilment", &format!("{part}/pack"), json!({ "weightGrams": 840 })).await;
        self.settle().await;
    }

    /// What an ordered queue has to park: the event of a checkout once more, under another id.
    async fn leave_a_dead_letter(&self) {
        let archive = self.local.queues().archive(TENANT, 0, 10_000).await.expect("it can be read");
        let found = archive.iter().find(|it| it.body.contains("Cart.CheckedOut")).expect("a checkout");
        let mut event: Value = serde_json::from_str(&found.body).expect("an event");
        let id = "018f3a52-0000-7000-8000-00000000dead";
        event["id"] = Value::from(id);
        let subscriptions = self.local.app().subscriptions().iter();
        let to = subscriptions.filter(|it| it.service == "orders" && it.event == "Cart.CheckedOut");
        let publication = Publication {
            event_id: id.to_owned(),
            tenant: TENANT.to_owned(),
            published_at: 0,
            body: event.to_string().into(),
            to: to.map(|it| (it.name.to_owned(), None)).collect(),
        };
        self.local.queues().publish(vec![publication]).await.expect("it is published");
        self.settle().await;
        let letters = self.local.queues().dead_letters().await.expect("they can be read");
        assert_eq!(letters.len(), 1, "the order is there already");
    }
}

struct Somebody {
    id: String,
    address: String,
    method: String,
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}")).to_owned()
}

/// Operations that take something personal.
fn taking_personal_data(contract: &Contract) -> BTreeSet<&str> {
    let mut taking = BTreeSet::new();
    for operation in contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served) {
        let ty = operation.body.as_ref().and_then(|body| body.media.first()).map(|media| media.ty);
        if ty.is_some_and(|ty| !personal::members(&contract.types, ty).personal.is_empty()) {
            taking.insert(operation.id.wire.as_str());
        }
    }
    taking
}

/// The canaries of the files, each with its file: the first so many are hers, the others his.
fn found(
    files: &[(String, String)],
    canaries: &Canaries<'_>,
    hers: usize,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut of_ada, mut of_bob) = (BTreeSet::new(), BTreeSet::new());
    for (file, text) in files {
        for canary in canaries.found_in(text) {
            // One that is cut off has no number: nobody knows that it is his.
            let number: usize = canary.parse().unwrap_or(0);
            let whose = if number <= hers { &mut of_ada } else { &mut of_bob };
            whose.insert(format!("{file}: {canary}"));
        }
        if text.contains(CARD) {
            of_ada.insert(format!("{file}: the card"));
        }
    }
    (of_ada, of_bob)
}

/// Everything that the console is told, as a debugger would show it.
fn listen(local: &Local) -> Arc<Mutex<String>> {
    let (told, mut happenings) = (Arc::new(Mutex::new(String::new())), local.happenings().watch());
    let heard = Arc::clone(&told);
    tokio::spawn(async move {
        loop {
            let said = match happenings.recv().await {
                Ok(happening) => format!("{happening:?}\n"),
                Err(RecvError::Lagged(missed)) => panic!("{missed} happenings were missed"),
                Err(RecvError::Closed) => return,
            };
            heard.lock().expect("nobody panics with it").push_str(&said);
        }
    });
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_leaves_nothing_personal_in_any_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let contract = platform_tests::contracts::contract(root());
    let Outside { provider, carriers, messenger, secret } = Outside::local().expect("randomness");
    let outside = Outside { provider: Arc::new(provider), carriers: Arc::new(carriers), messenger, secret };
    let parts = parts_with(Place::Folder(folder.path().to_owned()), outside.clone());
    let local = Local::start(parts).expect("the platform starts");
    let told = listen(&local);
    let canaries = Canaries::new(&contract);
    let mut shop = Shop { local, contract: &contract, canaries, calls: 0, asked: BTreeSet::new() };

    let product = shop.open().await;
    let ada = shop.somebody("ada", CARD).await;
    let delivered = shop.order(&ada).await;
    shop.pack(&delivered).await;
    let mut courier = Courier::new(&shop.local, outside);
    for _ in 0..12 {
        courier.round().await;
        shop.settle().await;
    }
    // It holds on to the files.
    drop(courier);
    assert_eq!(shop.status(&delivered).await, "COMPLETED");
    let review = json!({ "customerId": ada.id, "rating": 5, "title": "A mug", "author": "Ada M." });
    shop.post("submitReview", &format!("/products/{product}/reviews"), review).await;
    let wish = json!({
        "customerId": ada.id, "sku": "MUG", "quantity": 1, "every": "MONTH", "addressId": ada.address,
        "paymentMethodId": ada.method
    });
    shop.post("subscribe", "/subscriptions", wish).await;
    shop.settle().await;
    shop.leave_a_dead_letter().await;
    let orders = shop.get("listOrders", &format!("/orders?customerId={}", ada.id)).await;
    for order in orders["items"].as_array().expect("items") {
        if order["status"] != "COMPLETED" {
            let path = format!("/orders/{}/cancel", text(order, "orderId"));
            shop.post("cancelOrder", &path, json!({ "reason": "CUSTOMER_REQUEST" })).await;
        }
    }
    shop.settle().await;
    let hers = shop.canaries.planted();
    let bob = shop.somebody("bob", "tok_visa_4242").await;
    shop.order(&bob).await;

    let path = format!("/customers/{}", ada.id);
    shop.call("eraseCustomer", (Method::DELETE, &path), None).await;
    shop.settle().await;
    let runs = shop.local.runs().list("erasure", 10).await.expect("runs can be read");
    let states: Vec<&str> = runs.iter().map(|run| run.status.as_str()).collect();
    assert_eq!(states, ["SUCCEEDED"]);
    let archived = shop.local.queues().archive(TENANT, 0, 10_000).await.expect("it can be read").len();
    let planted = shop.canaries.planted();
    let left = taking_personal_data(&contract).into_iter().filter(|it| !shop.asked.contains(it));
    assert_eq!(left.collect::<Vec<_>>(), OF_NOBODY, "operations that take personal data and were not asked");
    let Shop { local, canaries, calls, .. } = shop;
    local.stop().await;

    let files = texts_in(folder.path());
    let (of_ada, of_bob) = found(&files, &canaries, hers);
    assert_eq!(of_ada, BTreeSet::new(), "what was hers is still there");
    assert!(of_bob.iter().any(|it| it.starts_with("table.sqlite")), "what is his is found: {of_bob:?}");
    let told = told.lock().expect("nobody panics with it");
    assert_eq!(canaries.found_in(&told), BTreeSet::new(), "the console was told");
    assert!(told.contains("Cart.CheckedOut"), "the console is told of all else");
    println!(
        "{calls} calls with {planted} canaries, {hers} of them hers; {archived} events in the archive, {} files: {} of his are \
         found, none of hers",
        files.len(),
        of_bob.len()
    );
    assert!(hers >= 29 && archived > 40, "the story isn't told: {hers} canaries, {archived} events");
}
