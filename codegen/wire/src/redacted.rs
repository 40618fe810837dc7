//! Personal data never shows in debug output.

use std::fmt;

/// Stands for a personal value in `Debug`: `f.debug_struct("Reader").field("email", &Redacted)`.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redacted")
    }
}
