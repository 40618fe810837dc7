//! Clients that take their time: with requests that never end, and with answers that they never read.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use commerce::parts;
use stipule_local::listen::listen;
use stipule_local::table::Place;
use stipule_local::{Local, Parts, Patience};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::doors::asked;

/// Clients of each kind.
const MANY: usize = 200;

/// A request that stops where somebody who wants to hold the platform up stops.
fn openings() -> [String; 5] {
    let post = "POST /customers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    [
        String::new(),
        "GET /products HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_owned(),
        format!("{post}Content-Length: 1000000\r\n\r\n{{\"name\": \""),
        format!("{post}Transfer-Encoding: chunked\r\n\r\nffff\r\n{{\"name\": \""),
        // Answers that nobody reads.
        "GET /console HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(400),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_clients_that_take_their_time() {
    let mut local = Local::start(parts(Place::Memory).expect("secrets")).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let mut held = Vec::new();
    for opening in openings() {
        for _ in 0..MANY {
            let stream = TcpStream::connect(address).await.expect("it listens");
            // As much as goes without anybody reading: the rest would wait for the platform, which waits for the client.
            let _ = stream.try_write(opening.as_bytes());
            held.push(stream);
        }
        let ready = asked(address, "GET /ready", &[]).await;
        assert!(ready.starts_with("HTTP/1.1 200"), "{} clients hold it up: {ready}", held.len());
    }
    // They go on, byte by byte, and others are answered between.
    for round in 0..20 {
        for stream in &mut held {
            let _ = stream.try_write(b"x");
        }
        let answer = asked(address, "GET /products", &[]).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "round {round}: {answer}");
    }
    for stream in &mut held {
        // Whoever was refused in the meantime has no connection to end.
        let _ = stream.shutdown().await;
    }
    drop(held);
    let ready = asked(address, "GET /ready", &[]).await;
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    println!("{} slow clients, nobody waited for them", MANY * openings().len());
    local.stop().await;
}

/// Answers that are asked for and not read: more bytes than the system keeps for a client.
const UNREAD: usize = 4_000;

/// What is said until the connection ends.
async fn said(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection may end without a farewell where something was left unread.
    let ended = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut bytes)).await;
    assert!(ended.is_ok(), "it has the connection still");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_of_clients_that_take_too_long_end() {
    let second = Duration::from_secs(1);
    let patience = Patience { head: second, body: second, answer: second };
    let parts = parts(Place::Memory).expect("secrets");
    let mut local = Local::start(Parts { patience, ..parts }).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let [silent, half_a_head, by_length, by_chunks, _] = openings();
    for (opening, wanted) in [
        (silent, ""),
        (half_a_head, ""),
        (format!("{}\r\n\r\n", "GET /health HTTP/1.1\r\nHost: localhost"), "HTTP/1.1 200"),
        (by_length, "HTTP/1.1 408"),
        (by_chunks, "HTTP/1.1 408"),
    ] {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(opening.as_bytes()).await.expect("there is room for it");
        let said = said(stream).await;
        assert!(said.starts_with(wanted), "{opening:?}: {said}");
        assert!(!wanted.is_empty() || !said.contains(" 200 "), "{opening:?}: {said}");
    }
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4_096).expect("it is small");
    let mut stream = socket.connect(address).await.expect("it listens");
    let asked = "GET /console/console.css HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(UNREAD);
    stream.write_all(asked.as_bytes()).await.expect("there is room for it");
    tokio::time::sleep(4 * second).await;
    let answers = said(stream).await.matches("HTTP/1.1 ").count();
    assert!((1..UNREAD).contains(&answers), "{answers} of {UNREAD} answers");
    local.stop().await;
}
