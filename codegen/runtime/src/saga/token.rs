//! Tokens of steps that are answered later.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use stipule_wire::Json;

use super::failure::StepFailure;
use super::port::{TokenAnswer, WorkflowError};
use crate::context::Context;

/// What whoever answers a step later shows: kept as text until then. `O` is what the step gives, `E` how it fails.
pub struct Token<O, E> {
    text: String,
    answers: PhantomData<fn(O, E)>,
}

impl<O: Serialize, E: Into<StepFailure>> Token<O, E> {
    /// A token that was kept as text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), answers: PhantomData }
    }

    /// As it is kept. It is a secret: whoever knows it can answer.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The step is done; `false` if nobody waits for it any more.
    ///
    /// # Errors
    /// When whatever runs the saga can't be reached, or the output doesn't serialise.
    pub async fn succeed(&self, cx: &Context, output: &O) -> Result<bool, WorkflowError> {
        let output = Json::of(output).map_err(|error| WorkflowError::Unavailable(error.to_string()))?;
        cx.ports().workflows.answer(&self.text, TokenAnswer::Done(output)).await
    }

    /// The step failed; `false` if nobody waits for it any more.
    ///
    /// # Errors
    /// When whatever runs the saga can't be reached.
    pub async fn fail(&self, cx: &Context, error: E) -> Result<bool, WorkflowError> {
        cx.ports().workflows.answer(&self.text, TokenAnswer::Failed(error.into())).await
    }

    /// The step is still at work: its heartbeat is due later; `false` if nobody waits for it any more.
    ///
    /// # Errors
    /// When whatever runs the saga can't be reached.
    pub async fn heartbeat(&self, cx: &Context) -> Result<bool, WorkflowError> {
        cx.ports().workflows.answer(&self.text, TokenAnswer::Alive).await
    }
}

impl<O, E> Clone for Token<O, E> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), answers: PhantomData }
    }
}

/// Nothing of it.
impl<O, E> fmt::Debug for Token<O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
