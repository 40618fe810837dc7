//! The real process is killed at random under load; what was acknowledged is there, nothing is there twice.

mod buyer;
mod server;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use buyer::{Buyer, QUANTITY, SharedDoor};
use serde_json::{Value, json};
use server::{Door, Server};

const BUYERS: usize = 4;
const STOCK: i64 = 1_000_000;

fn kills() -> usize {
    if std::env::var_os("STIPULE_DEEP").is_some() { 1_000 } else { 100 }
}

/// Repeatable choice of the moments: SplitMix64.
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[test]
fn a_hundred_kills_under_load_lose_nothing_and_repeat_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(folder.path());
    let door: SharedDoor = Arc::new(RwLock::new(door_of(&server)));
    let keeper = Buyer { name: "keeper".to_owned(), door: Arc::clone(&door) };
    let (customer, address) = set_up(&keeper);
    let stop = Arc::new(AtomicBool::new(false));
    let buyers: Vec<_> = (0..BUYERS)
        .map(|number| {
            let buyer = Buyer { name: format!("buyer{number}"), door: Arc::clone(&door) };
            let (customer, address, stop) = (customer.clone(), address.clone(), Arc::clone(&stop));
            thread::spawn(move || buyer.buy(&customer, &address, &stop))
        })
        .collect();
    let seed = 20_261_123;
    println!("seed {seed}");
    let server = kill_often(server, folder.path(), &door, seed);
    stop.store(true, Ordering::Relaxed);
    let orders: Vec<String> =
        buyers.into_iter().flat_map(|buyer| buyer.join().expect("no buyer was refused")).collect();
    let statuses: Vec<String> = orders.iter().map(|order| rest(&keeper, order)).collect();
    judge(&keeper, &orders, &statuses);
    println!("{} kills, {} orders acknowledged, none lost, none twice", kills(), orders.len());
    server.kill();
}

fn door_of(server: &Server) -> Door {
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
    let customer =
        keeper.post("/customers", "customer", &json!({ "email": "ada@example.com", "name": "Ada" }));
    let customer = customer["customerId"].as_str().expect("a customer").to_owned();
    let address = json!({ "address": {
        "recipient": "Ada", "line1": "12 rue Sherbrooke", "postalCode": "H2X 1X1", "city": "Montréal", "country": "CA"
    } });
    let address = keeper.post(&format!("/customers/{customer}/addresses"), "address", &address);
    let address = address["addressId"].as_str().expect("an address").to_owned();
    (customer, address)
}

fn kill_often(mut server: Server, data: &std::path::Path, door: &SharedDoor, seed: u64) -> Server {
    let mut state = seed;
    let mut slowest = Duration::ZERO;
    for _ in 0..kills() {
        // The moment of the kill is the point of the test: any time within the life of some orders.
        thread::park_timeout(Duration::from_micros(20_000 + draw(&mut state) % 200_000));
        server.kill();
        server = Server::start(data);
        slowest = slowest.max(server.boot);
        *door.write().expect("nobody panics with the door in hand") = door_of(&server);
    }
    println!("slowest recovery {} ms", slowest.as_millis());
    server
}

/// The status in which an order comes to rest.
fn rest(keeper: &Buyer, order: &str) -> String {
    let patience = Instant::now() + Duration::from_secs(120);
    loop {
        // The cart is checked out before the order is placed: until then it isn't there.
        let door = keeper.door.read().expect("nobody panics with the door in hand").clone();
        if let Some((200, found)) = door.ask("GET", &format!("/orders/{order}"), "read", None) {
            let status = found["status"].as_str().unwrap_or_default();
            if status == "CONFIRMED" || (status == "REJECTED" && is_released(keeper, order)) {
                return status.to_owned();
            }
        }
        assert!(Instant::now() < patience, "order {order} doesn't come to rest");
        thread::park_timeout(Duration::from_millis(20));
    }
}

fn is_released(keeper: &Buyer, order: &str) -> bool {
    let history = keeper.get(&format!("/orders/{order}/history"));
    history["items"].to_string().contains("Inventory.ReservationReleased")
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
