//! From a task to the function of a service.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use stipule_wire::{Any, Decode, Json, Object, Posture};

use super::failure::StepFailure;
use super::task::StepTask;
use super::token::Token;
use crate::context::Context;

/// A step and who takes it.
#[derive(Clone)]
pub struct SagaStep {
    /// Name of the saga.
    pub saga: &'static str,
    /// Name of the step.
    pub step: &'static str,
    /// Who takes it.
    pub service: &'static str,
    /// Whether it gives something: then whoever writes says what, together with the write.
    pub gives: bool,
    /// What is done.
    pub handler: StepHandler,
}

impl fmt::Debug for SagaStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SagaStep({}/{}, {})", self.saga, self.step, self.service)
    }
}

/// What is done when a step is called; made by [`step_handler`] and [`waiting_step_handler`].
pub type StepHandler =
    Arc<dyn Fn(Context, StepTask) -> BoxFuture<'static, Result<Any, StepFailure>> + Send + Sync + 'static>;

/// A handler of a step that answers at once.
pub fn step_handler<I, O, E, F, R>(handle: F) -> StepHandler
where
    I: Decode + Send + 'static,
    O: Serialize,
    E: Into<StepFailure>,
    F: Fn(Context, I) -> R + Send + Sync + 'static,
    R: Future<Output = Result<O, E>> + Send + 'static,
{
    Arc::new(move |cx, task| {
        let handled = input(&task).map(|input| handle(cx, input));
        Box::pin(async move {
            let output = handled?.await.map_err(Into::into)?;
            let output = Json::of(&output).map_err(StepFailure::permanent)?;
            // A state machine takes anything, but the output of a step that gives nothing is an object too.
            Ok(if output.is_null() { Json::Object(Object::default()) } else { output })
        })
    })
}

/// A handler of a step that is answered later by its token.
pub fn waiting_step_handler<I, O, E, F, R>(handle: F) -> StepHandler
where
    I: Decode + Send + 'static,
    O: Serialize,
    E: Into<StepFailure>,
    F: Fn(Context, I, Token<O, E>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), E>> + Send + 'static,
{
    Arc::new(move |cx, task| {
        let handled = match (&task.token, input(&task)) {
            (_, Err(failure)) => Err(failure),
            (None, _) => Err(StepFailure::permanent("a step that waits was called without a token")),
            (Some(token), Ok(input)) => Ok(handle(cx, input, Token::new(token.as_str()))),
        };
        Box::pin(async move {
            handled?.await.map_err(Into::into)?;
            Ok(Json::Object(Object::default()))
        })
    })
}

/// The input as its type. Names that the type doesn't know are ignored: it may come from a newer event.
fn input<I: Decode>(task: &StepTask) -> Result<I, StepFailure> {
    stipule_wire::decode(&task.input, Posture::Open).map_err(|violations| {
        StepFailure::permanent(format!(
            "the input of `{}/{}` doesn't fit: {violations}",
            task.saga, task.step
        ))
    })
}
