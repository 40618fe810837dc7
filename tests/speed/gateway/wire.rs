//! As little of HTTP/1.1 as a load needs: prepared bytes out, status in, the body passed over. It shares the machine with what
//! it measures.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that stays open.
pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub(crate) async fn open(host: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request; the status of its answer and its body.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let head = loop {
            if let Some(head) = Head::of(&self.read)? {
                break head;
            }
            self.more().await?;
        };
        match head.length {
            Length::Bytes(length) => {
                while self.read.len() < head.size + length {
                    self.more().await?;
                }
            }
            Length::Chunks => {
                while !self.read.ends_with(b"0\r\n\r\n") {
                    self.more().await?;
                }
            }
        }
        Ok((head.status, &self.read[head.size..]))
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// What a load wants to know of an answer before its body.
struct Head {
    size: usize,
    status: u16,
    length: Length,
}

/// How the end of a body is told.
enum Length {
    Bytes(usize),
    Chunks,
}

impl Head {
    /// Of what was read; none where its end isn't there yet.
    fn of(read: &[u8]) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let parsed =
            response.parse(read).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        let httparse::Status::Complete(size) = parsed else { return Ok(None) };
        let mut length = Length::Bytes(0);
        for header in response.headers.iter() {
            if header.name.eq_ignore_ascii_case("content-length") {
                let value = str::from_utf8(header.value).ok().and_then(|it| it.parse().ok());
                length = Length::Bytes(value.ok_or(io::ErrorKind::InvalidData)?);
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                length = Length::Chunks;
            }
        }
        Ok(Some(Self { size, status: response.code.unwrap_or_default(), length }))
    }
}

/// A request with JSON, or with nothing. `headers` end with a new line each.
pub(crate) fn request(
    method: &str,
    path: &str,
    host: &str,
    token: &str,
    headers: &str,
    body: Option<&Value>,
) -> Vec<u8> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let media = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let length = if method == "GET" { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{headers}{media}{length}\r\n{body}"
    )
    .into_bytes()
}
