//! One call of one operation.

use bytes::Bytes;
use http::HeaderMap;

use super::operation::Operation;
use super::read::Reader;
use super::response::Refused;
use super::{media_type, query};

/// A call that reached its operation: allowed, of the right media type, within the limits; not yet read.
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// Values of the template's parameters, as they were sent; each is well encoded.
    pub path: Vec<(&'static str, String)>,
    /// Query parameters in order: names decoded, values as they were sent.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Call {
    /// A call from its parts.
    pub fn new(
        operation: &'static Operation,
        path: Vec<(&'static str, String)>,
        query: Option<&str>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let query = query::pairs(query.unwrap_or_default()).collect();
        Self { operation, path, query, headers, body }
    }

    /// Reads the input of the operation. Everything that is wrong is told at once.
    ///
    /// The function asks the reader for every part first and puts them together afterwards, as in
    /// [`Decode`](stipule_wire::Decode): `None` means that the reader knows why.
    ///
    /// # Errors
    /// A problem with all violations: 422 if only the body's content is wrong, else 400.
    pub fn read<T>(&self, parts: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, Refused> {
        let mut reader = Reader::new(self);
        let input = parts(&mut reader);
        reader.finish(input)
    }

    /// Media type of the body, lower case, without parameters.
    pub fn media_type(&self) -> Option<String> {
        media_type(&self.headers)
    }
}

/// What was called, not what was sent.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
