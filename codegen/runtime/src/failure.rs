//! What can go wrong beneath a handler.

use std::fmt;

use crate::store::StoreError;

/// Why a generated read or write failed for reasons that no contract names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreFailure {
    /// Others kept getting in the way, or the store throttles; nothing happened. Try again later.
    Busy,
    /// The store is out of reach. For a write it is unknown whether it happened; a repetition of the same event or
    /// of a command with an idempotency key finds out.
    Unavailable(String),
    /// What is stored doesn't fit its type.
    Corrupt {
        /// Fingerprint of the key, not the key: see [`PrimaryKey`](crate::store::PrimaryKey).
        key: String,
        /// What doesn't fit, without values.
        reason: String,
    },
    /// The event was handled before; nothing happened now. The subscription runner acknowledges it.
    AlreadyHandled,
    /// The command was answered before; nothing happened now. The HTTP layer replays the answer.
    AlreadyAnswered,
    /// A second write under one event or one idempotency key. One cause is one transaction: join the writes into
    /// one of the table's contract, or let the second be caused by an event of the first.
    SecondWrite,
    /// `commit()` in a command with an idempotency key, or in a step that gives something: the answer would be lost.
    /// Use `answer()`, in a step `give()`.
    Unanswered,
    /// The cursor wasn't made by this query, or it was changed on the way.
    BadCursor,
    /// Asked wrongly: a fault of the program.
    Invalid(String),
}

impl StoreFailure {
    /// A stored item that doesn't fit: `reason` names fields and rules, never values.
    pub fn corrupt(pk: &str, sk: &str, reason: impl fmt::Display) -> Self {
        Self::Corrupt { key: crate::key::fingerprint(&[pk, sk]), reason: reason.to_string() }
    }
}

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the store is busy"),
            Self::Unavailable(reason) => write!(f, "the store is unavailable: {reason}"),
            Self::Corrupt { key, reason } => write!(f, "the stored item key:{key} doesn't fit: {reason}"),
            Self::AlreadyHandled => f.write_str("the event was handled before"),
            Self::AlreadyAnswered => f.write_str("the command was answered before"),
            Self::SecondWrite => f.write_str("a second write under one cause: one cause is one transaction"),
            Self::Unanswered => f.write_str(
                "`commit()` where an answer is to be kept: use `answer()` for commands, `give()` in steps of sagas",
            ),
            Self::BadCursor => f.write_str("the cursor doesn't belong to this query"),
            Self::Invalid(reason) => write!(f, "the store was asked wrongly: {reason}"),
        }
    }
}

impl std::error::Error for StoreFailure {}

impl From<StoreError> for StoreFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Throttled => Self::Busy,
            StoreError::Unavailable(reason) => Self::Unavailable(reason),
            StoreError::Invalid(reason) => Self::Invalid(reason),
        }
    }
}

/// Why a handler gave no answer of the contract. What it says is logged and never shown to a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failed {
    /// The table.
    Store(StoreFailure),
    /// Something else that the handler needs is out of reach: a 503.
    Unavailable(String),
    /// A fault of the program: a 500.
    Internal(String),
}

impl Failed {
    /// Something that the handler needs is out of reach.
    pub fn unavailable(reason: impl fmt::Display) -> Self {
        Self::Unavailable(reason.to_string())
    }

    /// A fault of the program.
    pub fn internal(reason: impl fmt::Display) -> Self {
        Self::Internal(reason.to_string())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(failure) => failure.fmt(f),
            Self::Unavailable(reason) => write!(f, "unavailable: {reason}"),
            Self::Internal(reason) => write!(f, "internal: {reason}"),
        }
    }
}

impl std::error::Error for Failed {}

impl From<StoreFailure> for Failed {
    fn from(failure: StoreFailure) -> Self {
        Self::Store(failure)
    }
}
