//! The little of HTTP that asking MiniStack needs.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

/// A connection that stays open.
#[derive(Debug)]
pub struct Connection {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// To `http://127.0.0.1:41234`.
    ///
    /// # Errors
    /// When nobody listens there.
    pub fn open(endpoint: &str) -> io::Result<Self> {
        let address = endpoint.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&address)?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    /// What `TestEventPattern` says: whether it matches, or why the pattern is refused.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is no answer.
    pub fn test_event_pattern(&mut self, pattern: &str, event: &str) -> io::Result<Result<bool, String>> {
        let body = json!({"EventPattern": pattern, "Event": event}).to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: AWSEvents.TestEventPattern\r\n\
             Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/events/aws4_request, \
             SignedHeaders=host, Signature=0\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let answer: Value = serde_json::from_slice(&body)?;
        match answer.get("Result").and_then(Value::as_bool) {
            Some(matches) => Ok(Ok(matches)),
            None => Ok(Err(answer.to_string())),
        }
    }
}
