//! Calls that don't succeed, whatever the operation: for callers who can only say so.

use std::error::Error as _;

use commerce_sdk::{Declared, Error};
use thiserror::Error;

/// A call that did not succeed.
#[derive(Debug, Error)]
#[error("{doing}: {reason} (request {request_id})")]
pub struct Refused {
    doing: &'static str,
    reason: String,
    request_id: String,
}

/// Says what was being done when a call failed.
pub trait Doing<T> {
    /// The result, or what was refused.
    ///
    /// # Errors
    /// [`Refused`] for every failure, declared or not.
    fn doing(self, what: &'static str) -> Result<T, Refused>;
}

impl<T, E: Declared> Doing<T> for Result<T, Error<E>> {
    fn doing(self, what: &'static str) -> Result<T, Refused> {
        self.map_err(|error| {
            let mut reason = error.to_string();
            let mut source = error.source();
            while let Some(cause) = source {
                reason = format!("{reason}: {cause}");
                source = cause.source();
            }
            Refused { doing: what, reason, request_id: error.request_id().to_owned() }
        })
    }
}
