//! When items expire.

use std::time::Duration;

use super::entity::FieldRef;
use crate::span::Span;

/// When items expire.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// A field with an instant or a date. An item without it doesn't expire.
    pub field: FieldRef,
    /// So long after that.
    pub after: Duration,
    /// Where it was written.
    pub span: Span,
}
