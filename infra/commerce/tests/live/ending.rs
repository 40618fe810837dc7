//! When and why a socket is closed.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::client::Shop;
use crate::house::STORES;

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let shop = Shop::open().await;
    let token = shop.token(STORES[0], &["inventory:read"], Duration::from_secs(300));
    let ticket = shop.ticket(&token).await;
    let mut client = shop.connect(&format!("?ticket={ticket}")).await.expect("it opens");
    assert_eq!(client.subscribe("stock/MUG-BLUE").await["type"], "subscribed");
    shop.clock.advance(Duration::from_secs(301));
    assert_eq!(client.end().await, 4401);
}

#[tokio::test]
async fn what_is_no_message_ends_the_socket() {
    let shop = Shop::open().await;
    for message in [Message::text("hello"), Message::text(r#"{"type":"shout"}"#), Message::binary(vec![1])] {
        let mut client = shop.staff().await;
        client.send(message).await;
        assert_eq!(client.end().await, 1008);
    }
    let mut client = shop.staff().await;
    for _ in 0..200 {
        client.assert_quiet().await;
    }
    client.say(&json!({ "type": "ping" })).await;
    assert_eq!(client.end().await, 4429, "too many messages");
}

#[tokio::test]
async fn a_platform_that_stops_says_so() {
    let shop = Shop::open().await;
    let mut client = shop.staff().await;
    client.assert_quiet().await;
    let Shop { house, .. } = shop;
    let (code, ()) = tokio::join!(client.end(), house.local.stop());
    assert_eq!(code, 1001);
}

/// Somebody who neither says nor answers anything; what the platform says, byte by byte.
#[tokio::test]
async fn a_socket_that_is_silent_is_closed() {
    let shop = Shop::open().await;
    let ticket = shop.ticket(&shop.token(STORES[0], &[], Duration::from_hours(8))).await;
    let mut stream = TcpStream::connect(shop.address).await.expect("it listens");
    let request = format!(
        "GET /live?ticket={ticket} HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut said = Vec::new();
    // A close frame with its code: 0x88, a length, 4408.
    let is_closed =
        |said: &[u8]| said.windows(4).any(|it| it[0] == 0x88 && it[2..] == 4408_u16.to_be_bytes());
    for _ in 0..600 {
        let mut some = [0; 512];
        let read = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut some)).await;
        if let Ok(read) = read {
            said.extend(&some[..read.expect("it is open")]);
        }
        if is_closed(&said) {
            return;
        }
        shop.clock.advance(Duration::from_secs(21));
    }
    panic!("it is still open: {said:?}");
}
