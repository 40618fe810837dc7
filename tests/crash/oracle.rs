//! Whether the books balance, judged from outside: by what the API says, sharing no code with the services.

use http::Method;
use serde_json::Value;

use super::process::{Answer, Process};
use super::story::{QUANTITY, STOCK, Told};

/// Everything that must hold once the platform is at rest.
pub(crate) async fn judge(process: &Process, told: &Told, case: &str) {
    let parked = process.parked().await;
    assert!(parked.is_empty(), "{case}: nothing needs a person: {parked:?}");
    let mut statuses = Vec::new();
    for order in &told.orders {
        let found = read(process, &format!("/orders/{order}"), case).await;
        let status = found["status"].as_str().unwrap_or_default().to_owned();
        let payment = found["paymentId"].as_str().unwrap_or_default();
        let payment = read(process, &format!("/payments/{payment}"), case).await;
        let wanted = match status.as_str() {
            "CONFIRMED" => "AUTHORIZED",
            "REJECTED" => "DECLINED",
            "CANCELLED" => "VOIDED",
            other => panic!("{case}: order {order} rests as {other}"),
        };
        assert_eq!(payment["status"], wanted, "{case}: payment of the order that is {status}");
        assert_eq!(found["total"], payment["amount"], "{case}: what is held is what was ordered");
        history_is_told_once(process, order, case).await;
        statuses.push(status);
    }
    assert_eq!(statuses, ["CONFIRMED", "REJECTED", "CANCELLED"], "{case}: how the orders ended");
    let stock = read(process, "/stock/MUG-BLUE", case).await;
    let level = &stock["levels"][0];
    assert_eq!(level["onHand"], STOCK, "{case}: nothing was shipped");
    assert_eq!(level["reserved"], QUANTITY, "{case}: the confirmed order alone holds stock");
    assert_eq!(level["available"], STOCK - QUANTITY, "{case}: the rest is for sale");
    let orders = read(process, "/orders", case).await;
    assert_eq!(orders["items"].as_array().map(Vec::len), Some(told.orders.len()), "{case}: no order twice");
    let products = read(process, "/products?status=PUBLISHED", case).await;
    assert_eq!(products["items"].as_array().map(Vec::len), Some(1), "{case}: no product twice");
}

/// An event that was handled twice would stand in the history twice.
async fn history_is_told_once(process: &Process, order: &str, case: &str) {
    let history = read(process, &format!("/orders/{order}/history"), case).await;
    let mut events: Vec<&str> = history["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["event"].as_str())
        .collect();
    let all = events.len();
    assert!(all >= 3, "{case}: the history tells what happened: {history}");
    events.sort_unstable();
    events.dedup();
    assert_eq!(events.len(), all, "{case}: each event once: {history}");
}

async fn read(process: &Process, path: &str, case: &str) -> Value {
    match process.call(Method::GET, path, "read", None).await {
        Answer::Said(200, body) => body,
        other => panic!("{case}: GET {path}: {other:?}"),
    }
}
