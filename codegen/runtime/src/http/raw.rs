//! A body together with how it was sent.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

/// What a body says, beside the bytes and the headers that it came with: a signature is over bytes.
#[derive(Clone, PartialEq)]
pub struct Raw<T> {
    /// The body as it was sent.
    pub bytes: Bytes,
    /// The headers of the request.
    pub headers: HeaderMap,
    /// What it says. Nobody knows yet who says so.
    pub value: T,
}

/// The value only: headers hold signatures.
impl<T: fmt::Debug> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw").field("value", &self.value).finish_non_exhaustive()
    }
}
