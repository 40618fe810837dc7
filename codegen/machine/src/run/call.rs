//! Calls: work that is done outside, and its answers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Cx, Happening, after};
use crate::data::is_too_large;
use crate::fault::{DATA_LIMIT, Failure, HEARTBEAT_TIMEOUT, TIMEOUT};

/// Work to be done outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Unique within the run. A retry of the state is another call; a repetition after a restart is the same.
    pub id: u64,
    /// Name of the state.
    pub state: String,
    /// Retries of the state before this call.
    pub retries: u64,
    /// What is called, as in the definition.
    pub resource: String,
    /// With what.
    pub parameters: Value,
    /// Shown by whoever answers in place of the called one, if the resource waits for that.
    pub token: Option<String>,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It was handed over; somebody else will answer by the token. For a call without token it says nothing.
    Accepted,
    /// It is still at work: the next heartbeat is due later.
    Alive,
    /// It is done.
    Done(Value),
    /// It failed.
    Failed(Failure),
}

/// A call that has no answer yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Open {
    pub(super) call: Call,
    /// Whether it was handed over already, so that a restart doesn't do it again.
    pub(super) accepted: bool,
    pub(super) deadline: Option<i64>,
    pub(super) heartbeat: Option<Heartbeat>,
}

/// A sign of life that is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Heartbeat {
    pub(super) seconds: u64,
    pub(super) due: i64,
}

impl Open {
    pub(super) fn due(&self) -> Option<i64> {
        self.deadline.into_iter().chain(self.heartbeat.as_ref().map(|heartbeat| heartbeat.due)).min()
    }

    /// The call, if it is to be made again.
    pub(super) fn again(&self) -> Option<Call> {
        (!self.accepted).then(|| self.call.clone())
    }

    /// The result, if what happened decides it.
    pub(super) fn happened(
        &mut self,
        state: &str,
        previous: &mut u64,
        cx: &mut Cx<'_>,
        happening: &mut Happening,
    ) -> Option<Result<Value, Failure>> {
        // Whoever answers at the very end is too late: timers come first.
        if let Some(failure) = self.overdue(cx.now) {
            cx.step.commands.push(super::Command::Cancel(self.call.id));
            *previous = cx.event(*previous, "TaskTimedOut", Some(state), json!(failure));
            return Some(Err(failure));
        }
        let Happening::Answer { id, answer } = happening else { return None };
        if *id != self.call.id {
            return None;
        }
        cx.step.taken = true;
        match answer.take()? {
            Answer::Accepted => {
                self.accepted = self.call.token.is_some();
                None
            }
            Answer::Alive => {
                if let Some(heartbeat) = &mut self.heartbeat {
                    heartbeat.due = after(cx.now, heartbeat.seconds);
                }
                None
            }
            Answer::Done(output) if is_too_large(&output) => {
                let failure = Failure::new(DATA_LIMIT, "the result of the task has more than 262144 bytes");
                *previous = cx.event(*previous, "TaskFailed", Some(state), json!(failure));
                Some(Err(failure))
            }
            Answer::Done(output) => {
                *previous = cx.event(*previous, "TaskSucceeded", Some(state), json!({ "output": output }));
                Some(Ok(output))
            }
            Answer::Failed(failure) => {
                *previous = cx.event(*previous, "TaskFailed", Some(state), json!(failure));
                Some(Err(failure))
            }
        }
    }

    fn overdue(&self, now: i64) -> Option<Failure> {
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return Some(Failure::new(TIMEOUT, "the task took too long"));
        }
        let heartbeat = self.heartbeat.as_ref()?;
        (now >= heartbeat.due)
            .then(|| Failure::new(HEARTBEAT_TIMEOUT, "the task gave no sign of life in time"))
    }
}
