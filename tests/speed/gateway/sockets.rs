//! Many open sockets that listen to one SKU.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::descriptors;
use crate::histogram::Histogram;
use crate::line;
use crate::memory::Memory;
use crate::process::Shop;

/// How long the last message may take to come at all.
const LOST: Duration = Duration::from_secs(10);

/// Bytes that a socket reads at once. By itself it makes 128 KB ready for each message, which takes longer than to send one.
const READ: usize = 1024;

/// How often all are told something.
const TOLD: usize = 5;

/// Opens so many, and tells all of them something.
pub(crate) async fn hold(count: usize) {
    descriptors::room_for(count);
    let shop = Shop::open(&[]);
    shop.post("/live/ticket", &Value::Null).await;
    let resident = || Memory::of(shop.id()).map_or(f64::NAN, |it| it.resident);
    let before = resident();
    let (sender, _) = watch::channel(Instant::now());
    let times = Arc::new(Mutex::new(Histogram::default()));
    let mut listeners = Vec::with_capacity(count);
    for _ in 0..count {
        let socket = listening(&shop).await;
        // At once: who answers no ping is closed after a while.
        listeners.push(tokio::spawn(hear(socket, sender.subscribe(), Arc::clone(&times))));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let grown = resident() - before;
    line(&format!("{count} sockets hold"), &format!("{grown:.1} MB"), "bar: 100 MB for 10,000");
    for _ in 0..TOLD {
        let delivery = json!({ "warehouse": "YUL1", "change": 1, "reason": "DELIVERY" });
        sender.send_replace(Instant::now());
        shop.post("/stock/MUG-BLUE/adjustments", &delivery).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let last = Instant::now();
    while last.elapsed() < LOST && (times.lock().expect("no listener fails").count() as usize) < count * TOLD
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    listeners.iter().for_each(tokio::task::JoinHandle::abort);
    let times = times.lock().expect("no listener fails").clone();
    let (p50, p99) = (times.percentile(50.0), times.percentile(99.0));
    let figure = format!("p50 {p50:.1?}, p99 {p99:.1?}, {} of {} came", times.count(), count * TOLD);
    line("from the request to what a socket is told", &figure, "bar: p50 100 ms");
}

async fn listening(shop: &Shop) -> WebSocketStream<TcpStream> {
    let ticket = shop.post("/live/ticket", &Value::Null).await;
    let ticket = ticket["ticket"].as_str().expect("a ticket");
    let stream = TcpStream::connect(shop.host()).await.expect("it listens");
    let address = format!("ws://shop/live?ticket={ticket}");
    let reads = Some(WebSocketConfig::default().read_buffer_size(READ));
    let (mut socket, _) = client_async_with_config(address, stream, reads).await.expect("it opens");
    let subscribe = json!({ "type": "subscribe", "topic": "stock/MUG-BLUE" }).to_string();
    socket.send(Message::text(subscribe)).await.expect("it reads");
    socket.next().await.expect("it answers").expect("it answers");
    socket
}

/// Notes how long after the request each message came.
async fn hear(
    mut socket: WebSocketStream<TcpStream>,
    asked: watch::Receiver<Instant>,
    times: Arc<Mutex<Histogram>>,
) {
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() {
            let took = asked.borrow().elapsed();
            times.lock().expect("no listener fails").note(took);
        }
    }
}
