//! What ends a run with exit code 2.

use std::fmt;

/// A run that couldn't be done: wrong usage, or a file that can't be read or written.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
}

impl Failure {
    /// A failure in a sentence without a full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// `can't <what>: <error>`.
    pub(crate) fn io(what: &str, error: &std::io::Error) -> Self {
        Self::new(format!("can't {what}: {error}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
