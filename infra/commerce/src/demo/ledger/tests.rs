//! The ledgers hold what they should, and each can fail.

use commerce_model::open::orders::OrderDetails;
use commerce_model::open::types::Payment;
use commerce_model::types::{Money, StockLevel};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::demo::books::Stranger;

fn read<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn id(last: u32) -> String {
    format!("018f3a52-0000-7000-8000-{last:012}")
}

fn level(warehouse: &str, on_hand: i64, reserved: i64) -> StockLevel {
    read(json!({
        "sku": "MUG-BLUE", "warehouse": warehouse, "onHand": on_hand, "reserved": reserved,
        "available": on_hand - reserved, "lowStockAt": 5, "updatedAt": "2026-11-02T09:30:00Z"
    }))
}

fn sale(number: u32, status: &str, payment: Option<&str>) -> Sale {
    let total = json!({ "amount": 3700, "currency": "CAD" });
    let order: OrderDetails = read(json!({
        "orderId": id(number), "customerId": id(90), "cartId": id(91), "status": status, "total": total,
        "lineCount": 1, "paymentMethodId": id(92), "paymentId": id(93),
        "shippingAddress": { "recipient": "A", "line1": "B", "city": "C", "country": "CA" },
        "placedAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z",
        "lines": [{
            "orderId": id(number), "lineNo": 1, "sku": "MUG-BLUE", "productId": id(94), "title": "Blue mug",
            "quantity": 2, "unitPrice": { "amount": 1850, "currency": "CAD" }, "lineTotal": total
        }]
    }));
    let payment = payment.map(|status| {
        read::<Payment>(json!({
            "paymentId": id(93), "orderId": id(number), "customerId": id(90), "amount": total, "status": status,
            "capturable": 0, "refundable": 0, "createdAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
        }))
    });
    Sale { order, payment }
}

fn money(amount: i64) -> Money {
    read(json!({ "amount": amount, "currency": "CAD" }))
}

/// Two confirmed orders, one of each other kind.
fn books() -> Books {
    Books {
        levels: vec![level("YUL1", 10, 3), level("YVR1", 5, 1)],
        sales: vec![
            sale(1, "CONFIRMED", Some("AUTHORIZED")),
            sale(2, "CONFIRMED", Some("AUTHORIZED")),
            sale(3, "REJECTED", Some("DECLINED")),
            sale(4, "REJECTED", None),
            sale(5, "CANCELLED", Some("VOIDED")),
        ],
        taken: 0,
        held: vec![money(3700), money(3700)],
        in_flight: 0,
        dead_letters: Vec::new(),
        stranger: Stranger { listed: 0, asked: 9, found: 0 },
    }
}

/// What is found by the checks that don't hold.
fn faults(books: &Books) -> Vec<String> {
    judge(books).into_iter().filter(|check| !check.holds).map(|check| check.found).collect()
}

/// The single fault after something was changed.
fn fault(change: impl FnOnce(&mut Books)) -> String {
    let mut books = books();
    change(&mut books);
    let mut found = faults(&books);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn honest_books_balance() {
    assert_eq!(faults(&books()), [""; 0]);
}

#[test]
fn a_piece_that_is_neither_reserved_nor_available_is_missed() {
    let found = fault(|books| books.levels[1].on_hand = read(json!(6)));
    assert_eq!(found, "MUG-BLUE in YVR1: 6 on hand, but 1 reserved + 4 available");
}

#[test]
fn a_reservation_that_nobody_holds_is_missed() {
    let found = fault(|books| books.levels[0] = level("YUL1", 10, 4));
    assert_eq!(found, "MUG-BLUE: 5 reserved, but 4 on confirmed orders");
}

#[test]
fn money_that_stays_held_is_missed() {
    let found = fault(|books| books.held.push(money(1)));
    assert!(found.starts_with("the provider holds 74.01"), "{found}");
}

#[test]
fn a_payment_that_contradicts_its_order_is_missed() {
    let found = fault(|books| books.sales[4] = sale(5, "CANCELLED", Some("DECLINED")));
    assert!(found.contains("is CANCELLED, but its payment is DECLINED"), "{found}");
}

#[test]
fn a_payment_over_another_amount_is_missed() {
    let found = fault(|books| {
        let declined = books.sales[2].payment.as_mut().unwrap();
        declined.amount = money(3701);
    });
    assert!(found.contains("37.01"), "{found}");
}

#[test]
fn an_order_on_its_way_is_missed() {
    let mut books = books();
    books.sales[3] = sale(4, "RESERVED", None);
    assert!(faults(&books).iter().any(|found| found.ends_with("is still RESERVED")), "{:?}", faults(&books));
}

#[test]
fn messages_on_their_way_or_given_up_are_missed() {
    assert!(fault(|books| books.in_flight = 1).starts_with("1 in flight"));
    let found = fault(|books| books.dead_letters.push("orders.on-order-placed: no".to_owned()));
    assert_eq!(found, "0 in flight, 1 dead letters: orders.on-order-placed: no");
}

#[test]
fn anything_that_another_store_sees_is_missed() {
    fault(|books| books.stranger.listed = 1);
    fault(|books| books.stranger.found = 1);
    fault(|books| books.stranger.asked = 0);
}
