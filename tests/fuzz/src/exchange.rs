//! Bytes over a connection: what a request is to a strict reader, and what the gateway answers.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most headers of a request or an answer.
const MOST: usize = 100;

/// A request that is whole, said in one way only.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent, without what follows a `#`.
    pub(crate) target: String,
    /// In order, names as they were sent.
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    /// Bytes of the head.
    pub(crate) head: usize,
}

impl Request {
    /// The first request of some bytes. None where it isn't whole, or readers may disagree on where it ends.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MOST];
        let mut request = httparse::Request::new(&mut headers);
        let httparse::Status::Complete(head) = request.parse(bytes).ok()? else { return None };
        let (method, target) = (request.method?.to_owned(), request.path?.to_owned());
        let headers: Vec<(String, Vec<u8>)> =
            request.headers.iter().map(|it| (it.name.to_owned(), it.value.to_vec())).collect();
        let all = |name: &'static str| {
            let of_name = headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
            of_name.map(|(_, value)| value)
        };
        let named = |name| all(name).next().is_some();
        // Its connection becomes another's, or its body comes in a way of its own.
        if named("transfer-encoding") || named("upgrade") || named("expect") || method == "CONNECT" {
            return None;
        }
        let mut lengths = all("content-length");
        let length = match (lengths.next(), lengths.next()) {
            (None, _) => 0,
            (Some(length), None) => {
                let text = std::str::from_utf8(length).ok()?;
                text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()?
            }
            (Some(_), Some(_)) => return None,
        };
        let body = bytes.get(head..head.checked_add(length)?)?.to_vec();
        let target = target.split('#').next().unwrap_or_default().to_owned();
        Some(Self { method, target, headers, body, head })
    }

    /// Every value of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&[u8]> {
        let of_name = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.as_slice()).collect()
    }

    /// The path, and the query if there is one.
    pub(crate) fn parts(&self) -> (&str, Option<&str>) {
        self.target.split_once('?').map_or((&*self.target, None), |(path, query)| (path, Some(query)))
    }
}

/// What the gateway answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, whose name is in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| &**value)
    }

    /// The answer that stands at the beginning, and its length; none where it isn't whole.
    fn first(bytes: &[u8], to_head: bool) -> Option<(Self, usize)> {
        let mut headers = [httparse::EMPTY_HEADER; MOST];
        let mut answer = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = answer.parse(bytes).expect("an answer of HTTP") else {
            return None;
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = answer.headers.iter().map(|it| (it.name.to_lowercase(), text(it.value))).collect();
        let mut said = Self { status: answer.code?, headers, body: Vec::new() };
        if to_head || said.status < 200 || said.status == 204 || said.status == 304 {
            return Some((said, head));
        }
        if said.header("transfer-encoding").is_some() {
            let mut at = head;
            loop {
                let line = bytes.get(at..)?.windows(2).position(|pair| pair == b"\r\n")?;
                let size = std::str::from_utf8(&bytes[at..at + line]).ok()?;
                let size = usize::from_str_radix(size, 16).expect("the size of a chunk");
                let start = at + line + 2;
                said.body.extend(bytes.get(start..start + size)?);
                at = start + size + 2;
                if size == 0 {
                    return (bytes.len() >= at).then_some((said, at));
                }
            }
        }
        let length = said.header("content-length").expect("an answer says how long it is");
        let end = head + length.parse::<usize>().expect("a length");
        said.body = bytes.get(head..end)?.to_vec();
        Some((said, end))
    }
}

/// Sends bytes over a connection of their own and gives what was answered: to the first request at least, where `waits` says
/// that it is whole.
///
/// # Panics
/// When there is no answer to a whole request, none in time, or something that isn't HTTP.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8], waits: Option<&Request>) -> Vec<Answer> {
    let mut stream = TcpStream::connect(address).await.expect("the gateway takes connections");
    stream.set_nodelay(true).expect("a connection");
    // Who isn't read any further may be refused before all is said.
    let _ = stream.write_all(bytes).await;
    let to_head = waits.is_some_and(|request| request.method == "HEAD");
    let mut read = Vec::new();
    let mut answers = Vec::new();
    if waits.is_some() {
        while answers.is_empty() {
            let more = timeout(PATIENCE, stream.read_buf(&mut read)).await.expect("it answers in time");
            assert!(
                more.is_ok_and(|more| more > 0),
                "a whole request has no answer: {}",
                read.escape_ascii()
            );
            // What comes after the first answer is to other requests.
            if let Some((answer, length)) = Answer::first(&read, to_head) {
                read.drain(..length);
                answers.push(answer);
            }
        }
    }
    let _ = stream.shutdown().await;
    let ended = timeout(PATIENCE, stream.read_to_end(&mut read)).await.expect("a connection ends in time");
    // Who didn't read everything ends a connection with a reset.
    if ended.is_ok() && waits.is_none() {
        while let Some((answer, length)) = (!read.is_empty()).then(|| Answer::first(&read, false)).flatten() {
            read.drain(..length);
            answers.push(answer);
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_where_every_reader_sees_its_end() {
        let of = |text: &str| Request::of(text.as_bytes());
        let whole =
            of("POST /a?b#c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}GET").expect("a request");
        assert_eq!((whole.parts(), &whole.body[..]), (("/a", Some("b")), &b"{}"[..]));
        for text in [
            "GET / HTTP/1.1\r\nHost: x\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n{}",
            "POST / HTTP/1.1\r\nContent-Length: +2\r\n\r\n{}",
            "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ] {
            assert!(of(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn an_answer_is_read_by_its_length_or_its_chunks() {
        let of = |text: &str| Answer::first(text.as_bytes(), false).map(|(answer, end)| (answer.body, end));
        assert_eq!(of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}more"), Some((b"{}".to_vec(), 40)));
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n1\r\n \r\n0\r\n\r\n";
        assert_eq!(of(chunks), Some((b"{} ".to_vec(), chunks.len())));
        assert_eq!(of(&chunks[..chunks.len() - 1]), None);
    }
}
