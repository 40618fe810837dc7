//! Requests that hide another one: they contradict themselves about where they end, about who is asked, or flood whoever
//! reads them. Behind each the hidden one follows on the same connection. Whoever reads it as a request of its own would read
//! it as another client's behind a proxy that reads otherwise.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use commerce::{parts, scopes};
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::table::Place;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What nobody may answer.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// A body in chunks.
const CHUNKS: &str = "5\r\nhello\r\n0\r\n\r\n";

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// One refusal, or none, and it ends: nothing behind is read.
    Refused,
    /// One answer, and it ends.
    Once,
    /// It goes on: what is behind is an honest request, and is answered.
    GoesOn,
}

/// What somebody sends.
struct Sent {
    name: String,
    bytes: Vec<u8>,
    end: End,
}

/// Requests of somebody with a token that is good: nothing else would refuse them.
struct Sender {
    token: String,
}

impl Sender {
    fn head(&self, line: &str, more: &str) -> String {
        format!(
            "{line}\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n{more}\r\n",
            self.token
        )
    }

    /// A post with these lines in its head, and what follows the head.
    fn post(&self, lines: &str, body: &str, end: End) -> Sent {
        self.line("POST /customers HTTP/1.1", lines, body, end)
    }

    fn line(&self, line: &str, lines: &str, body: &str, end: End) -> Sent {
        let short: String = format!("{line} | {lines} | {body}").chars().take(120).collect();
        let bytes = self.head(line, lines) + body;
        Sent { name: format!("{short:?}"), bytes: bytes.into_bytes(), end }
    }

    fn get(&self, line: &str, end: End) -> Sent {
        self.line(line, "", "", end)
    }

    fn everything(&self) -> Vec<Sent> {
        [self.honest(), self.lengths(), self.codings(), self.chunks(), self.targets(), self.heads()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The trap works: where nothing is hidden, what follows is answered.
    fn honest(&self) -> Vec<Sent> {
        vec![
            self.get("GET /products HTTP/1.1", End::GoesOn),
            self.get("GET http://localhost/products HTTP/1.1", End::GoesOn),
            self.post("Content-Length: 5\r\n", "hello", End::GoesOn),
            self.post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello", End::GoesOn),
            // Chunks are read to their end, and nothing after it.
            self.post("Transfer-Encoding: chunked\r\n", CHUNKS, End::Once),
            self.post("Transfer-Encoding: chunked\r\n", "5;a=b;c\r\nhello\r\n0\r\nX: y\r\n\r\n", End::Once),
            // Its body is the one that is hidden, and nobody reads bodies there.
            self.line("GET /health HTTP/1.1", &length(HIDDEN), HIDDEN, End::GoesOn),
            self.line("GET /products HTTP/1.1", &length(HIDDEN), HIDDEN, End::GoesOn),
            self.line("GET /console HTTP/1.1", &length(HIDDEN), HIDDEN, End::GoesOn),
        ]
    }

    /// How long the body is, said twice or not quite.
    fn lengths(&self) -> Vec<Sent> {
        let lines = [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 0\r\nContent-Length: 5\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 5 5\r\n",
            "Content-Length: 5;\r\n",
            "Content-Length: 5.0\r\n",
            "Content-Length: 1e1\r\n",
            "Content-Length: \r\n",
            "Content-Length: \u{665}\r\n",
            "Content-Length: 18446744073709551616\r\n",
            "Content-Length: 18446744073709551615\r\n",
            "Content-Length: 5\0\r\n",
            "Content-Length: 5\x0b\r\n",
            "Content-Length : 5\r\n",
            "Content-Length\t: 5\r\n",
            "Content-Length\0: 5\r\n",
            "Content-Length: 5\r\n Content-Length: 6\r\n",
            "Content-Length:\r\n 5\r\n",
            "X: a\r\n\tb\r\nContent-Length: 5\r\n",
            "X: a\rContent-Length: 5\r\n",
        ];
        lines.map(|lines| self.post(lines, "hello", End::Refused)).into()
    }

    /// How the body comes, said twice, or in words that not everybody knows.
    fn codings(&self) -> Vec<Sent> {
        let all = format!("0\r\n\r\n{HIDDEN}");
        let mut sent = vec![
            self.post(&(length(&all) + "Transfer-Encoding: chunked\r\n"), "0\r\n\r\n", End::Once),
            self.post(&("Transfer-Encoding: chunked\r\n".to_owned() + &length(&all)), "0\r\n\r\n", End::Once),
            self.post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", CHUNKS, End::Once),
            self.post("Transfer-Encoding: chunked\r\nContent-Length: x\r\n", CHUNKS, End::Once),
            self.line("POST /customers HTTP/1.0", "Transfer-Encoding: chunked\r\n", CHUNKS, End::Refused),
        ];
        let refused = [
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: chunked;q=1\r\n",
            "Transfer-Encoding: \"chunked\"\r\n",
            "Transfer-Encoding: [chunked]\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: , chunked\r\n",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding:\x0bchunked\r\n",
            "Transfer-Encoding: chunked\0\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding\t: chunked\r\n",
            "Transfer-Encoding:\r\n chunked\r\n",
            "X: a\r\n Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: ch\u{443}nked\r\n",
        ];
        sent.extend(refused.map(|lines| self.post(lines, CHUNKS, End::Refused)));
        sent
    }

    /// Chunks whose size, end or trailer isn't one.
    fn chunks(&self) -> Vec<Sent> {
        let mut bodies: Vec<String> = [
            "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
            "10000000000000005\r\nhello\r\n0\r\n\r\n",
            "-5\r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "5 5\r\nhello\r\n0\r\n\r\n",
            "\r\nhello\r\n0\r\n\r\n",
            ";a=b\r\nhello\r\n0\r\n\r\n",
            "g\r\nhello\r\n0\r\n\r\n",
            "5\0\r\nhello\r\n0\r\n\r\n",
            "5\nhello\r\n0\r\n\r\n",
            "5\rhello\r\n0\r\n\r\n",
            "5;a\nb\r\nhello\r\n0\r\n\r\n",
            "5\r\nhelloX\r\n0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "5\r\nhello0\r\n\r\n",
            "5\r\nhello\r\n0\r\nGET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "5\r\nhello\r\n0\r\nX: a\n\r\n\r\n",
        ]
        .map(str::to_owned)
        .into();
        bodies.push(format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(20_000)));
        bodies.push(format!("{}5\r\nhello\r\n0\r\n\r\n", "0".repeat(20_000)));
        bodies.push(format!("{}0\r\n\r\n", "1;aaaaaaaa\r\nx\r\n".repeat(3_000)));
        bodies.push(format!("0\r\n{}\r\n", "X: y\r\n".repeat(5_000)));
        bodies.push(format!("0\r\nX: {}\r\n\r\n", "y".repeat(50_000)));
        let post = |body: String| self.post("Transfer-Encoding: chunked\r\n", &body, End::Refused);
        bodies.into_iter().map(post).collect()
    }

    /// Targets of proxies, and lines that are none.
    fn targets(&self) -> Vec<Sent> {
        let lines = [
            "GET http://evil.example/products HTTP/1.1",
            "GET http://localhost@evil.example/products HTTP/1.1",
            "GET http://localhost:81/products HTTP/1.1",
            "GET localhost:80 HTTP/1.1",
            "CONNECT localhost:80 HTTP/1.1",
            "CONNECT evil.example:443 HTTP/1.1",
            "GET /products",
            "GET /pro\0ducts HTTP/1.1",
            "G\0T /products HTTP/1.1",
            "GET /products /hidden HTTP/1.1",
            "GET  /products HTTP/1.1",
            "GET\t/products HTTP/1.1",
            "GET /products\tHTTP/1.1",
            "GET /products HTTP/1.2",
            "GET /products HTTP/2.0",
            "GET /products HTTP/1.1 x",
            "GET /products http/1.1",
            "GET /products\rHTTP/1.1",
            "PRI * HTTP/2.0",
            " GET /products HTTP/1.1",
            "\0GET /products HTTP/1.1",
            "GET products HTTP/1.1",
        ];
        let mut sent: Vec<Sent> = lines.iter().map(|line| self.get(line, End::Refused)).collect();
        sent.push(self.line("GET /products HTTP/1.1", "Host: localhost\r\n", "", End::Refused));
        sent.push(self.line("GET /products HTTP/1.1", "Host: evil.example\r\n", "", End::Refused));
        let without = "GET /products HTTP/1.1\r\nX: y\r\n\r\n".as_bytes().to_vec();
        sent.push(Sent { name: "no host".to_owned(), bytes: without, end: End::Refused });
        sent
    }

    /// More than anybody reads, and what can't be in a head.
    fn heads(&self) -> Vec<Sent> {
        let count = |count: usize| (0..count).map(|it| format!("X-{it}: {it}\r\n")).collect::<String>();
        let size = |size: usize| format!("X: {}\r\n", "y".repeat(size));
        let lines = [
            count(101),
            count(1_000),
            count(20_000),
            size(11_000),
            size(100_000),
            size(1_000_000),
            format!("{}: x\r\n", "X".repeat(70_000)),
            format!("Cookie: {}\r\n", "a=b; ".repeat(4_000)),
            "X: a\0b\r\n".to_owned(),
            "X\0: a\r\n".to_owned(),
            "X Y: a\r\n".to_owned(),
            "(X): a\r\n".to_owned(),
            ": a\r\n".to_owned(),
            "X\r\n".to_owned(),
            "X: a\x7fb\r\n".to_owned(),
            "X: a\rb\r\n".to_owned(),
        ];
        let with = |lines: String| self.line("GET /products HTTP/1.1", &lines, "", End::Refused);
        let mut sent: Vec<Sent> = lines.into_iter().map(with).collect();
        for long in [11_000, 70_000, 1_000_000] {
            sent.push(self.get(&format!("GET /products?q={} HTTP/1.1", "y".repeat(long)), End::Refused));
        }
        sent
    }
}

fn length(body: &str) -> String {
    format!("Content-Length: {}\r\n", body.len())
}

/// Everything that is said to it and to what is hidden behind it.
async fn said(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    // Who closes before everything was sent has refused it.
    let _ = stream.write_all(&[bytes, HIDDEN.as_bytes()].concat()).await;
    let mut said = Vec::new();
    // What waits for more is told that there is none; not before there are answers to both, or none comes for a while: who
    // hangs up isn't answered.
    let both = async {
        while !String::from_utf8_lossy(&said).contains("/hidden") {
            match stream.read_buf(&mut said).await {
                Ok(read) if read > 0 => {}
                _ => break,
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), both).await;
    let _ = stream.shutdown().await;
    let read = stream.read_to_end(&mut said);
    // Where something was left unread, a connection ends without a farewell.
    let _ = tokio::time::timeout(Duration::from_secs(30), read).await.expect("the connection ends");
    String::from_utf8_lossy(&said).into_owned()
}

/// What is wrong with what was said.
fn fault(sent: &Sent, said: &str) -> Option<String> {
    let statuses: Vec<&str> = said.split("HTTP/1.1 ").skip(1).filter_map(|it| it.get(..3)).collect();
    let is_refusal = |status: &&str| status.starts_with('4') || **status == *"505";
    let found = said.contains("/hidden");
    let is_right = match sent.end {
        End::Refused => statuses.len() <= 1 && statuses.iter().all(is_refusal) && !found,
        End::Once => statuses.len() == 1 && !found,
        End::GoesOn => statuses.len() == 2 && found,
    };
    let shown: String = said.chars().take(600).collect();
    (!is_right).then(|| format!("{}, {:?}: {statuses:?} {shown}", sent.name, sent.end))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_hides_another() {
    let mut local = Local::start(parts(Place::Memory).expect("secrets")).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let token = local.token("maple", "judge", &scopes(), Duration::from_hours(1));
    let everything = Sender { token }.everything();
    let mut wrong = Vec::new();
    for sent in &everything {
        wrong.extend(fault(sent, &said(address, &sent.bytes).await));
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), everything.len(), wrong.join("\n"));
    let refused = everything.iter().filter(|it| it.end == End::Refused).count();
    assert!(refused >= 100, "{refused} are refused");
    println!("{} requests that hide another, {refused} refused, none served twice", everything.len());
    local.stop().await;
}
