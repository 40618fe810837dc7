//! What customers do in a run: drawn from its seed.

use std::time::Duration;

use futures_util::future::join_all;
use http::Method;
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::client::{Client, text};

/// When an order is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    Never,
    /// While it is being checked out.
    AtOnce,
    /// When all is at rest.
    Later,
}

/// An order of the story.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) quantity: i64,
    pub(crate) token: &'static str,
    pub(crate) cancelled: Cancelled,
    /// How long the customer thinks first.
    pub(crate) after: Duration,
}

/// What the client knows at the end.
#[derive(Debug)]
pub(crate) struct Told {
    /// Pieces that were delivered to the warehouse.
    pub(crate) stock: i64,
    /// Orders that were taken, with what was wished.
    pub(crate) orders: Vec<(String, Wish)>,
}

/// Tokens: one that is good, one that is declined, one of which the first try times out.
const TOKENS: [&str; 5] =
    ["tok_visa_4242", "tok_visa_4242", "tok_visa_4242", "tok_visa_0002", "tok_mastercard_0119"];

fn wishes(seed: u64) -> (i64, Vec<Wish>) {
    let mut chance = Chance::of(seed, "story");
    let count = 2 + chance.below(3);
    let wish = |chance: &mut Chance| Wish {
        quantity: 1 + i64::try_from(chance.below(3)).unwrap_or(0),
        token: chance.pick(&TOKENS),
        cancelled: chance.pick(&[Cancelled::Never, Cancelled::Never, Cancelled::AtOnce, Cancelled::Later]),
        after: Duration::from_millis(chance.below(400)),
    };
    let stock = 3 + i64::try_from(chance.below(9)).unwrap_or(0);
    (stock, (0..count).map(|_| wish(&mut chance)).collect())
}

/// A shop is opened, customers order at the same time, some change their minds.
pub(crate) async fn tell(shop: &Client<'_>, seed: u64) -> Told {
    let (stock, wishes) = wishes(seed);
    let warehouse = json!({ "code": "YUL1", "name": "Dorval", "country": "CA" });
    shop.post("/warehouses", "warehouse", &warehouse).await;
    let product =
        json!({ "sku": "MUG-BLUE", "title": "Blue mug", "price": { "amount": 1850, "currency": "CAD" } });
    let product = shop.post("/products", "product", &product).await;
    let path = format!("/products/{}/publish", text(&product, "productId"));
    shop.command(Method::POST, &path, "publish", None).await;
    let delivery = json!({ "warehouse": "YUL1", "change": stock, "reason": "DELIVERY" });
    shop.post("/stock/MUG-BLUE/adjustments", "delivery", &delivery).await;
    // The offer that carts look at comes by an event.
    shop.process.settle().await;
    let orders = wishes.iter().enumerate().map(|(number, wish)| order(shop, number, wish));
    let taken = join_all(orders).await;
    shop.process.settle().await;
    let orders: Vec<(String, Wish)> =
        taken.into_iter().zip(wishes).filter_map(|(id, wish)| Some((id?, wish))).collect();
    for (number, (id, wish)) in orders.iter().enumerate() {
        if wish.cancelled == Cancelled::Later {
            cancel(shop, id, number).await;
        }
    }
    shop.process.settle().await;
    Told { stock, orders }
}

/// One customer's way from nothing to an order; the id of the order, if it was taken.
async fn order(shop: &Client<'_>, number: usize, wish: &Wish) -> Option<String> {
    let customer = json!({ "email": format!("ada{number}@example.com"), "name": "Ada Moreau" });
    let customer =
        text(&shop.post("/customers", &format!("customer-{number}"), &customer).await, "customerId");
    let address = json!({ "address": {
        "recipient": "Ada Moreau", "line1": "12 rue Sherbrooke", "postalCode": "H2X 1X1", "city": "Montréal", "country": "CA"
    } });
    let path = format!("/customers/{customer}/addresses");
    let address = text(&shop.post(&path, &format!("address-{number}"), &address).await, "addressId");
    let method = json!({ "customerId": customer, "token": wish.token });
    let method = shop.post("/payment-methods", &format!("method-{number}"), &method).await;
    let cart = json!({ "customerId": customer, "currency": "CAD" });
    let cart = text(&shop.post("/carts", &format!("cart-{number}"), &cart).await, "cartId");
    let (item, quantity) = (format!("/carts/{cart}/items/MUG-BLUE"), json!({ "quantity": wish.quantity }));
    shop.command(Method::PUT, &item, &format!("item-{number}"), Some(&quantity)).await;
    shop.process.pause(wish.after).await;
    let checkout: Value =
        json!({ "addressId": address, "paymentMethodId": text(&method, "paymentMethodId") });
    let path = format!("/carts/{cart}/checkout");
    let taken = shop.attempt(Method::POST, &path, &format!("checkout-{number}"), Some(&checkout)).await;
    let id = text(&taken.ok()?, "orderId");
    if wish.cancelled == Cancelled::AtOnce {
        cancel(shop, &id, number).await;
    }
    Some(id)
}

/// Asks for a cancellation, which comes too late for an order that was rejected.
async fn cancel(shop: &Client<'_>, order: &str, number: usize) {
    let (path, why) = (format!("/orders/{order}/cancel"), json!({ "reason": "CUSTOMER_REQUEST" }));
    let key = format!("cancel-{number}");
    // Whether it was accepted doesn't matter here: the order has to rest in a state that the books agree with.
    let _ = shop.attempt(Method::POST, &path, &key, Some(&why)).await;
}
