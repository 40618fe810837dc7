//! Data on its way through a state: paths, functions, templates, comparisons.

pub(crate) mod choice;
pub(crate) mod function;
mod function_text;
mod functions;
pub(crate) mod instant;
pub(crate) mod path;
pub(crate) mod template;

use serde_json::Value;

/// Largest value that passes between two states, in bytes of UTF-8. Source: quotas of Step Functions, "Maximum input
/// or output size for a task, state, or execution".
pub(crate) const MOST_BYTES: usize = 262_144;

/// What paths start from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roots<'v> {
    /// `$`
    pub(crate) input: &'v Value,
    /// `$$`
    pub(crate) context: &'v Value,
}

/// Whether a value is too large to pass on.
pub(crate) fn is_too_large(value: &Value) -> bool {
    let mut left = Counter(0);
    // The counter takes anything.
    let _ = serde_json::to_writer(&mut left, value);
    left.0 > MOST_BYTES
}

/// Counts bytes instead of keeping them.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
