//! A shop under load, and whether its books balance: judged from outside, by what the API says.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::buyer::{Acknowledged, Bought, Buyer, QUANTITY, SharedDoor};
use super::server::{Door, Server};

const BUYERS: usize = 4;
const STOCK: i64 = 1_000_000;

/// Buyers who go on whatever becomes of the platform.
pub(crate) struct Shop {
    pub(crate) server: Option<Server>,
    door: SharedDoor,
    acknowledged: Acknowledged,
    /// How many of them were looked at after a fault.
    looked: usize,
    keeper: Buyer,
    stop: Arc<AtomicBool>,
    gone: Arc<AtomicBool>,
    buyers: Vec<JoinHandle<()>>,
}

impl Shop {
    /// Opens a shop on a platform, and lets buyers in.
    pub(crate) fn open(server: Server) -> Self {
        let door: SharedDoor = Arc::new(RwLock::new(door_of(&server)));
        let acknowledged = Acknowledged::default();
        let gone = Arc::new(AtomicBool::new(false));
        let buyer = |name: String| Buyer {
            name,
            door: Arc::clone(&door),
            acknowledged: Arc::clone(&acknowledged),
            gone: Arc::clone(&gone),
        };
        let keeper = buyer("keeper".to_owned());
        let (customer, address) = set_up(&keeper);
        // A customer who is known: many first orders at once, some on cards that are declined, are for a person to look at.
        let first = keeper.buy_once(&customer, &address);
        assert_eq!(rest(&keeper, &first), "CONFIRMED");
        let stop = Arc::new(AtomicBool::new(false));
        let buyers = (0..BUYERS)
            .map(|number| {
                let buyer = buyer(format!("buyer{number}"));
                let (customer, address, stop) = (customer.clone(), address.clone(), Arc::clone(&stop));
                thread::spawn(move || buyer.buy(&customer, &address, &stop))
            })
            .collect();
        Self { server: Some(server), door, acknowledged, looked: 0, keeper, stop, gone, buyers }
    }

    /// The process of the platform.
    pub(crate) fn process(&self) -> u32 {
        self.server.as_ref().expect("it runs").id()
    }

    /// The platform dies.
    pub(crate) fn kill(&mut self) {
        self.server.take().expect("it runs").kill();
    }

    /// Another process over the same data; how long it took until it answered.
    pub(crate) fn recover(&mut self, data: &Path) -> Duration {
        let began = Instant::now();
        let server = Server::start(data);
        let door = door_of(&server);
        assert!(matches!(door.ask("GET", "/stock/MUG-BLUE", "read", None), Some((200, _))), "it answers");
        let took = began.elapsed();
        self.take(server);
        took
    }

    /// Goes on with another process.
    pub(crate) fn take(&mut self, server: Server) {
        *self.door.write().expect("nobody panics with the door in hand") = door_of(&server);
        self.server = Some(server);
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        self.door.read().expect("nobody panics with the door in hand").address.clone()
    }

    /// The platform dies and buyers have nobody to ask any more.
    pub(crate) fn abandon(mut self) {
        self.kill();
        self.gone.store(true, Ordering::Relaxed);
        // None of them has got to its end.
        self.buyers.drain(..).for_each(|buyer| drop(buyer.join()));
    }

    /// One call that isn't repeated.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let door = self.door.read().expect("nobody panics with the door in hand").clone();
        door.ask(method, path, key, body)
    }

    fn acknowledged(&self) -> Vec<Bought> {
        self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many more checkouts were acknowledged.
    pub(crate) fn sell(&self, more: usize) {
        let wanted = self.acknowledged().len() + more;
        let patience = Instant::now() + Duration::from_secs(120);
        while self.acknowledged().len() < wanted {
            assert!(Instant::now() < patience, "nothing is sold");
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Judges what must hold at any moment: what was acknowledged since the last look is there, and each piece of stock is
    /// somewhere.
    pub(crate) fn look(&mut self) {
        let acknowledged = self.acknowledged();
        for bought in &acknowledged[self.looked..] {
            let cart = self.keeper.get(&format!("/carts/{}", bought.cart));
            assert_eq!(cart["status"], "CHECKED_OUT", "an acknowledged checkout is lost: {bought:?}: {cart}");
        }
        self.looked = acknowledged.len();
        let stock = self.keeper.get("/stock/MUG-BLUE");
        let [on_hand, reserved, available] =
            ["onHand", "reserved", "available"].map(|it| stock["levels"][0][it].as_i64().expect("a number"));
        assert_eq!((on_hand, reserved + available), (STOCK, STOCK), "{stock}");
    }

    /// Waits until nothing is in any queue, and has everything tried again that a fault was too long for; how much that was.
    pub(crate) fn redrive(&self) -> usize {
        let patience = Instant::now() + Duration::from_secs(120);
        let (mut redriven, mut quiet) = (0, 0);
        // For two seconds: what a saga does next may be in no queue.
        while quiet < 20 {
            assert!(Instant::now() < patience, "{:#}", self.keeper.get("/console/api/state"));
            let parked = parked(&self.keeper);
            for body in &parked {
                self.keeper.post("/console/api/redrive", "redrive", body);
            }
            redriven += parked.len();
            let state = self.keeper.get("/console/api/state");
            let busy = state["queues"].as_array().into_iter().flatten();
            let is_busy = busy.into_iter().any(|it| it["waiting"] != 0 || it["handled"] != 0);
            quiet = if is_busy || !parked.is_empty() { 0 } else { quiet + 1 };
            thread::park_timeout(Duration::from_millis(100));
        }
        redriven
    }

    /// The buyers finish what they have begun.
    pub(crate) fn send_home(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.buyers.drain(..).for_each(|buyer| buyer.join().expect("no buyer was refused"));
    }

    /// The buyers go home; once everything came to rest the books must balance. How many orders there were.
    pub(crate) fn close(mut self) -> usize {
        self.send_home();
        assert_eq!(self.redrive(), 0, "nothing waits for a person");
        let orders: Vec<String> = self.acknowledged().into_iter().map(|it| it.order).collect();
        let statuses: Vec<String> = orders.iter().map(|order| rest(&self.keeper, order)).collect();
        judge(&self.keeper, &orders, &statuses);
        self.kill();
        orders.len()
    }
}

pub(crate) fn door_of(server: &Server) -> Door {
    Door { address: server.address.clone(), token: server.token.clone() }
}

fn set_up(keeper: &Buyer) -> (String, String) {
    keeper.post("/warehouses", "warehouse", &json!({ "code": "YUL1", "name": "Dorval", "country": "CA" }));
    let price = json!({ "amount": 1850, "currency": "CAD" });
    let product = json!({ "sku": "MUG-BLUE", "title": "Blue mug", "price": price });
    let product = keeper.post("/products", "product", &product);
    let product = product["productId"].as_str().expect("a product").to_owned();
    keeper.insist("POST", &format!("/products/{product}/publish"), "publish", None);
    let delivery = json!({ "warehouse": "YUL1", "change": STOCK, "reason": "DELIVERY" });
    keeper.post("/stock/MUG-BLUE/adjustments", "delivery", &delivery);
    let name = &keeper.name;
    let customer = json!({ "email": format!("{name}@example.com"), "name": "Ada" });
    let customer = keeper.post("/customers", &format!("{name}-customer"), &customer);
    let customer = customer["customerId"].as_str().expect("a customer").to_owned();
    let address = json!({ "address": {
        "recipient": "Ada", "line1": "12 rue Sherbrooke", "postalCode": "H2X 1X1", "city": "Montréal", "country": "CA"
    } });
    let address =
        keeper.post(&format!("/customers/{customer}/addresses"), &format!("{name}-address"), &address);
    let address = address["addressId"].as_str().expect("an address").to_owned();
    (customer, address)
}

/// What waits for a person, as the console is asked to try it again.
fn parked(keeper: &Buyer) -> Vec<Value> {
    let found = keeper.get("/console/api/letters");
    let of = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    let letters = of("letters");
    let letters =
        letters.iter().map(|it| json!({ "subscription": it["subscription"], "event": it["event"] }));
    letters.chain(of("cases").iter().map(|it| json!({ "case": it["id"] }))).collect()
}

/// The status in which an order comes to rest.
fn rest(keeper: &Buyer, order: &str) -> String {
    let patience = Instant::now() + Duration::from_secs(120);
    loop {
        // The cart is checked out before the order is placed: until then it isn't there.
        let door = keeper.door.read().expect("nobody panics with the door in hand").clone();
        if let Some((200, found)) = door.ask("GET", &format!("/orders/{order}"), "read", None) {
            let status = found["status"].as_str().unwrap_or_default();
            if status == "CONFIRMED" || (status == "REJECTED" && holds_nothing(keeper, order)) {
                return status.to_owned();
            }
        }
        if Instant::now() > patience {
            let told = ["/console/api/letters", "/console/api/state"].map(|path| keeper.get(path));
            let told = [&told[..], &[keeper.get(&format!("/orders/{order}/history"))]].concat();
            panic!("order {order} doesn't come to rest: {told:#?}");
        }
        thread::park_timeout(Duration::from_millis(20));
    }
}

/// Whether what was reserved for a rejected order is free again; a step that failed too often rejects it before.
fn holds_nothing(keeper: &Buyer, order: &str) -> bool {
    let history = keeper.get(&format!("/orders/{order}/history"))["items"].to_string();
    !history.contains("Inventory.Reserved") || history.contains("Inventory.ReservationReleased")
}

fn judge(keeper: &Buyer, orders: &[String], statuses: &[String]) {
    let confirmed = statuses.iter().filter(|status| *status == "CONFIRMED").count();
    let stock = keeper.get("/stock/MUG-BLUE");
    let level = &stock["levels"][0];
    let reserved = i64::try_from(confirmed).expect("few orders") * QUANTITY;
    assert_eq!(level["onHand"], STOCK, "nothing was shipped");
    assert_eq!(level["reserved"], reserved, "each confirmed order holds its stock once");
    assert_eq!(level["available"], STOCK - reserved, "the rest is for sale");
    let mut listed: Vec<String> = Vec::new();
    let mut path = "/orders?limit=100".to_owned();
    loop {
        let page = keeper.get(&path);
        let ids = page["items"].as_array().expect("items").iter().map(|order| &order["orderId"]);
        listed.extend(ids.filter_map(Value::as_str).map(str::to_owned));
        let Some(next) = page["nextCursor"].as_str() else { break };
        path = format!("/orders?limit=100&cursor={next}");
    }
    let mut acknowledged = orders.to_vec();
    acknowledged.sort();
    listed.sort();
    assert_eq!(listed, acknowledged, "every acknowledged order once, and no other");
}
