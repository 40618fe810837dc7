//! Who may open a socket.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use stipule_runtime::Item;
use stipule_runtime::socket::ticket::redeem;
use stipule_runtime::store::Scan;

use crate::client::Shop;
use crate::house::STORES;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_socket_needs_a_ticket_that_is_good_once_and_for_a_minute() {
    let shop = Shop::open().await;
    for token in [None, Some("no-token")] {
        assert_eq!(shop.ask(token).await.0, 401, "{token:?}");
    }
    let token = shop.token(STORES[0], &["orders:read"], HOUR);
    for query in ["", "?ticket=", "?ticket=00", &format!("?token={token}")] {
        assert_eq!(shop.connect(query).await.err(), Some(401), "{query}");
    }
    let query = format!("?ticket={}", shop.ticket(&token).await);
    shop.connect(&query).await.expect("it opens").assert_quiet().await;
    assert_eq!(shop.connect(&query).await.err(), Some(401), "it was used");
    let query = format!("?ticket={}", shop.ticket(&token).await);
    shop.clock.advance(Duration::from_secs(61));
    assert_eq!(shop.connect(&query).await.err(), Some(401), "its minute is over");
}

#[tokio::test]
async fn of_many_who_have_one_ticket_one_opens_a_socket() {
    let shop = Shop::open().await;
    let ticket = shop.ticket(&shop.token(STORES[0], &["orders:read"], HOUR)).await;
    let ports = shop.local.ports();
    let kept = ports.store.scan(Scan::table()).await.expect("the table answers").items;
    let of_sockets = |row: &&Item| row.text(ports.table.pk).is_some_and(|key| key.starts_with("#SOCKETS#"));
    let rows: Vec<&Item> = kept.iter().filter(of_sockets).collect();
    let shows =
        |row: &Item| row.iter().any(|(_, it)| it.as_text().is_some_and(|text| text.contains(&ticket)));
    assert!(rows.len() == 1 && !shows(rows[0]), "whoever reads the table can't open a socket");
    let tries = join_all((0..50).map(|_| redeem(ports, &ticket))).await;
    let opened: Vec<_> = tries.into_iter().filter_map(|it| it.expect("the table answers")).collect();
    assert_eq!(opened.len(), 1);
    assert_eq!((opened[0].tenant.as_str(), opened[0].principal.may("orders:read")), (STORES[0], true));
    assert!(opened[0].principal.expires.is_some(), "a socket ends with its token");
}

#[tokio::test]
async fn each_topic_is_judged_when_somebody_wants_to_listen() {
    let shop = Shop::open().await;
    let refused = |topic: &str, reason: &str| json!({ "type": "refused", "topic": topic, "reason": reason });
    let mut staff = shop.staff().await;
    let mut answer = staff.subscribe("stock/MUG-BLUE").await;
    assert!(answer["seq"].take().is_u64(), "{answer}");
    assert_eq!(answer, json!({ "type": "subscribed", "topic": "stock/MUG-BLUE", "seq": null }));
    for topic in ["stock/TEA-EARL", "stock/mug", "stock/MUG-BLUE/1", "stock", "news", "order/7", ""] {
        assert_eq!(staff.subscribe(topic).await, refused(topic, "unknown"), "{topic}");
    }
    let mut powerless = shop.socket(STORES[0], &["orders:read"]).await;
    assert_eq!(powerless.subscribe("stock/MUG-BLUE").await, refused("stock/MUG-BLUE", "forbidden"));
    shop.assert_guarded("GET", "/stock/MUG-BLUE", None, true).await;
    let mut stranger = shop.socket(STORES[1], &commerce::scopes()).await;
    assert_eq!(stranger.subscribe("stock/MUG-BLUE").await, refused("stock/MUG-BLUE", "unknown"));
}

#[tokio::test]
async fn a_socket_listens_to_fifty_topics() {
    let shop = Shop::open().await;
    let mut staff = shop.staff().await;
    let skus: Vec<String> = (0..51).map(|number| format!("CUP-{number:03}")).collect();
    for sku in &skus {
        shop.sell(sku, 100, 0).await;
    }
    for (at, sku) in skus.iter().enumerate() {
        let answer = staff.subscribe(&format!("stock/{sku}")).await;
        assert_eq!(answer["type"], if at < 50 { "subscribed" } else { "refused" }, "{answer}");
    }
    assert_eq!(staff.subscribe(&format!("stock/{}", skus[0])).await["type"], "subscribed", "again");
}
