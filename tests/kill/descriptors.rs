//! Every descriptor of the process is in use.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::server::Server;
use crate::shop::Shop;
use crate::{limit, rounds};

/// Descriptors beyond those that the platform has open.
const SPARE: usize = 40;

#[test]
fn used_up_descriptors_keep_others_out_for_a_while_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    for _ in 0..rounds(2, 10) {
        shop.sell(2);
        let open = std::fs::read_dir(format!("/proc/{}/fd", shop.process())).expect("it runs").count();
        limit(shop.process(), &format!("--nofile={}:", open + SPARE));
        let host = shop.address();
        let connect = || TcpStream::connect(&host).expect("the system takes it, whoever accepts it");
        let mut held: Vec<TcpStream> = (0..SPARE * 4).map(|_| connect()).collect();
        // The last of them isn't accepted while the first are held.
        let last = held.last_mut().expect("some");
        last.set_read_timeout(Some(Duration::from_millis(500))).expect("a socket");
        last.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("room");
        let waits = last.read(&mut [0; 16]);
        assert!(waits.is_err(), "there are descriptors left: {waits:?}");
        let mut last = held.pop().expect("some");
        drop(held);
        last.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
        let mut said = String::new();
        last.read_to_string(&mut said).expect("it is answered as soon as others go");
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
        shop.sell(1);
        shop.look();
    }
    shop.kill();
    shop.recover(folder.path());
    shop.look();
    println!("{} orders, none lost, none twice", shop.close());
}
