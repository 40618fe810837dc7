//! Sockets that a gateway holds: tickets, who listens to what in the table, and what is told.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use stipule_runtime::socket::Told as Message;
use stipule_runtime::store::Query;

use crate::sandbox::Told;
use crate::shop::{Shop, proxy};

/// A topic that everybody who has the scope may listen to once the shop sells the SKU.
const STOCK: &str = "stock/MUG-BLUE";

impl Shop {
    async fn ticket(&self, tenant: &str) -> String {
        let known = self.authorized(tenant).await;
        let answer = self.ok("platform.sockets", &proxy("POST", "/live/ticket", None, &known)).await;
        assert_eq!(answer["statusCode"], 201, "{answer}");
        let body: Value = serde_json::from_str(answer["body"].as_str().expect("a body")).expect("JSON");
        body["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// What the gateway asks before it opens a socket.
    async fn may_open(&self, ticket: &str) -> Told {
        let question = json!({
            "type": "REQUEST",
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/live/$connect",
            "headers": {}, "queryStringParameters": { "ticket": ticket },
            "requestContext": { "routeKey": "$connect", "eventType": "CONNECT", "connectionId": "x" },
        });
        self.call("platform.sockets", &question).await
    }

    async fn open(&self, tenant: &str, connection: &str) {
        let Told::Answer(allowed) = self.may_open(&self.ticket(tenant).await).await else {
            panic!("refused")
        };
        let mut known = allowed["context"].clone();
        known["principalId"] = allowed["principalId"].clone();
        let event = json!({ "requestContext": {
            "routeKey": "$connect", "eventType": "CONNECT", "connectionId": connection, "authorizer": known,
        } });
        assert_eq!(self.ok("platform.sockets", &event).await["statusCode"], 200);
    }

    async fn route(&self, kind: &str, connection: &str, body: Option<&Value>) -> Value {
        let event = json!({
            "requestContext": { "eventType": kind, "connectionId": connection },
            "body": body.map(Value::to_string), "isBase64Encoded": false,
        });
        self.ok("platform.sockets", &event).await
    }

    async fn say(&self, connection: &str, what: Value) {
        assert_eq!(self.route("MESSAGE", connection, Some(&what)).await["statusCode"], 200);
    }

    /// What a connection was told since this was asked last; `null` where it was closed.
    fn heard(&self, connection: &str) -> Vec<Value> {
        let mut posts = self.out.posts.lock().expect("alone");
        let (own, others): (Vec<_>, Vec<_>) = posts.drain(..).partition(|(to, _)| to == connection);
        *posts = others;
        own.into_iter().map(|(_, text)| text.unwrap_or(Value::Null)).collect()
    }

    /// The SKU is sold, so that somebody may listen to it.
    async fn sell(&self) {
        let price = json!({ "amount": 1850, "currency": "CAD" });
        let product = json!({ "sku": "MUG-BLUE", "title": "A blue mug", "price": price });
        let (status, created) = self.request("catalog.api", "POST", "/products", Some(product)).await;
        assert_eq!(status, 201, "{created}");
        let publish = format!("/products/{}/publish", created["productId"].as_str().expect("an id"));
        let (status, published) = self.request("catalog.api", "POST", &publish, None).await;
        assert_eq!(status, 200, "{published}");
    }

    async fn tell(&self, number: u32, cause: Option<&str>) {
        let told = Message {
            tenant: "maple".to_owned(),
            topic: STOCK.to_owned(),
            message: "stock.changed",
            data: json!({ "sku": "MUG-BLUE", "available": number }).to_string(),
            cause: cause.map(str::to_owned),
        };
        self.ports.sockets.tell(told).await.expect("they are told");
    }

    /// Rows about sockets of one partition.
    async fn rows(&self, partition: String) -> usize {
        self.ports.store.query(Query::partition(partition)).await.expect("a page").items.len()
    }
}

fn available(heard: &[Value]) -> Vec<&Value> {
    heard.iter().map(|it| &it["data"]["available"]).collect()
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_a_stranger_none() {
    let shop = Shop::new();
    let ticket = shop.ticket("maple").await;
    let Told::Answer(allowed) = shop.may_open(&ticket).await else { panic!("refused") };
    assert_eq!((&allowed["principalId"], &allowed["context"]["tenant"]), (&"grace".into(), &"maple".into()));
    for ticket in [ticket.as_str(), "", "guessed"] {
        let Told::Failure(said) = shop.may_open(ticket).await else { panic!("{ticket} opens a socket") };
        assert_eq!(said["errorMessage"], "Unauthorized");
    }
    let late = shop.ticket("maple").await;
    shop.clock.advance(Duration::from_secs(61));
    assert!(matches!(shop.may_open(&late).await, Told::Failure(_)), "it is good for a minute");
    let nobody = shop.ok("platform.sockets", &proxy("POST", "/live/ticket", None, &Value::Null)).await;
    assert_eq!(nobody["statusCode"], 401);
    let unknown = json!({ "requestContext": { "eventType": "CONNECT", "connectionId": "c" } });
    assert_eq!(shop.ok("platform.sockets", &unknown).await["statusCode"], 401);
}

#[tokio::test]
async fn who_listens_is_told_in_order_and_who_comes_back_hears_what_was_missed() {
    let shop = Shop::new();
    shop.sell().await;
    shop.open("maple", "ada").await;
    shop.say("ada", json!({ "type": "subscribe", "topic": STOCK })).await;
    let subscribed = shop.heard("ada");
    assert_eq!(subscribed[0]["type"], "subscribed", "{subscribed:?}");
    let before = subscribed[0]["seq"].as_u64().expect("a number");
    for (number, cause) in [(9, "a"), (8, "b"), (9, "a")] {
        shop.tell(number, Some(cause)).await;
    }
    let heard = shop.heard("ada");
    assert_eq!(available(&heard), [9, 8], "what is told again for the same reason is told once");
    assert_eq!(
        heard.iter().map(|it| it["seq"].as_u64()).collect::<Vec<_>>(),
        [Some(before + 1), Some(before + 2)]
    );

    assert_eq!(shop.route("DISCONNECT", "ada", None).await["statusCode"], 200);
    shop.tell(7, None).await;
    assert!(shop.heard("ada").is_empty(), "it is gone");
    shop.open("maple", "back").await;
    shop.say("back", json!({ "type": "subscribe", "topic": STOCK, "since": before + 1 })).await;
    let heard = shop.heard("back");
    assert_eq!((&heard[0]["seq"], available(&heard[1..])), (&json!(before + 1), vec![&json!(8), &json!(7)]));
    for since in [0, before + 9] {
        shop.say("back", json!({ "type": "subscribe", "topic": STOCK, "since": since })).await;
        let heard = shop.heard("back");
        assert_eq!(heard.last().map(|it| &it["type"]), Some(&json!("resync.required")), "{since}: {heard:?}");
    }
    shop.say("back", json!({ "type": "unsubscribe", "topic": STOCK })).await;
    shop.tell(6, None).await;
    assert_eq!(shop.heard("back").iter().map(|it| it["type"].clone()).collect::<Vec<_>>(), ["unsubscribed"]);
}

#[tokio::test]
async fn who_may_listen_is_judged_each_time_and_other_stores_hear_nothing() {
    let shop = Shop::new();
    shop.sell().await;
    shop.open("oak", "stranger").await;
    shop.open("maple", "ada").await;
    for (topic, reason) in [(STOCK, "unknown"), ("stock/", "unknown"), ("weather/today", "unknown")] {
        shop.say("stranger", json!({ "type": "subscribe", "topic": topic })).await;
        assert_eq!(shop.heard("stranger"), [json!({ "type": "refused", "topic": topic, "reason": reason })]);
    }
    shop.say("ada", json!({ "type": "subscribe", "topic": STOCK })).await;
    shop.heard("ada");
    shop.tell(5, None).await;
    assert_eq!((shop.heard("ada").len(), shop.heard("stranger").len()), (1, 0));
    shop.say("ada", json!({ "type": "ping" })).await;
    assert_eq!(shop.heard("ada"), [json!({ "type": "pong" })]);
    shop.say("ada", json!({ "type": "shout" })).await;
    assert_eq!(shop.heard("ada"), [Value::Null], "nonsense closes it");
    shop.tell(4, None).await;
    assert!(shop.heard("ada").is_empty());
    shop.say("nobody", json!({ "type": "ping" })).await;
    assert_eq!(shop.heard("nobody"), [Value::Null], "a connection that nobody noted is closed");
}

#[tokio::test]
async fn sockets_end_with_their_tokens_and_those_that_are_gone_leave_no_rows() {
    let shop = Shop::new();
    shop.sell().await;
    for connection in ["ada", "gone"] {
        shop.open("maple", connection).await;
        shop.say(connection, json!({ "type": "subscribe", "topic": STOCK })).await;
        shop.heard(connection);
    }
    let rows = |connection: &str| shop.rows(format!("#SOCKETS#CONNECTION#{connection}#"));
    assert_eq!((rows("ada").await, rows("gone").await), (2, 2));
    shop.out.gone.lock().expect("alone").push("gone".to_owned());
    shop.tell(3, None).await;
    assert_eq!((rows("ada").await, rows("gone").await), (2, 0), "a connection that is gone is forgotten");
    assert_eq!(shop.heard("ada").len(), 1);
    shop.clock.advance(Duration::from_secs(601));
    shop.tell(2, None).await;
    assert_eq!(shop.heard("ada"), [Value::Null], "the token has expired: it is closed, and told nothing");
    assert_eq!(rows("ada").await, 0);
    let mut listeners = 0;
    for shard in 0..8 {
        listeners += shop.rows(format!("#SOCKETS#LISTENERS#maple#stock/MUG-BLUE#{shard}#")).await;
    }
    assert_eq!(listeners, 0);
}

#[tokio::test]
async fn a_hundred_who_listen_are_in_several_parts_and_each_hears_each_message_once() {
    let shop = Shop::new();
    shop.sell().await;
    let names: Vec<String> = (0..100).map(|it| format!("c{it}")).collect();
    for name in &names {
        shop.open("maple", name).await;
        shop.say(name, json!({ "type": "subscribe", "topic": STOCK })).await;
    }
    let mut parts = Vec::new();
    for shard in 0..8 {
        parts.push(shop.rows(format!("#SOCKETS#LISTENERS#maple#stock/MUG-BLUE#{shard}#")).await);
    }
    assert_eq!(parts.iter().sum::<usize>(), 100);
    assert!(parts.iter().all(|part| *part > 0), "{parts:?}");
    shop.out.posts.lock().expect("alone").clear();
    join_all((0..5).map(|number| shop.tell(number, None))).await;
    for name in &names {
        let mut seqs: Vec<_> = shop.heard(name).iter().filter_map(|it| it["seq"].as_u64()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs.len(), 5, "{name}");
        assert!(seqs.windows(2).all(|two| two[0] + 1 == two[1]), "{name}: {seqs:?}");
    }
}
