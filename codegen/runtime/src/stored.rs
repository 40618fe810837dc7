//! A value as it was read, with the version it had.

use std::ops::Deref;

/// A versioned value from the table. Updates take it and hold only if nobody wrote in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// The value.
    pub value: T,
    /// Its version: 1 after the first put.
    pub version: u64,
}

impl<T> Stored<T> {
    /// A value and its version.
    pub fn new(value: T, version: u64) -> Self {
        Self { value, version }
    }

    /// The value alone.
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Stored<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> AsRef<T> for Stored<T> {
    fn as_ref(&self) -> &T {
        &self.value
    }
}
