//! The port to whatever runs sagas.

use std::fmt;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;
use stipule_wire::{Any, Json, Object};

use super::declared::run_name;
use super::failure::StepFailure;
use super::task::RunContext;
use crate::context::Context;
use crate::failure::Failed;

/// Starts runs and takes answers that come later.
pub trait Workflows: Send + Sync {
    /// Starts a run. A second start under the name of the first, with the same input, changes nothing.
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>>;

    /// Takes an answer; `false` if nobody waits for it (any more).
    fn answer(&self, token: &str, answer: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>>;
}

/// A run to be started.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Name of the saga.
    pub saga: String,
    /// Name of the run, by [`run_name`].
    pub name: String,
    /// What the state machine starts with: `key`, `context` and `input`.
    pub data: Any,
}

impl Start {
    /// The start of a run with its input.
    pub fn new(saga: &str, name: String, context: &RunContext, input: Any) -> Self {
        let mut data = Object::default();
        data.insert("key", Json::from(format!("{saga}/{name}")));
        data.insert("context", context.to_any());
        data.insert("input", input);
        Self { saga: saga.to_owned(), name, data: Json::Object(data) }
    }
}

/// What came of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It runs.
    New,
    /// It was started before.
    Before,
}

/// What comes of a step that waits for a token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenAnswer {
    /// It is done, with this output.
    Done(Any),
    /// It failed.
    Failed(StepFailure),
    /// It is still at work.
    Alive,
}

/// Why nothing was started or answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkflowError {
    /// There is no such saga here: a fault of the program.
    NoSuchSaga(String),
    /// There is a run of this name with another input.
    OtherInput(String),
    /// Whatever runs sagas can't be reached.
    Unavailable(String),
}

impl fmt::Display for WorkflowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchSaga(name) => write!(f, "there is no saga `{name}` here"),
            Self::OtherInput(name) => write!(f, "the run `{name}` was started before with another input"),
            Self::Unavailable(reason) => write!(f, "whatever runs sagas is unavailable: {reason}"),
        }
    }
}

impl std::error::Error for WorkflowError {}

impl From<WorkflowError> for Failed {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Unavailable(_) => Self::unavailable(error),
            WorkflowError::NoSuchSaga(_) | WorkflowError::OtherInput(_) => Self::internal(error),
        }
    }
}

impl From<WorkflowError> for crate::Failure {
    fn from(error: WorkflowError) -> Self {
        Failed::from(error).into()
    }
}

/// Starts a run of the context's tenant; `name` is what the caller calls it, unique for the tenant and the saga.
///
/// # Errors
/// When the input doesn't serialise, or as [`Workflows::start`] says.
pub async fn start<I: Serialize + Sync>(
    cx: &Context,
    saga: &str,
    name: &str,
    input: &I,
) -> Result<Started, WorkflowError> {
    let input = Json::of(input).map_err(|error| WorkflowError::Unavailable(error.to_string()))?;
    let start = Start::new(saga, run_name(cx.tenant(), name), &RunContext::of(cx), input);
    cx.ports().workflows.start(start).await
}

/// Where no saga runs: tests of single services, places that call their services alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWorkflows;

impl Workflows for NoWorkflows {
    fn start(&self, start: Start) -> BoxFuture<'_, Result<Started, WorkflowError>> {
        async move { Err(WorkflowError::NoSuchSaga(start.saga)) }.boxed()
    }

    fn answer(&self, _: &str, _: TokenAnswer) -> BoxFuture<'_, Result<bool, WorkflowError>> {
        async { Ok(false) }.boxed()
    }
}
