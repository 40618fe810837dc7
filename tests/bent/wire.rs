//! Requests bent as bytes on a connection: what a parser of HTTP is wrong about makes others' requests of one's own.

use platform_tests::draw::Random;

/// Lines that say how long a body is, or how it comes, more than once or not quite.
const LENGTHS: [&str; 15] = [
    "",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: 0x5\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Content-Length: -1\r\n",
    " Content-Length: 5\r\n",
];

const BODIES: [&str; 6] = [
    "hello",
    "5\r\nhello\r\n0\r\n\r\n",
    "5;a=b\r\nhello\r\n0\r\nTrailer: 1\r\n\r\n",
    "ffffffffffffffff1\r\nhello\r\n0\r\n\r\n",
    "-5\r\nhello\r\n0\r\n\r\n",
    "0\r\n\r\nGET /ready HTTP/1.1\r\nHost: smuggled\r\n\r\n",
];

/// A request as it goes over a connection.
pub(crate) struct Sent {
    pub(crate) bytes: Vec<u8>,
    /// Whether it surely says that the connection ends after it: no byte of it was changed by chance.
    pub(crate) ends: bool,
}

/// A request for a path, with a token.
pub(crate) fn bent(path: &str, token: &str, random: &mut Random) -> Sent {
    let method = random.pick(&["GET", "POST", "PUT", "get", "G\0T", "PRI"]).copied().unwrap_or_default();
    let version = random.pick(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", ""]).copied();
    let mut text = format!("{method} {path} {}\r\nHost: localhost\r\n", version.unwrap_or_default());
    text.push_str(&format!("Authorization: Bearer {token}\r\nConnection: close\r\n"));
    match random.below(6) {
        0 => text.push_str(&format!("X-Long: {}\r\n", "a".repeat(random.below(40_000)))),
        1 => (0..random.below(300)).for_each(|it| text.push_str(&format!("X-{it}: {it}\r\n"))),
        2 => text.push_str("Host: elsewhere\r\nHost\r\n: x\r\n"),
        3 => text.push_str("X-Folded: a\r\n b\r\n"),
        _ => {}
    }
    text.push_str(random.pick(&LENGTHS).copied().unwrap_or_default());
    text.push_str("\r\n");
    text.push_str(random.pick(&BODIES).copied().unwrap_or_default());
    let mut bytes = text.into_bytes();
    let changes = random.below(3);
    for _ in 0..changes {
        let place = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[place] = random.below(256) as u8,
            1 => drop(bytes.remove(place)),
            _ => bytes.insert(place, random.below(256) as u8),
        }
    }
    Sent { bytes, ends: changes == 0 }
}
