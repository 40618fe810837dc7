//! Many open sockets that listen to one SKU.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::line;
use crate::load::percentile;
use crate::process::{Shop, resident};

/// How long a message may take to come at all.
const LOST: Duration = Duration::from_secs(30);

/// Opens so many, and tells all of them something, five times.
pub(crate) async fn hold(count: usize) {
    let shop = Shop::open(&[]);
    shop.post("/live/ticket", &Value::Null).await;
    let before = resident(shop.id());
    let mut sockets = Vec::with_capacity(count);
    for _ in 0..count {
        sockets.push(listening(&shop).await);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let grown = resident(shop.id()) - before;
    line(&format!("{count} sockets hold"), &format!("{grown:.1} MB"), "bar: 100 MB for 10,000");
    let (sender, _) = watch::channel(Instant::now());
    let listeners: Vec<_> =
        sockets.into_iter().map(|socket| tokio::spawn(heard(socket, sender.subscribe()))).collect();
    for _ in 0..5 {
        let delivery = json!({ "warehouse": "YUL1", "change": 1, "reason": "DELIVERY" });
        sender.send_replace(Instant::now());
        shop.post("/stock/MUG-BLUE/adjustments", &delivery).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    drop(sender);
    let mut times = Vec::new();
    for listener in listeners {
        times.extend(listener.await.expect("no listener fails"));
    }
    let (p50, p99) = (percentile(times.clone(), 50.0), percentile(times.clone(), 99.0));
    let figure = format!("p50 {p50:.1?}, p99 {p99:.1?}, {} of {} came", times.len(), count * 5);
    line("from the request to what a socket is told", &figure, "bar: p50 100 ms");
}

async fn listening(shop: &Shop) -> WebSocketStream<TcpStream> {
    let ticket = shop.post("/live/ticket", &Value::Null).await;
    let ticket = ticket["ticket"].as_str().expect("a ticket");
    let stream = TcpStream::connect(shop.host()).await.expect("it listens");
    let (mut socket, _) =
        client_async(format!("ws://shop/live?ticket={ticket}"), stream).await.expect("it opens");
    let subscribe = json!({ "type": "subscribe", "topic": "stock/MUG-BLUE" }).to_string();
    socket.send(Message::text(subscribe)).await.expect("it reads");
    socket.next().await.expect("it answers").expect("it answers");
    socket
}

/// How long after the request each message came; until nobody asks any more.
async fn heard(mut socket: WebSocketStream<TcpStream>, mut asked: watch::Receiver<Instant>) -> Vec<Duration> {
    let mut times = Vec::new();
    loop {
        tokio::select! {
            next = tokio::time::timeout(LOST, socket.next()) => match next {
                Ok(Some(Ok(Message::Text(_)))) => times.push(asked.borrow().elapsed()),
                Ok(Some(Ok(_))) => {}
                _ => return times,
            },
            changed = asked.changed() => if changed.is_err() { return times },
        }
    }
}
