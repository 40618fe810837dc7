//! What those who listen are told.

use serde_json::{Value, json};
use stipule_runtime::socket::Told;

use crate::client::{Client, Shop};
use crate::house::{House, STORES};

/// Adjusts the stock, and waits until everything came to rest.
async fn adjust(shop: &Shop, change: i64) {
    let adjustment = json!({ "warehouse": "YUL1", "change": change, "reason": "COUNT" });
    shop.post("/stock/MUG-BLUE/adjustments", adjustment).await;
    shop.settle().await;
}

/// Hears so many messages of a topic without a gap after `seq`; the last.
async fn hear(client: &mut Client, topic: &str, seq: u64, count: u64) -> Value {
    let mut last = Value::Null;
    for number in 1..=count {
        last = client.hear().await;
        assert_eq!((&last["topic"], &last["seq"]), (&json!(topic), &json!(seq + number)), "{last}");
    }
    last
}

#[tokio::test]
async fn whoever_looks_at_an_order_or_a_sku_is_told_what_happens_to_it() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada", "tok_visa_4242").await;
    let cart = shop.cart(&ada, "MUG-BLUE", 2).await;
    let (mut looks, mut other, mut sells) = (shop.staff().await, shop.staff().await, shop.staff().await);
    let stock = sells.subscribe("stock/MUG-BLUE").await;
    let order = shop.check_out(&ada, &cart).await;
    shop.settle().await;
    let topic = format!("order/{order}");
    let seq = looks.subscribe(&topic).await["seq"].as_u64().expect("a number");
    for client in [&mut looks, &mut other] {
        client.say(&json!({ "type": "subscribe", "topic": topic, "since": seq - 2 })).await;
        assert_eq!(client.hear().await, json!({ "type": "subscribed", "topic": topic, "seq": seq - 2 }));
        let told = hear(client, &topic, seq - 2, 2).await;
        assert_eq!((&told["type"], &told["data"]["status"]), (&json!("order.updated"), &json!("CONFIRMED")));
    }
    let told = hear(&mut sells, "stock/MUG-BLUE", stock["seq"].as_u64().expect("a number"), 1).await;
    assert_eq!(told["data"], json!({ "sku": "MUG-BLUE", "available": 8 }));
    let reason = json!({ "reason": "CUSTOMER_REQUEST" });
    shop.post(&format!("/orders/{order}/cancel"), reason).await;
    shop.settle().await;
    for client in [&mut looks, &mut other] {
        let told = hear(client, &topic, seq, 2).await;
        assert_eq!(told["data"]["status"], "CANCELLED");
    }
    sells.assert_told_available(10).await;
}

#[tokio::test]
async fn a_parcel_is_followed() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada", "tok_visa_4242").await;
    let cart = shop.cart(&ada, "MUG-BLUE", 2).await;
    let order = shop.check_out(&ada, &cart).await;
    shop.settle().await;
    let parts = shop.get(&format!("/fulfilments?orderId={order}")).await;
    let part = parts["items"][0]["fulfilmentId"].as_str().expect("a part").to_owned();
    let picked = json!({ "lines": [{ "lineNo": 1, "picked": 2 }] });
    shop.post(&format!("/fulfilments/{part}/pick"), picked).await;
    shop.post(&format!("/fulfilments/{part}/pack"), json!({ "weightGrams": 840 })).await;
    shop.settle().await;
    let mut looks = shop.staff().await;
    let topic = format!("shipment/{part}");
    let seq = looks.subscribe(&topic).await["seq"].as_u64().expect("a number");
    looks.say(&json!({ "type": "subscribe", "topic": topic, "since": seq - 2 })).await;
    assert_eq!(looks.hear().await["type"], "subscribed");
    let told = hear(&mut looks, &topic, seq - 2, 2).await;
    assert_eq!((&told["type"], &told["data"]["status"]), (&json!("shipment.updated"), &json!("DISPATCHED")));
    assert_eq!(told["data"]["orderId"], json!(order));
}

#[tokio::test]
async fn whoever_leaves_is_told_no_more_and_whoever_comes_back_what_was_missed() {
    let shop = Shop::open().await;
    let (mut stays, mut leaves) = (shop.staff().await, shop.staff().await);
    let topic = "stock/MUG-BLUE";
    let seq = stays.subscribe(topic).await["seq"].as_u64().expect("a number");
    leaves.subscribe(topic).await;
    leaves.subscribe("stock/NOTHING").await;
    adjust(&shop, 1).await;
    for client in [&mut stays, &mut leaves] {
        assert_eq!(hear(client, topic, seq, 1).await["data"]["available"], 11);
    }
    leaves.say(&json!({ "type": "unsubscribe", "topic": topic })).await;
    assert_eq!(leaves.hear().await, json!({ "type": "unsubscribed", "topic": topic }));
    adjust(&shop, 1).await;
    adjust(&shop, 1).await;
    leaves.assert_quiet().await;
    leaves.say(&json!({ "type": "subscribe", "topic": topic, "since": seq + 1 })).await;
    assert_eq!(leaves.hear().await, json!({ "type": "subscribed", "topic": topic, "seq": seq + 1 }));
    assert_eq!(hear(&mut leaves, topic, seq + 1, 2).await["data"]["available"], 13);
    leaves.say(&json!({ "type": "subscribe", "topic": topic, "since": 999 })).await;
    assert_eq!(leaves.hear().await["type"], "subscribed");
    let resync = json!({ "type": "resync.required", "topic": topic, "seq": seq + 3 });
    assert_eq!(leaves.hear().await, resync, "it knows of another life");
    adjust(&shop, 1).await;
    assert_eq!(hear(&mut leaves, topic, seq + 3, 1).await["data"]["available"], 14);
}

#[tokio::test]
async fn a_platform_that_nobody_listens_to_tells_nobody() {
    let house = House::new();
    house.sell("MUG-BLUE", 1850, 10).await;
    house.settle().await;
    tell(&house, 1).await;
}

/// Tells the topic so many messages, at once.
async fn tell(house: &House, count: u64) {
    for _ in 0..count {
        let told = Told {
            tenant: STORES[0].to_owned(),
            topic: "stock/MUG-BLUE".to_owned(),
            message: "stock.changed",
            data: "{}".to_owned(),
            cause: None,
        };
        house.local.ports().sockets.tell(told).await.expect("it is told");
    }
}

#[tokio::test]
async fn whoever_is_too_slow_is_told_to_read_the_state_again() {
    let shop = Shop::open().await;
    let mut slow = shop.staff().await;
    let topic = "stock/MUG-BLUE";
    let seq = slow.subscribe(topic).await["seq"].as_u64().expect("a number");
    // All of them between two turns of the socket: more than are kept for it.
    tell(&shop, 100).await;
    assert_eq!(slow.hear().await, json!({ "type": "resync.required", "topic": topic, "seq": seq + 100 }));
    slow.assert_quiet().await;
    tell(&shop, 1).await;
    hear(&mut slow, topic, seq + 100, 1).await;
}

#[tokio::test]
async fn whoever_acknowledges_nothing_is_told_no_more_than_256_messages() {
    let shop = Shop::open().await;
    let mut client = shop.staff().await;
    let topic = "stock/MUG-BLUE";
    let seq = client.subscribe(topic).await["seq"].as_u64().expect("a number");
    for round in 0..8 {
        tell(&shop, 32).await;
        hear(&mut client, topic, seq + round * 32, 32).await;
    }
    tell(&shop, 10).await;
    client.assert_quiet().await;
    client.say(&json!({ "type": "ack", "topic": topic, "seq": seq + 200 })).await;
    assert_eq!(client.hear().await, json!({ "type": "resync.required", "topic": topic, "seq": seq + 266 }));
    tell(&shop, 1).await;
    hear(&mut client, topic, seq + 266, 1).await;
}

/// The same event once more tells nothing new.
#[tokio::test]
async fn what_is_replayed_is_not_told_again() {
    let shop = Shop::open().await;
    let mut client = shop.staff().await;
    client.subscribe("stock/MUG-BLUE").await;
    assert_eq!(shop.published("Inventory.Restocked").await, 1);
    shop.assert_replay_changes_nothing(&["/stock/MUG-BLUE"]).await;
    client.assert_quiet().await;
}

impl Client {
    /// Hears of the stock until so many pieces are there.
    async fn assert_told_available(&mut self, pieces: i64) {
        while self.hear().await["data"]["available"] != pieces {}
    }
}
