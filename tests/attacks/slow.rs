//! Clients that take their time: with requests that never end, and with answers that they never read.

use std::net::{Ipv4Addr, SocketAddr};

use commerce::parts;
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::table::Place;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::asked;

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
