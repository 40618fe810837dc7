//! A buyer who never gives up: every command has a key and is repeated until it is answered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::Door;

/// Pieces per order.
pub(crate) const QUANTITY: i64 = 2;

/// Where the platform is, for as long as it lives.
pub(crate) type SharedDoor = Arc<RwLock<Door>>;

/// A checkout that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Bought {
    pub(crate) cart: String,
    pub(crate) order: String,
}

/// What all buyers were answered.
pub(crate) type Acknowledged = Arc<Mutex<Vec<Bought>>>;

/// One buyer.
pub(crate) struct Buyer {
    pub(crate) name: String,
    pub(crate) door: SharedDoor,
    pub(crate) acknowledged: Acknowledged,
    /// Whether nobody will answer any more.
    pub(crate) gone: Arc<AtomicBool>,
}

impl Buyer {
    /// Buys until told to stop, then finishes what was begun.
    pub(crate) fn buy(&self, customer: &str, address: &str, stop: &AtomicBool) {
        let [good, declined] = ["tok_visa_4242", "tok_visa_0002"].map(|token| self.card(customer, token));
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let method = if number % 3 == 2 { &declined } else { &good };
            let name = format!("{}-{number}", self.name);
            self.order(&name, customer, address, method);
        }
    }

    /// Buys once, with a good card; the order.
    pub(crate) fn buy_once(&self, customer: &str, address: &str) -> String {
        self.order(&self.name, customer, address, &self.card(customer, "tok_visa_4242"))
    }

    fn card(&self, customer: &str, token: &str) -> Value {
        let method = json!({ "customerId": customer, "token": token });
        self.post("/payment-methods", &format!("{}-{token}", self.name), &method)["paymentMethodId"].clone()
    }

    fn order(&self, name: &str, customer: &str, address: &str, method: &Value) -> String {
        let cart = json!({ "customerId": customer, "currency": "CAD" });
        let cart = self.post("/carts", &format!("{name}-cart"), &cart);
        let cart = cart["cartId"].as_str().expect("a cart").to_owned();
        let quantity = json!({ "quantity": QUANTITY });
        self.insist(
            "PUT",
            &format!("/carts/{cart}/items/MUG-BLUE"),
            &format!("{name}-item"),
            Some(&quantity),
        );
        let checkout = json!({ "addressId": address, "paymentMethodId": method });
        let checkout = self.post(&format!("/carts/{cart}/checkout"), &format!("{name}-checkout"), &checkout);
        let order = checkout["orderId"].as_str().expect("an order").to_owned();
        let bought = Bought { order: order.clone(), cart };
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).push(bought);
        order
    }

    pub(crate) fn post(&self, path: &str, key: &str, body: &Value) -> Value {
        self.insist("POST", path, key, Some(body))
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.insist("GET", path, "read", None)
    }

    /// Repeats a command under its key until it is answered.
    pub(crate) fn insist(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Value {
        loop {
            let door = self.door.read().expect("nobody panics with the door in hand").clone();
            match door.ask(method, path, key, body) {
                Some((200..=299, answer)) => return answer,
                // Without a word: that is what the test wants.
                None if self.gone.load(Ordering::Relaxed) => std::panic::resume_unwind(Box::new("gone")),
                None | Some((503, _)) => thread::yield_now(),
                Some((status, answer)) => panic!("{}: {method} {path}: {status} {answer}", self.name),
            }
            // The next process needs a moment; a buyer that asks without pause would take it from it.
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}
