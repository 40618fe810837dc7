//! What every shop has: customers, products, stock, carts and cards, and where they contradict themselves.

use std::sync::Arc;

use bytes::Bytes;
use commerce_model::types::LegalHold;
use commerce_store::{Commerce, PlaceLegalHold};
use http::Request;
use serde_json::{Value, json};
use stipule_runtime::wire::{Posture, from_slice};
use stipule_runtime::{Caller, Context, Principal};

use crate::house::{House, STORES, text};

async fn open() -> House {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 5).await;
    house.settle().await;
    house
}

fn address(line: usize) -> Value {
    json!({ "address": { "recipient": "Ada", "line1": format!("{line} rue Sherbrooke"), "city": "Montréal", "country": "CA" } })
}

#[tokio::test]
async fn customers_are_changed_and_no_two_have_one_address_of_mail() {
    let house = open().await;
    let (ada, bob) =
        (house.customer("ada", "tok_visa_4242").await, house.customer("bob", "tok_visa_4242").await);
    let path = format!("/customers/{}", ada.id);
    assert_eq!(text(&house.get(&path).await, "name"), "ada");
    let taken = json!({ "email": "ADA@example.com", "name": "Somebody else" });
    assert_eq!(house.call("POST", "/customers", Some(taken)).await.0, 409);
    let changed = house.ok("PATCH", &path, Some(json!({ "name": "Ada L." }))).await;
    assert_eq!(text(&changed, "name"), "Ada L.");
    house.settle().await;
    assert_eq!(house.published("Customer.Updated").await, 1);
    let taken = json!({ "email": "bob@example.com" });
    assert_eq!(house.call("PATCH", &path, Some(taken)).await.0, 409);
    assert_eq!(text(&house.get(&format!("/customers/{}", bob.id)).await, "email"), "bob@example.com");
    assert_eq!(house.call("DELETE", &format!("/customers/{}", bob.id), None).await.0, 204);
    house.settle().await;
    assert_eq!(house.call("GET", &format!("/customers/{}", bob.id), None).await.0, 404);
    assert_eq!(house.call("GET", &format!("/loyalty/{}", bob.id), None).await.0, 404);
    house.assert_replay_changes_nothing(&[&path]).await;
}

#[tokio::test]
async fn twenty_addresses_and_ten_cards_are_enough() {
    let house = open().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let addresses = format!("/customers/{}/addresses", ada.id);
    for line in 1..20 {
        house.post(&addresses, address(line)).await;
    }
    assert_eq!(house.call("POST", &addresses, Some(address(20))).await.0, 409);
    let one = format!("{addresses}/{}", ada.address);
    assert_eq!(house.call("DELETE", &one, None).await.0, 204);
    house.post(&addresses, address(20)).await;
    let listed = house.get(&format!("{addresses}?limit=100")).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(20));
    let card = json!({ "customerId": ada.id, "token": "tok_visa_4242" });
    for _ in 1..10 {
        house.post("/payment-methods", card.clone()).await;
    }
    assert_eq!(house.call("POST", "/payment-methods", Some(card.clone())).await.0, 409);
    let one = format!("/payment-methods/{}", ada.method);
    assert_eq!(house.call("DELETE", &one, None).await.0, 204);
    house.post("/payment-methods", card).await;
}

#[tokio::test]
async fn whoever_is_under_a_legal_hold_is_not_erased() {
    let house = open().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let hold = json!({
        "customerId": ada.id, "reason": "Tax audit", "placedBy": "staff|grace", "placedAt": "2026-11-02T09:00:00Z"
    });
    let legal_hold: LegalHold =
        from_slice(hold.to_string().as_bytes(), Posture::Closed).expect("a hold keeps its contract");
    let cx = Context::job(Arc::clone(house.local.ports()), STORES[0], "an audit".to_owned());
    let write = PlaceLegalHold { customer_id: legal_hold.customer_id, legal_hold };
    Commerce::of(&cx).place_legal_hold(write).commit().await.expect("the hold is placed");
    assert_eq!(house.call("DELETE", &format!("/customers/{}", ada.id), None).await.0, 409);
}

#[tokio::test]
async fn products_have_a_sku_each_and_are_published_once() {
    let house = open().await;
    let price = json!({ "amount": 100, "currency": "CAD" });
    let product = |sku: &str| json!({ "sku": sku, "title": "A cup", "price": price });
    assert_eq!(house.call("POST", "/products", Some(product("MUG-BLUE"))).await.0, 409);
    let id = text(&house.post("/products", product("CUP-RED")).await, "productId");
    assert_eq!(text(&house.get(&format!("/products/{id}")).await, "status"), "DRAFT");
    let publish = format!("/products/{id}/publish");
    house.ok("POST", &publish, None).await;
    let (status, problem) = house.call("POST", &publish, None).await;
    assert_eq!(
        (status, &problem["state"], &problem["allowed"]),
        (409, &json!("PUBLISHED"), &json!(["RETIRED"]))
    );
    house.ok("DELETE", &format!("/products/{id}"), None).await;
    house.settle().await;
    house.assert_replay_changes_nothing(&["/search?q=cup", "/stock/MUG-BLUE"]).await;
}

/// The status of a POST without a body, under a key of idempotency.
async fn keyed(house: &House, path: &str, key: &str) -> u16 {
    let request = Request::post(path).header("idempotency-key", key);
    let request = request.body(Bytes::new()).expect("a well-formed request");
    let principal = Principal::new("staff|grace", commerce::scopes());
    let caller = Caller::Known { tenant: STORES[0].to_owned(), principal };
    house.local.app().handle(request, caller, house.local.ports()).await.status().as_u16()
}

#[tokio::test]
async fn a_key_of_one_command_is_not_that_of_another() {
    let house = open().await;
    let price = json!({ "amount": 100, "currency": "CAD" });
    let mut answers = Vec::new();
    for sku in ["CUP-RED", "CUP-BLUE"] {
        let product = json!({ "sku": sku, "title": "A cup", "price": price });
        let id = text(&house.post("/products", product).await, "productId");
        answers.push(keyed(&house, &format!("/products/{id}/publish"), "one").await);
    }
    assert_eq!(answers, [200, 422]);
}

#[tokio::test]
async fn carts_change_until_they_are_checked_out_and_stock_never_goes_below_nothing() {
    let house = open().await;
    let ada = house.customer("ada", "tok_visa_4242").await;
    let cart = house.cart(&ada, "MUG-BLUE", 1).await;
    let item = format!("/carts/{cart}/items/MUG-BLUE");
    assert_eq!(house.call("DELETE", &item, None).await.0, 204);
    house.ok("PUT", &item, Some(json!({ "quantity": 2 }))).await;
    house.check_out(&ada, &cart).await;
    for (method, body) in [("PUT", Some(json!({ "quantity": 3 }))), ("DELETE", None)] {
        let (status, problem) = house.call(method, &item, body).await;
        assert_eq!((status, &problem["state"]), (409, &json!("CHECKED_OUT")), "{method}");
    }
    let nobody = json!({ "customerId": cart, "currency": "CAD" });
    assert_eq!(house.call("POST", "/carts", Some(nobody)).await.0, 404);
    let nobody = json!({ "customerId": cart, "token": "tok_visa_4242" });
    assert_eq!(house.call("POST", "/payment-methods", Some(nobody)).await.0, 404);
    let empty = house.post("/carts", json!({ "customerId": ada.id, "currency": "CAD" })).await;
    let terms = json!({ "addressId": ada.address, "paymentMethodId": ada.method });
    let path = format!("/carts/{}/checkout", text(&empty, "cartId"));
    assert_eq!(house.call("POST", &path, Some(terms)).await.0, 409, "nothing is in it");
    house.settle().await;
    let gone = json!({ "warehouse": "YUL1", "change": -4, "reason": "DAMAGE" });
    assert_eq!(
        house.call("POST", "/stock/MUG-BLUE/adjustments", Some(gone)).await.0,
        409,
        "two are promised"
    );
    let some = json!({ "warehouse": "YUL1", "change": -3, "reason": "DAMAGE", "lowStockAt": 2 });
    house.post("/stock/MUG-BLUE/adjustments", some).await;
    house.settle().await;
    let listed = house.get("/warehouses").await;
    assert_eq!(listed["items"][0]["code"], "YUL1");
    assert!(house.published("Inventory.LowStock").await > 0);
    house.assert_replay_changes_nothing(&["/stock/MUG-BLUE"]).await;
}
