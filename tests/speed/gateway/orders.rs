//! Customers who buy, and the warehouse that packs it: each order goes all its way, through checkout, and fulfilment or
//! cancellation.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::process::Shop;
use crate::series::{Log, NO_ANSWER, is_done, is_turned_away};
use crate::wire::{Wire, request};

/// What is bought: it lies in one warehouse, so that an order has one part.
pub(crate) const SKU: &str = "TRAY-ASH";

/// Pieces per order.
pub(crate) const QUANTITY: i64 = 2;

/// About how many calls one order is made of.
pub(crate) const CALLS: u32 = 8;

/// Enough for any soak.
const DELIVERY: i64 = 1_000_000;

const CUSTOMERS: usize = 20;

/// How long a buyer waits before looking how things are, and how long at most.
const LOOK: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(60);

/// How an order is wanted to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wish {
    Delivered,
    /// The card is declined.
    Rejected,
    /// The buyer changes her mind.
    Cancelled,
}

impl Wish {
    /// Of ten orders eight are delivered.
    fn of(number: usize) -> Self {
        match number % 10 {
            3 => Self::Rejected,
            6 => Self::Cancelled,
            _ => Self::Delivered,
        }
    }

    /// The status that an order ends with.
    pub(crate) const fn end(self) -> &'static str {
        match self {
            Self::Delivered => "COMPLETED",
            Self::Rejected => "REJECTED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// An order whose checkout was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Bought {
    pub(crate) order: Box<str>,
    pub(crate) wish: Wish,
}

/// What came of all buyers.
#[derive(Default)]
pub(crate) struct Trade {
    pub(crate) bought: Vec<Bought>,
    /// Why some didn't come to the end of what they wanted to do, and how many.
    pub(crate) stopped: BTreeMap<String, usize>,
}

/// Where everything is bought.
pub(crate) struct Market {
    host: String,
    token: String,
    customers: Vec<Customer>,
    /// Pieces of [`SKU`] before the first order.
    pub(crate) pieces: i64,
}

struct Customer {
    id: String,
    address: String,
    good: String,
    declined: String,
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("`{member}` in {value}")).to_owned()
}

impl Market {
    /// Stock for all, and customers who are known: a first order may be for a person to look at.
    pub(crate) async fn open(shop: &Shop, log: &Log) -> Arc<Self> {
        let delivery = json!({ "warehouse": "YUL1", "change": DELIVERY, "reason": "DELIVERY" });
        shop.post(&format!("/stock/{SKU}/adjustments"), &delivery).await;
        let stock = shop.get(&format!("/stock/{SKU}")).await;
        let mut customers = Vec::new();
        for number in 0..CUSTOMERS {
            customers.push(Customer::open(shop, number).await);
        }
        let pieces = stock["onHand"].as_i64().expect("a count");
        let (host, token) = (shop.host().to_owned(), shop.token().to_owned());
        let market = Arc::new(Self { host, token, customers, pieces });
        for number in 0..CUSTOMERS {
            let mut buyer = market.buyer(&format!("first-{number}"), log);
            let customer = &market.customers[number];
            let order = buyer.order(customer, &customer.good).await.expect("it is taken");
            let status = buyer.decided(&order).await.expect("it is decided");
            assert_eq!(status, "CONFIRMED");
            buyer.pack(&order).await.expect("it is packed");
        }
        market
    }

    /// Orders that were delivered before the trade.
    pub(crate) fn firsts(&self) -> usize {
        self.customers.len()
    }

    fn buyer(&self, name: &str, log: &Log) -> Buyer<'_> {
        Buyer { market: self, name: name.to_owned(), step: 0, wire: None, log: log.clone() }
    }

    /// So many orders a second, whatever becomes of those before.
    pub(crate) async fn trade(self: &Arc<Self>, rate: u32, during: Duration, log: &Log) -> Trade {
        let began = Instant::now();
        let (mut buyers, mut trade) = (JoinSet::new(), Trade::default());
        let mut number = 0;
        loop {
            let due = Duration::from_secs_f64(number as f64 / f64::from(rate));
            if due >= during {
                break;
            }
            tokio::time::sleep_until((began + due).into()).await;
            let (market, log) = (Arc::clone(self), log.clone());
            buyers.spawn(async move { market.buy(number, &log).await });
            std::iter::from_fn(|| buyers.try_join_next()).for_each(|it| trade.add(it.expect("no fault")));
            number += 1;
        }
        while let Some(ended) = buyers.join_next().await {
            trade.add(ended.expect("no fault"));
        }
        trade
    }

    async fn buy(&self, number: usize, log: &Log) -> (Option<Bought>, Result<(), String>) {
        let wish = Wish::of(number);
        let customer = &self.customers[number % self.customers.len()];
        let card = if wish == Wish::Rejected { &customer.declined } else { &customer.good };
        let mut buyer = self.buyer(&format!("order-{number}"), log);
        match buyer.order(customer, card).await {
            Ok(order) => {
                let done = buyer.follow(&order, wish).await;
                (Some(Bought { order: order.into(), wish }), done)
            }
            Err(why) => (None, Err(why)),
        }
    }
}

impl Customer {
    async fn open(shop: &Shop, number: usize) -> Self {
        let customer = crate::customer(&format!("buyer-{number}@example.com"));
        let id = text(&shop.post("/customers", &customer).await, "customerId");
        let address = json!({ "address": {
            "recipient": "Ada", "line1": "12 rue Sherbrooke", "postalCode": "H2X 1X1", "city": "Montréal", "country": "CA"
        } });
        let address = text(&shop.post(&format!("/customers/{id}/addresses"), &address).await, "addressId");
        let mut cards = Vec::new();
        for token in ["tok_visa_4242", "tok_visa_0002"] {
            let card = json!({ "customerId": id, "token": token });
            cards.push(text(&shop.post("/payment-methods", &card).await, "paymentMethodId"));
        }
        let [good, declined] = cards.try_into().expect("two cards");
        Self { id, address, good, declined }
    }
}

impl Trade {
    fn add(&mut self, (bought, done): (Option<Bought>, Result<(), String>)) {
        self.bought.extend(bought);
        if let Err(why) = done {
            *self.stopped.entry(why).or_default() += 1;
        }
    }
}

/// Somebody with one order.
struct Buyer<'m> {
    market: &'m Market,
    /// Begin of the keys of all commands.
    name: String,
    step: u32,
    wire: Option<Wire>,
    log: Log,
}

impl Buyer<'_> {
    /// Fills a cart and checks it out; the order.
    async fn order(&mut self, customer: &Customer, card: &str) -> Result<String, String> {
        let cart = json!({ "customerId": customer.id, "currency": "CAD" });
        let cart = text(&self.command("POST", "/carts", &cart).await?, "cartId");
        let quantity = json!({ "quantity": QUANTITY });
        self.command("PUT", &format!("/carts/{cart}/items/{SKU}"), &quantity).await?;
        let checkout = json!({ "addressId": customer.address, "paymentMethodId": card });
        let checkout = self.command("POST", &format!("/carts/{cart}/checkout"), &checkout).await?;
        Ok(text(&checkout, "orderId"))
    }

    /// Does what is wanted of an order.
    async fn follow(&mut self, order: &str, wish: Wish) -> Result<(), String> {
        let status = self.decided(order).await?;
        match (wish, status.as_str()) {
            (Wish::Rejected, "REJECTED") => Ok(()),
            (Wish::Delivered, "CONFIRMED") => self.pack(order).await,
            (Wish::Cancelled, "CONFIRMED") => {
                let reason = json!({ "reason": "CUSTOMER_REQUEST" });
                self.command("POST", &format!("/orders/{order}/cancel"), &reason).await.map(drop)
            }
            _ => Err(format!("an order that should have been {wish:?} was {status}")),
        }
    }

    /// The status with which a checkout ended.
    async fn decided(&mut self, order: &str) -> Result<String, String> {
        let path = format!("/orders/{order}");
        let status = |it: Value| {
            it["status"].as_str().filter(|it| !["PLACED", "RESERVED"].contains(it)).map(str::to_owned)
        };
        self.until(&path, status).await
    }

    /// What the warehouse does: everything is on the shelf.
    async fn pack(&mut self, order: &str) -> Result<(), String> {
        let part = |it: Value| it["items"][0]["fulfilmentId"].as_str().map(str::to_owned);
        let part = self.until(&format!("/fulfilments?orderId={order}"), part).await?;
        let lines = json!({ "lines": [{ "lineNo": 1, "picked": QUANTITY }] });
        self.command("POST", &format!("/fulfilments/{part}/pick"), &lines).await?;
        let weight = json!({ "weightGrams": 900 });
        self.command("POST", &format!("/fulfilments/{part}/pack"), &weight).await.map(drop)
    }

    /// Looks again and again, until what is looked for is there.
    async fn until(&mut self, path: &str, found: impl Fn(Value) -> Option<String>) -> Result<String, String> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK).await;
            let (status, answer) = self.ask("GET", path, None).await;
            if let Some(found) = found(answer).filter(|_| is_done(status)) {
                return Ok(found);
            }
        }
        Err("what was to come of an order didn't come in a minute".to_owned())
    }

    /// A command, under its key until it is answered.
    async fn command(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.step += 1;
        let began = Instant::now();
        loop {
            match self.ask(method, path, Some(body)).await {
                (status, answer) if is_done(status) => return Ok(answer),
                (status, _)
                    if (is_turned_away(status) || status == NO_ANSWER) && began.elapsed() < PATIENCE =>
                {
                    tokio::time::sleep(LOOK).await;
                }
                (status, answer) => {
                    return Err(format!("{method} answered with {status}: {}", answer["title"]));
                }
            }
        }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let Market { host, token, .. } = self.market;
        let key = format!("Idempotency-Key: {}-{}\r\n", self.name, self.step);
        let bytes = request(method, path, host, token, &key, body);
        let since = Instant::now();
        if self.wire.is_none() {
            self.wire = Wire::open(host).await.ok();
        }
        let answer = match &mut self.wire {
            Some(wire) => wire.ask(&bytes).await.ok(),
            None => None,
        };
        let status = answer.as_ref().map_or(NO_ANSWER, |(status, _)| *status);
        let answer = answer.map(|(_, body)| serde_json::from_slice(body).unwrap_or_default());
        self.log.note("order", status, since.elapsed());
        if answer.is_none() {
            self.wire = None;
        }
        (status, answer.unwrap_or_default())
    }
}
