//! As much of HTTP/1.1 as the two servers need: a request with its body, an answer with its own.

use std::io::{self, Read, Write};

/// Fields that a head may have; clients of AWS send about a dozen.
const MOST_FIELDS: usize = 64;

/// Bytes that are read at once: heads and bodies of one write fit.
const PIECE: usize = 16 * 1024;

pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a field, by its name in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What comes over a connection, and what of it wasn't asked for yet.
pub(crate) struct Connection<S> {
    stream: S,
    read: Vec<u8>,
}

impl<S: Read + Write> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// The next request; nothing where the other side has ended.
    ///
    /// # Errors
    /// Those of the connection, or `InvalidData` where it isn't HTTP.
    pub(crate) fn next(&mut self) -> io::Result<Option<Request>> {
        loop {
            if let Some((mut request, head)) = head(&self.read)? {
                let length = request.field("content-length").map_or(Ok(0), str::parse::<usize>);
                let end = head + length.map_err(io::Error::other)?;
                while self.read.len() < end {
                    if !self.more()? {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                request.body = self.read[head..end].to_vec();
                self.read.drain(..end);
                return Ok(Some(request));
            }
            if !self.more()? {
                return Ok(None);
            }
        }
    }

    /// # Errors
    /// Those of the connection.
    pub(crate) fn answer(&mut self, fields: &str, body: &[u8]) -> io::Result<()> {
        let mut all =
            format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n", body.len()).into_bytes();
        all.extend_from_slice(body);
        self.stream.write_all(&all)?;
        self.stream.flush()
    }

    fn more(&mut self) -> io::Result<bool> {
        let before = self.read.len();
        self.read.resize(before + PIECE, 0);
        let count = self.stream.read(&mut self.read[before..]);
        self.read.truncate(before + *count.as_ref().unwrap_or(&0));
        count.map(|count| count > 0)
    }
}

/// A whole head without its body, and where it ends.
fn head(read: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut parsed = httparse::Request::new(&mut fields);
    let httparse::Status::Complete(end) = parsed.parse(read).map_err(invalid)? else { return Ok(None) };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let fields = parsed.headers.iter().map(|it| (it.name.to_ascii_lowercase(), text(it.value))).collect();
    let (method, path) = (parsed.method.unwrap_or_default(), parsed.path.unwrap_or_default());
    Ok(Some((Request { method: method.to_owned(), path: path.to_owned(), fields, body: Vec::new() }, end)))
}

fn invalid(error: httparse::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
