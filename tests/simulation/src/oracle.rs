//! Whether the books balance, judged from outside: by what the API says, sharing no code with the services.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::client::{Client, text};
use crate::story::{Cancelled, Told, Wish};

/// Every promise that is broken once the platform is at rest.
pub(crate) async fn judge(shop: &Client<'_>, told: &Told) -> Vec<String> {
    let mut broken = Vec::new();
    let mut held = 0;
    for (id, wish) in &told.orders {
        held += order(shop, id, wish, &mut broken).await;
    }
    let level = read(shop, "/stock/MUG-BLUE", &mut broken).await["levels"][0].clone();
    for (member, wanted) in [("onHand", told.stock), ("reserved", held), ("available", told.stock - held)] {
        if level[member] != wanted {
            broken.push(format!("stock: {member} is {}, not {wanted}", level[member]));
        }
    }
    if held > told.stock {
        broken.push(format!("{held} pieces are promised, of {}", told.stock));
    }
    let orders = read(shop, "/orders", &mut broken).await;
    let found: BTreeSet<String> = items(&orders).map(|order| text(order, "orderId")).collect();
    let taken: BTreeSet<String> = told.orders.iter().map(|(id, _)| id.clone()).collect();
    if found != taken || items(&orders).count() != taken.len() {
        broken.push(format!("orders: {found:?}, not {taken:?}"));
    }
    broken
}

/// Looks at an order, its payment and its history; the pieces that it holds.
async fn order(shop: &Client<'_>, id: &str, wish: &Wish, broken: &mut Vec<String>) -> i64 {
    let order = read(shop, &format!("/orders/{id}"), broken).await;
    let status = text(&order, "status");
    // Its payment has a name from the beginning, and is there when the bank was asked.
    let payment = match shop.read(&format!("/payments/{}", text(&order, "paymentId"))).await {
        (404, _) => None,
        (200, payment) => Some(payment),
        (status, _) => {
            broken.push(format!("the payment of order {id} is answered with {status}"));
            None
        }
    };
    let paid = payment.as_ref().map_or_else(|| "NONE".to_owned(), |payment| text(payment, "status"));
    let fits = match status.as_str() {
        "CONFIRMED" => paid == "AUTHORIZED",
        "REJECTED" | "CANCELLED" => ["NONE", "DECLINED", "VOIDED"].contains(&paid.as_str()),
        _ => false,
    };
    if !fits {
        broken.push(format!("order {id} rests as {status} with a payment that is {paid}"));
    }
    if let Some(payment) = payment.filter(|payment| payment["amount"] != order["total"]) {
        broken.push(format!("order {id}: {} is held for {}", payment["amount"], order["total"]));
    }
    if wish.token.ends_with("0002") && status == "CONFIRMED" {
        broken.push(format!("order {id} is confirmed, its card declined"));
    }
    if wish.cancelled == Cancelled::Never && status == "CANCELLED" {
        broken.push(format!("order {id} is cancelled, and nobody asked for it"));
    }
    history(shop, id, broken).await;
    if status == "CONFIRMED" { wish.quantity } else { 0 }
}

/// An event that was handled twice would stand in the history twice.
async fn history(shop: &Client<'_>, id: &str, broken: &mut Vec<String>) {
    let history = read(shop, &format!("/orders/{id}/history"), broken).await;
    let mut seen = BTreeSet::new();
    for event in items(&history).map(|entry| text(entry, "event")) {
        if !seen.insert(event.clone()) {
            broken.push(format!("order {id}: {event} stands in its history twice"));
        }
    }
    if seen.len() < 2 {
        broken.push(format!("order {id}: its history tells nothing: {seen:?}"));
    }
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

async fn read(shop: &Client<'_>, path: &str, broken: &mut Vec<String>) -> Value {
    let (status, answer) = shop.read(path).await;
    if status != 200 {
        broken.push(format!("GET {path}: {status}"));
    }
    answer
}
