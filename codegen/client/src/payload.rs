//! What a request carries.

use std::io;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use stipule_wire::{Blob, ByteStream};

/// The body of a request, whole or in pieces. Each try sends it anew.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    pieces: Vec<Blob>,
}

impl Payload {
    pub(crate) fn pieces(pieces: Vec<Blob>) -> Self {
        Self { pieces }
    }

    /// The bytes, if they are there at once.
    pub fn whole(&self) -> Option<Bytes> {
        match self.pieces.as_slice() {
            [] => Some(Bytes::new()),
            [only] => only.whole().cloned(),
            _ => None,
        }
    }

    /// Number of bytes, if it is known.
    pub fn len(&self) -> Option<u64> {
        self.pieces.iter().map(Blob::len).sum()
    }

    /// Whether there are surely no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes, piece by piece.
    pub fn open(&self) -> ByteStream {
        let pieces = self.pieces.clone();
        Box::pin(stream::iter(pieces).flat_map(|piece| piece.open()))
    }

    /// All bytes at once.
    ///
    /// # Errors
    /// When a piece can't be read.
    pub async fn collect(&self) -> io::Result<Bytes> {
        if let Some(whole) = self.whole() {
            return Ok(whole);
        }
        let mut all = Vec::new();
        let mut pieces = self.open();
        while let Some(piece) = pieces.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.into())
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self { pieces: if bytes.is_empty() { Vec::new() } else { vec![bytes.into()] } }
    }
}
