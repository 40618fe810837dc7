//! Places in the files that a person wrote.

use std::fmt;
use std::sync::Arc;

/// A file among the [`Sources`](crate::Sources), in the order of their paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file, with the place of the value in its document.
///
/// Every value that a person wrote carries one, so that a diagnostic can point at it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte, from 0.
    pub start: u32,
    /// One past the last byte; equal to `start` for a place between two bytes.
    pub end: u32,
    /// JSON pointer (RFC 6901) of the value in its document; empty for the root.
    pub pointer: Arc<str>,
}

impl Span {
    /// A span over `start..end` of `file`, for the value at `pointer`.
    pub fn new(file: FileId, start: u32, end: u32, pointer: impl Into<Arc<str>>) -> Self {
        Self { file, start, end, pointer: pointer.into() }
    }

    /// The first byte of a file: for faults that concern it as a whole.
    pub fn start_of(file: FileId) -> Self {
        Self::new(file, 0, 0, "")
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}..{}@{}", self.file.0, self.start, self.end, self.pointer)
    }
}

/// A value together with the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}
