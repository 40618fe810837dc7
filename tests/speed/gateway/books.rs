//! What must hold when everybody has gone home: nothing is lost, every order has ended, nothing is left over.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::orders::{Market, QUANTITY, SKU, Trade, Wish};
use crate::process::Shop;
use crate::sheet::Sheet;
use crate::{missing, wire};

/// How long the platform may take to come to rest.
const PATIENCE: Duration = Duration::from_secs(120);

/// Looks in a row that must find nothing on its way: what a saga does next may be in no queue.
const QUIET: u32 = 20;

/// Judges all of it.
pub(crate) async fn judge(
    shop: &Shop,
    market: &Market,
    trade: &Trade,
    carts: &[Box<str>],
    sheet: &mut Sheet,
) {
    let (rested, on_the_way) = rest(shop).await;
    sheet.line(
        "until nothing is on its way",
        &format!("{rested:.1?}, {on_the_way} messages wait"),
        "bar: 0 wait",
    );
    let lost = missing(shop, carts).await;
    sheet.line("writes acknowledged", &format!("{}, of which {lost} are lost", carts.len()), "bar: 0 lost");
    let ends = ends(shop, trade).await;
    let all: Vec<String> = ends.iter().map(|(status, count)| format!("{count} {status}")).collect();
    let wanted = wanted(trade);
    let amiss = wanted.iter().map(|(end, count)| count.saturating_sub(ends.get(*end).copied().unwrap_or(0)));
    let amiss: usize = amiss.sum();
    sheet.line(
        "orders acknowledged",
        &format!("{}: {}; {amiss} didn't end as they should", trade.bought.len(), all.join(", ")),
        "bar: 0",
    );
    let stopped: Vec<String> = trade.stopped.iter().map(|(why, count)| format!("{count}: {why}")).collect();
    let stopped = if stopped.is_empty() { "none".to_owned() } else { stopped.join("; ") };
    sheet.line("buyers who were sent away", &stopped, "bar: none");
    let letters = shop.get("/console/api/letters").await;
    let count = |of: &str| letters[of].as_array().map_or(0, Vec::len);
    let figure = format!("{} letters, {} cases of sagas", count("letters"), count("cases"));
    sheet.line("dead letters", &figure, "bar: 0");
    let state = shop.get("/console/api/state").await;
    let running =
        |it: &Value| Some((it["name"].as_str()?.to_owned(), it["running"].as_u64().filter(|it| *it > 0)?));
    let running = state["sagas"].as_array().into_iter().flatten().filter_map(running);
    let running: Vec<String> = running.map(|(saga, count)| format!("{count} of {saga}")).collect();
    sheet.line("sagas that still run", &running.join(", "), "one of abandonment, which waits for days");
    stock(shop, market, &ends, sheet).await;
}

/// Each piece is on the shelf or was delivered. Every customer had a first order before the trade.
async fn stock(shop: &Shop, market: &Market, ends: &BTreeMap<String, usize>, sheet: &mut Sheet) {
    let stock = shop.get(&format!("/stock/{SKU}")).await;
    let [on_hand, reserved, available] =
        ["onHand", "reserved", "available"].map(|it| stock[it].as_i64().expect("a count"));
    let sold = ends.get(Wish::Delivered.end()).copied().unwrap_or(0) + market.firsts();
    let sold = i64::try_from(sold).expect("few orders") * QUANTITY;
    let balance = on_hand + sold == market.pieces && reserved == 0 && available == on_hand;
    let figure = format!(
        "{}: {on_hand} on hand + {sold} sold of {}, {reserved} reserved",
        if balance { "balances" } else { "DOESN'T BALANCE" },
        market.pieces
    );
    sheet.line("stock", &figure, "bar: balances");
}

/// Waits until no message waits or is handled; how long that took, and how many are left.
async fn rest(shop: &Shop) -> (Duration, u64) {
    let began = Instant::now();
    let mut quiet = 0;
    let mut since = Duration::ZERO;
    loop {
        let state = shop.get("/console/api/state").await;
        let queues = state["queues"].as_array().cloned().unwrap_or_default();
        let count = |it: &Value| it["waiting"].as_u64().unwrap_or(0) + it["handled"].as_u64().unwrap_or(0);
        let left: u64 = queues.iter().map(count).sum();
        if left > 0 {
            (quiet, since) = (0, began.elapsed());
        }
        quiet += 1;
        if quiet > QUIET || began.elapsed() > PATIENCE {
            return (since, left);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How many orders should end how.
fn wanted(trade: &Trade) -> BTreeMap<&'static str, usize> {
    let mut wanted = BTreeMap::new();
    for bought in &trade.bought {
        *wanted.entry(bought.wish.end()).or_default() += 1;
    }
    wanted
}

/// In which status how many orders are, once they had time to end; parcels take some seconds.
async fn ends(shop: &Shop, trade: &Trade) -> BTreeMap<String, usize> {
    let mut wire = wire::Wire::open(shop.host()).await.expect("it listens");
    let began = Instant::now();
    let mut ends = BTreeMap::new();
    for bought in &trade.bought {
        let status = loop {
            let (status, order) =
                shop.ask(&mut wire, "GET", &format!("/orders/{}", bought.order), None).await;
            let found = if status == 200 { order["status"].as_str().unwrap_or_default() } else { "LOST" };
            if found == bought.wish.end() || began.elapsed() > PATIENCE {
                break found.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        *ends.entry(status).or_default() += 1;
    }
    ends
}
