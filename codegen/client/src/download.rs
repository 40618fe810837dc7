//! Answers that come piece by piece.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{Stream, StreamExt as _};
use stipule_wire::{ByteStream, Decode, Posture};

use crate::answer::{Meta, Misfit, Reply};
use crate::error::{Error, Fault, Reason};
use crate::transport::TransportError;

/// A body that is read while it comes.
#[must_use = "nothing is read until the stream is"]
pub struct Download {
    meta: Meta,
    pieces: ByteStream,
}

impl Download {
    pub(crate) fn new(meta: Meta, pieces: ByteStream) -> Self {
        Self { meta, pieces }
    }

    /// Status, headers and id.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Fault> {
        let piece = self.pieces.next().await.transpose();
        piece.map_err(|error| self.fault(error))
    }

    /// All that is left, at once.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn bytes(mut self) -> Result<Bytes, Fault> {
        let mut all = Vec::new();
        while let Some(piece) = self.chunk().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.into())
    }

    fn fault(&self, error: std::io::Error) -> Fault {
        let reason = Reason::Transport(TransportError::interrupted(error));
        Fault { request_id: self.meta.request_id.clone(), reason }
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Fault>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.pieces.as_mut().poll_next(cx);
        piece.map(|piece| piece.map(|piece| piece.map_err(|error| self.fault(error))))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// How JSON documents follow each other in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// One a line (`application/x-ndjson`).
    Lines,
    /// One per server-sent event (`text/event-stream`).
    Events,
}

/// JSON documents, each as it comes.
#[must_use = "nothing is read until the stream is"]
pub struct Documents<T> {
    body: Download,
    framing: Framing,
    buffer: Vec<u8>,
    /// Lines of the event that is being read.
    data: Option<String>,
    ended: bool,
    reads: PhantomData<fn() -> T>,
}

/// Longest line, in bytes.
const LONGEST: usize = 16 << 20;

/// What some servers send last, instead of a document.
const DONE: &str = "[DONE]";

impl<T: Decode> Documents<T> {
    pub(crate) fn new(body: Download, framing: Framing) -> Self {
        Self { body, framing, buffer: Vec::new(), data: None, ended: false, reads: PhantomData }
    }

    /// Status, headers and id.
    pub fn meta(&self) -> &Meta {
        self.body.meta()
    }

    /// The next document; `None` after the last.
    ///
    /// # Errors
    /// When the connection breaks, or a document isn't what the contract says.
    pub async fn try_next<E>(&mut self) -> Result<Option<T>, Error<E>> {
        loop {
            while let Some(line) = self.line() {
                if let Some(text) = self.document(&line) {
                    if text == DONE {
                        return Ok(None);
                    }
                    return self.decode(&text).map(Some);
                }
            }
            if self.ended {
                let last = self.data.take().filter(|text| !text.is_empty() && text != DONE);
                return last.map(|text| self.decode(&text)).transpose();
            }
            match self.body.chunk().await? {
                Some(piece) if self.buffer.len() + piece.len() > LONGEST => {
                    return Err(self.misfit("a line of the answer is too long"));
                }
                Some(piece) => self.buffer.extend_from_slice(&piece),
                None => {
                    self.ended = true;
                    // A last line without an end.
                    if !self.buffer.is_empty() {
                        self.buffer.push(b'\n');
                    }
                }
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.buffer.drain(..=end).collect();
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Some(String::from_utf8_lossy(line).into_owned())
    }

    /// The document that a line completes. Source: WHATWG HTML, «event stream interpretation».
    fn document(&mut self, line: &str) -> Option<String> {
        match self.framing {
            Framing::Lines => {
                // Record separators of `application/json-seq` (RFC 7464).
                let text = line.trim_start_matches('\u{1e}').trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            Framing::Events if line.is_empty() => self.data.take(),
            Framing::Events => {
                let (field, value) = line.split_once(':').unwrap_or((line, ""));
                if field == "data" {
                    let value = value.strip_prefix(' ').unwrap_or(value);
                    match &mut self.data {
                        Some(data) => {
                            data.push('\n');
                            data.push_str(value);
                        }
                        None => self.data = Some(value.to_owned()),
                    }
                }
                None
            }
        }
    }

    fn decode<E>(&self, text: &str) -> Result<T, Error<E>> {
        stipule_wire::from_slice(text.as_bytes(), Posture::Open).map_err(|invalid| self.misfit(invalid))
    }

    fn misfit<E>(&self, reason: impl fmt::Display) -> Error<E> {
        Error::Misfit(Reply::new(self.meta().clone(), Misfit::new(reason)))
    }
}

impl<T> fmt::Debug for Documents<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("body", &self.body).finish_non_exhaustive()
    }
}
