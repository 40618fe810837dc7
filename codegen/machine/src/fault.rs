//! What can be wrong with a definition, and what can go wrong in a run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: a JSON pointer into the definition.
    pub pointer: String,
    /// What is wrong, and the way out where there is one.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)
    }
}

/// Why a state or a run failed, as `Catch` and `Retry` see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Name of the error: `States.Timeout`, `OutOfStock`.
    pub error: String,
    /// Words for people.
    pub cause: String,
}

/// Matches every error but the terminal ones.
pub(crate) const ALL: &str = "States.ALL";
/// Matches every error of a task but a timeout.
pub(crate) const TASK_FAILED: &str = "States.TaskFailed";
/// A task or a run took too long.
pub(crate) const TIMEOUT: &str = "States.Timeout";
/// A task didn't say in time that it is still at work.
pub(crate) const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
/// What no `Retry` or `Catch` takes: paths that lead nowhere, and the like.
pub(crate) const RUNTIME: &str = "States.Runtime";
/// A value larger than 256 KiB.
pub(crate) const DATA_LIMIT: &str = "States.DataLimitExceeded";
/// A path in a template leads nowhere.
pub(crate) const PARAMETER_PATH: &str = "States.ParameterPathFailure";
/// A result can't be put where `ResultPath` says.
pub(crate) const RESULT_PATH: &str = "States.ResultPathMatchFailure";
/// No rule of a choice holds, and it has no default.
pub(crate) const NO_CHOICE: &str = "States.NoChoiceMatched";
/// A function was called with what it doesn't take.
pub(crate) const INTRINSIC: &str = "States.IntrinsicFailure";
/// A branch failed.
pub(crate) const BRANCH_FAILED: &str = "States.BranchFailed";

impl Failure {
    /// A failure with these words.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { error: error.into(), cause: cause.into() }
    }

    /// Whether a name in `ErrorEquals` stands for it.
    pub(crate) fn is(&self, name: &str) -> bool {
        if self.is_terminal() {
            return false;
        }
        match name {
            ALL => true,
            TASK_FAILED => !matches!(self.error.as_str(), TIMEOUT | HEARTBEAT_TIMEOUT),
            // The specification: a missed heartbeat is a timeout too.
            TIMEOUT => matches!(self.error.as_str(), TIMEOUT | HEARTBEAT_TIMEOUT),
            name => self.error == name,
        }
    }

    /// Whether nothing takes it. Source: "Handling errors in Step Functions workflows" of the developer guide.
    fn is_terminal(&self) -> bool {
        matches!(self.error.as_str(), RUNTIME | DATA_LIMIT)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.cause)
    }
}

impl std::error::Error for Failure {}
