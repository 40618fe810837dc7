//! What a store may answer instead.

use std::fmt;

/// Why a transaction failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactError {
    /// Nothing happened; one reason per action, in order.
    Cancelled(Vec<Cancellation>),
    /// See [`StoreError`].
    Store(StoreError),
}

/// What one action did to a cancelled transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancellation {
    /// Nothing.
    None,
    /// Its condition doesn't hold.
    ConditionFailed,
    /// Another transaction has the item in hand: try again.
    Conflict,
    /// Too many requests: try again.
    Throttled,
    /// It can never succeed.
    Invalid(String),
}

/// Why the store didn't answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Too many requests; nothing happened.
    Throttled,
    /// Out of reach, or the answer was lost: what was asked may have happened. Safe to ask again, because writes
    /// are keyed.
    Unavailable(String),
    /// Asked wrongly: a fault of the program; nothing happened.
    Invalid(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("the store throttles"),
            Self::Unavailable(reason) => write!(f, "the store is unavailable: {reason}"),
            Self::Invalid(reason) => write!(f, "the store refuses the request: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for TransactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(reasons) => write!(f, "the transaction was cancelled: {reasons:?}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TransactError {}

impl From<StoreError> for TransactError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
