//! Orders as a client places them: every command with a key, repeated under the same key until it is answered.

use std::collections::BTreeMap;
use std::sync::Mutex;

use http::Method;
use serde_json::{Value, json};

use super::process::{Answer, Process};

/// What the client was answered, by the key of the command: it outlives the platform's process.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<BTreeMap<String, Value>>);

/// What the client knows at the end.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) orders: Vec<String>,
}

/// How a story ends.
pub(crate) enum Ending {
    /// Every command was answered and everything came to rest.
    Finished(Told),
    /// The process died; the rest is told to the next one.
    Died,
}

/// Pieces on the shelf at the beginning.
pub(crate) const STOCK: i64 = 10;
/// Pieces per order.
pub(crate) const QUANTITY: i64 = 2;

/// Sets a shop up and places three orders: one that succeeds, one that is declined, one that is cancelled.
pub(crate) async fn tell(process: &Process, memory: &Memory) -> Ending {
    match commands(process, memory).await {
        Some(told) if process.settle().await => Ending::Finished(told),
        _ => Ending::Died,
    }
}

/// Somebody who may order.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) address: String,
}

/// A shop with one product on its shelf and one customer.
pub(crate) async fn open(shop: &Client<'_>) -> Option<Customer> {
    let warehouse = json!({ "code": "YUL1", "name": "Dorval", "country": "CA" });
    shop.post("/warehouses", "warehouse", &warehouse).await?;
    let product =
        json!({ "sku": "MUG-BLUE", "title": "Blue mug", "price": { "amount": 1850, "currency": "CAD" } });
    let product = shop.post("/products", "product", &product).await?;
    let path = format!("/products/{}/publish", text(&product, "productId"));
    shop.call(Method::POST, &path, "publish", None).await?;
    let delivery = json!({ "warehouse": "YUL1", "change": STOCK, "reason": "DELIVERY" });
    shop.post("/stock/MUG-BLUE/adjustments", "delivery", &delivery).await?;
    let customer = json!({ "email": "ada@example.com", "name": "Ada Moreau" });
    let id = text(&shop.post("/customers", "customer", &customer).await?, "customerId");
    let address = json!({ "address": {
        "recipient": "Ada Moreau", "line1": "12 rue Sherbrooke", "postalCode": "H2X 1X1", "city": "Montréal", "country": "CA"
    } });
    let address = shop.post(&format!("/customers/{id}/addresses"), "address", &address).await?;
    Some(Customer { id, address: text(&address, "addressId") })
}

async fn commands(process: &Process, memory: &Memory) -> Option<Told> {
    let shop = Client { process, memory };
    let Customer { id: customer, address } = open(&shop).await?;
    let mut told = Told::default();
    for (name, token) in [("good", "tok_visa_4242"), ("bad", "tok_visa_0002"), ("gone", "tok_visa_4242")] {
        let method = json!({ "customerId": customer, "token": token });
        let method = shop.post("/payment-methods", &format!("method-{name}"), &method).await?;
        let cart = json!({ "customerId": customer, "currency": "CAD" });
        let cart = text(&shop.post("/carts", &format!("cart-{name}"), &cart).await?, "cartId");
        let quantity = json!({ "quantity": QUANTITY });
        let item = format!("/carts/{cart}/items/MUG-BLUE");
        shop.call(Method::PUT, &item, &format!("item-{name}"), Some(&quantity)).await?;
        let checkout = json!({ "addressId": address, "paymentMethodId": text(&method, "paymentMethodId") });
        let path = format!("/carts/{cart}/checkout");
        let checkout = shop.post(&path, &format!("checkout-{name}"), &checkout).await?;
        told.orders.push(text(&checkout, "orderId"));
    }
    if !process.settle().await {
        return None;
    }
    let cancel = format!("/orders/{}/cancel", told.orders[2]);
    shop.post(&cancel, "cancel", &json!({ "reason": "CUSTOMER_REQUEST" })).await?;
    Some(told)
}

pub(crate) struct Client<'p> {
    pub(crate) process: &'p Process,
    pub(crate) memory: &'p Memory,
}

impl Client<'_> {
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Option<Value> {
        self.call(Method::POST, path, key, Some(body)).await
    }

    async fn call(&self, method: Method, path: &str, key: &str, body: Option<&Value>) -> Option<Value> {
        if let Some(answer) = self.memory.0.lock().expect("one client").get(key) {
            return Some(answer.clone());
        }
        match self.process.call(method.clone(), path, key, body).await {
            Answer::Said(200..=299, answer) => {
                self.memory.0.lock().expect("one client").insert(key.to_owned(), answer.clone());
                Some(answer)
            }
            Answer::Said(status, answer) => panic!("{method} {path} was refused with {status}: {answer}"),
            Answer::Died => None,
        }
    }
}

pub(crate) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}")).to_owned()
}
