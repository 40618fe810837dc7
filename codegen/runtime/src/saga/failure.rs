//! How a step fails, in the words of the state machine.

use std::fmt;

use crate::failure::{Failed, StoreFailure};
use crate::subscription::Failure;

/// Error of a step that may go better next time.
pub const TRANSIENT: &str = "Step.Transient";

/// Error of a step that won't: no state machine tries it again. Names that a contract declares have no dot.
pub const PERMANENT: &str = "Step.Permanent";

/// Not an error that a state machine ever sees: the step was done before.
const DONE_BEFORE: &str = "Step.DoneBefore";

/// Why a step failed. Its words are kept with the run and shown to operators: no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFailure {
    /// What `Retry` and `Catch` go by: a name that the contract declares, [`TRANSIENT`] or [`PERMANENT`].
    pub error: String,
    /// Words for people.
    pub cause: String,
}

impl StepFailure {
    /// An error that the contract declares.
    pub fn declared(error: &str, cause: impl Into<String>) -> Self {
        Self { error: error.to_owned(), cause: cause.into() }
    }

    /// It may go better next time.
    pub fn transient(cause: impl fmt::Display) -> Self {
        Self::declared(TRANSIENT, cause.to_string())
    }

    /// It never will.
    pub fn permanent(cause: impl fmt::Display) -> Self {
        Self::declared(PERMANENT, cause.to_string())
    }

    pub(crate) fn is_done_before(&self) -> bool {
        self.error == DONE_BEFORE
    }
}

impl fmt::Display for StepFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.cause)
    }
}

impl std::error::Error for StepFailure {}

impl From<Failure> for StepFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Retry(cause) => Self::transient(cause),
            Failure::Park(cause) => Self::permanent(cause),
            Failure::AlreadyHandled => Self::declared(DONE_BEFORE, ""),
        }
    }
}

/// Gives the error of a step what all of them have: a failure of the platform's own and the contract's names.
///
/// ```
/// # use stipule_runtime::{Failure, saga::StepFailure};
/// #[derive(Clone, Debug, PartialEq, Eq)]
/// pub enum LendError {
///     NoCopyLeft(String),
///     Failed(Failure),
/// }
///
/// stipule_runtime::step_error!(LendError, Failed, { NoCopyLeft => "NoCopyLeft" });
///
/// let failure = StepFailure::from(LendError::NoCopyLeft("all are lent".into()));
/// assert_eq!(failure.error, "NoCopyLeft");
/// let failure = StepFailure::from(LendError::from(Failure::retry("the store is busy")));
/// assert_eq!(failure.error, "Step.Transient");
/// ```
#[macro_export]
macro_rules! step_error {
    ($name:ident, $failed:ident, { $($variant:ident => $error:literal),* $(,)? }) => {
        impl ::std::convert::From<$name> for $crate::saga::StepFailure {
            fn from(error: $name) -> Self {
                match error {
                    $($name::$variant(cause) => $crate::saga::StepFailure::declared($error, cause),)*
                    $name::$failed(failure) => failure.into(),
                }
            }
        }

        impl ::std::convert::From<$crate::Failure> for $name {
            fn from(failure: $crate::Failure) -> Self {
                Self::$failed(failure)
            }
        }

        impl ::std::convert::From<$crate::Failed> for $name {
            fn from(failed: $crate::Failed) -> Self {
                Self::$failed(failed.into())
            }
        }

        impl ::std::convert::From<$crate::StoreFailure> for $name {
            fn from(failure: $crate::StoreFailure) -> Self {
                Self::$failed(failure.into())
            }
        }
    };
}

impl From<StoreFailure> for StepFailure {
    fn from(failure: StoreFailure) -> Self {
        Failure::from(failure).into()
    }
}

impl From<Failed> for StepFailure {
    fn from(failed: Failed) -> Self {
        Failure::from(failed).into()
    }
}
