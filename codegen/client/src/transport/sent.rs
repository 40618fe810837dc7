//! A payload as the body of a request.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use stipule_wire::ByteStream;

use crate::payload::Payload;

/// A payload on its way.
pub(super) enum Sent {
    Whole(Option<Bytes>),
    Pieces { pieces: ByteStream, length: Option<u64> },
}

impl From<&Payload> for Sent {
    fn from(payload: &Payload) -> Self {
        match payload.whole() {
            Some(bytes) => Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty())),
            None => Self::Pieces { pieces: payload.open(), length: payload.len() },
        }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Sent::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Sent::Pieces { pieces, .. } => {
                pieces.as_mut().poll_next(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Sent::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Sent::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Sent::Pieces { length: Some(length), .. } => SizeHint::with_exact(*length),
            Sent::Pieces { .. } => SizeHint::default(),
        }
    }
}
