//! What happened in a run, in the words of Step Functions.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened. Types as in `GetExecutionHistory` of the Step Functions API reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// From 1, without gaps within a run.
    pub id: u64,
    /// The event it follows from; 0 for the first.
    pub previous: u64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// `TaskStateEntered`, `TaskFailed`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The state it is about.
    pub state: Option<String>,
    /// Input, output, error: what goes with the type.
    pub details: Value,
}

/// Most events of a run. Source: quotas of Step Functions, "Maximum execution history size".
pub(crate) const MOST_EVENTS: u64 = 25_000;
