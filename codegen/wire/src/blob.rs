//! Bytes that aren't read here: files, images, whole bodies.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

/// Bytes as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Bytes to be sent, all at once or piece by piece. Cheap to clone; a clone gives the same bytes again.
///
/// ```
/// let blob = stipule_wire::Blob::from("a,b\n1,2\n");
/// assert_eq!(blob.as_bytes(), Some(&b"a,b\n1,2\n"[..]));
/// ```
#[derive(Clone)]
pub struct Blob(Inner);

#[derive(Clone)]
enum Inner {
    Whole(Bytes),
    Stream { open: Arc<dyn Fn() -> ByteStream + Send + Sync>, length: Option<u64> },
}

impl Blob {
    /// Bytes from a function that begins to read them: once per try to send them. `length` is their number, if it is
    /// known.
    pub fn stream<F, S>(length: Option<u64>, open: F) -> Self
    where
        F: Fn() -> S + Send + Sync + 'static,
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        Self(Inner::Stream { open: Arc::new(move || Box::pin(open())), length })
    }

    /// The bytes, if they are there at once.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        self.whole().map(|bytes| &**bytes)
    }

    /// As [`as_bytes`](Self::as_bytes), shared.
    pub fn whole(&self) -> Option<&Bytes> {
        match &self.0 {
            Inner::Whole(bytes) => Some(bytes),
            Inner::Stream { .. } => None,
        }
    }

    /// Number of bytes, if it is known.
    pub fn len(&self) -> Option<u64> {
        match &self.0 {
            Inner::Whole(bytes) => Some(bytes.len() as u64),
            Inner::Stream { length, .. } => *length,
        }
    }

    /// Whether there are surely no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The bytes, piece by piece.
    pub fn open(&self) -> ByteStream {
        match &self.0 {
            Inner::Whole(bytes) => Box::pin(Once(Some(bytes.clone()))),
            Inner::Stream { open, .. } => open(),
        }
    }
}

/// One piece, unless it is empty.
struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(Ok))
    }
}

impl Default for Blob {
    fn default() -> Self {
        Bytes::new().into()
    }
}

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self(Inner::Whole(bytes))
    }
}

macro_rules! whole {
    ($($from:ty),+) => {$(
        impl From<$from> for Blob {
            fn from(bytes: $from) -> Self {
                Bytes::from(bytes).into()
            }
        }
    )+};
}

whole!(Vec<u8>, String, &'static [u8], &'static str);

/// The same bytes; of two that are read piece by piece, the same source.
impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Inner::Whole(one), Inner::Whole(other)) => one == other,
            (Inner::Stream { open: one, .. }, Inner::Stream { open: other, .. }) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }
}

impl Eq for Blob {}

/// How many bytes, not which.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "Blob({length} bytes)"),
            None => f.write_str("Blob(stream)"),
        }
    }
}

/// A file as a part of a body.
///
/// ```
/// let file = stipule_wire::Upload::from("a,b\n").named("lines.csv").typed("text/csv");
/// assert_eq!(file.file_name.as_deref(), Some("lines.csv"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upload {
    /// What it holds.
    pub content: Blob,
    /// What it is called.
    pub file_name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

impl Upload {
    /// The same under a name.
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = Some(file_name.into());
        self
    }

    /// The same with a media type.
    #[must_use]
    pub fn typed(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl<T: Into<Blob>> From<T> for Upload {
    fn from(content: T) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}
