//! A shop that serves, and clients with open sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use commerce::parts;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use stipule_local::Parts;
use stipule_local::listen::listen;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::house::{House, STORES};

/// What isn't said by then is never said.
const NEVER: Duration = Duration::from_secs(60);

const HOURS: Duration = Duration::from_hours(8);

/// A shop with ten mugs, on a port of its own, by a clock of the test.
pub(crate) struct Shop {
    pub(crate) house: House,
    pub(crate) clock: MovableClock,
    pub(crate) address: SocketAddr,
}

impl Deref for Shop {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let clock = MovableClock::new();
        let parts = parts(Place::Memory).expect("randomness");
        let mut house = House::of(Parts { clock: Arc::new(clock.clone()), ..parts });
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
        let address = house.local.serve(listener).expect("it serves");
        house.sell("MUG-BLUE", 1850, 10).await;
        house.settle().await;
        Self { house, clock, address }
    }

    pub(crate) fn token(&self, store: &str, scopes: &[&str], lifetime: Duration) -> String {
        self.local.token(store, "staff|grace", scopes, lifetime)
    }

    /// Asks for a ticket; status and body.
    pub(crate) async fn ask(&self, token: Option<&str>) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let request = format!(
            "POST /live/ticket HTTP/1.1\r\nHost: shop\r\n{bearer}Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        let (_, body) = answer.split_once("\r\n\r\n").expect("head and body");
        (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{answer}: {error}")))
    }

    pub(crate) async fn ticket(&self, token: &str) -> String {
        let (status, body) = self.ask(Some(token)).await;
        assert_eq!(status, 201, "{body}");
        body["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// A socket for a ticket, or the status that refuses it.
    pub(crate) async fn connect(&self, query: &str) -> Result<Client, u16> {
        let stream = TcpStream::connect(self.address).await.expect("it listens");
        match client_async(format!("ws://shop/live{query}"), stream).await {
            Ok((socket, _)) => Ok(Client { socket }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    /// A socket of somebody of a store.
    pub(crate) async fn socket(&self, store: &str, scopes: &[&str]) -> Client {
        let ticket = self.ticket(&self.token(store, scopes, HOURS)).await;
        self.connect(&format!("?ticket={ticket}")).await.expect("it opens")
    }

    /// A socket of somebody who may do everything.
    pub(crate) async fn staff(&self) -> Client {
        self.socket(STORES[0], &commerce::scopes()).await
    }
}

/// An open socket.
pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
}

impl Client {
    pub(crate) async fn say(&mut self, what: &Value) {
        self.send(Message::text(what.to_string())).await;
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.socket.send(message).await.expect("it is sent");
    }

    /// The next that is told.
    pub(crate) async fn hear(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(NEVER, self.socket.next()).await.expect("something is told");
            match next.expect("the socket is open").expect("it is read") {
                Message::Text(text) => return serde_json::from_str(text.as_str()).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code with which the socket is closed, whatever is told before.
    pub(crate) async fn end(&mut self) -> u16 {
        loop {
            let next = tokio::time::timeout(NEVER, self.socket.next()).await.expect("it ends");
            match next {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("it ends without a reason: {other:?}"),
            }
        }
    }

    /// Listens to a topic; the answer.
    pub(crate) async fn subscribe(&mut self, topic: &str) -> Value {
        self.say(&json!({ "type": "subscribe", "topic": topic })).await;
        self.hear().await
    }

    /// Nothing is told before the answer to a ping.
    pub(crate) async fn assert_quiet(&mut self) {
        self.say(&json!({ "type": "ping" })).await;
        assert_eq!(self.hear().await, json!({ "type": "pong" }));
    }
}
