//! Steps of sagas: from a task to its handler, once per key.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use stipule_wire::{Any, Limits};
use tracing::Instrument;

use super::App;
use crate::context::{Cause, Context, Principal, Trace};
use crate::id;
use crate::idempotency::{Handled, Recorded, key_of};
use crate::page;
use crate::ports::Ports;
use crate::saga::{Saga, SagaStep, StepFailure, StepTask};

impl App {
    /// With sagas and the steps that services take for them.
    #[must_use]
    pub fn with_sagas(
        mut self,
        sagas: impl IntoIterator<Item = Saga>,
        steps: impl IntoIterator<Item = SagaStep>,
    ) -> Self {
        self.sagas = sagas.into_iter().collect();
        self.steps = steps.into_iter().map(|step| ((step.saga, step.step), step)).collect();
        self
    }

    /// Every saga.
    pub fn sagas(&self) -> &[Saga] {
        &self.sagas
    }

    /// Every step.
    pub fn steps(&self) -> impl Iterator<Item = &SagaStep> {
        self.steps.values()
    }

    /// Takes a step. One that was done before under the same key gives what it gave then, without effect.
    ///
    /// A step that writes is remembered together with what it wrote. One that writes nothing leaves no trace and runs
    /// again when it is called again.
    ///
    /// Steps that the call takes first are taken in their order, each by itself: what fails ends the call, and the next
    /// try passes over those that were done.
    ///
    /// # Errors
    /// What the contract declares for a step, or a failure of the platform's own.
    pub async fn perform(&self, mut task: StepTask, ports: &Arc<Ports>) -> Result<Any, StepFailure> {
        for first in task.take_first() {
            let name = first.step.clone();
            let taken = self.take(first, ports).await;
            taken.map_err(|it| StepFailure { cause: format!("{name}: {}", it.cause), ..it })?;
        }
        self.take(task, ports).await
    }

    /// Takes one step.
    async fn take(&self, task: StepTask, ports: &Arc<Ports>) -> Result<Any, StepFailure> {
        let Some(step) = self.steps.get(&(task.saga.as_str(), task.step.as_str())).cloned() else {
            return Err(StepFailure::permanent(format!(
                "nobody takes the step `{}/{}`",
                task.saga, task.step
            )));
        };
        let cx = context(&task, &step, ports);
        let span = tracing::info_span!(
            "step",
            saga = step.saga,
            step = step.step,
            key = %task.key,
            attempt = task.attempt,
            tenant = %task.context.tenant,
            request_id = %cx.trace().request_id,
            trace_id = %cx.trace().trace_id,
        );
        perform(cx, task, &step).instrument(span).await
    }
}

async fn perform(cx: Context, task: StepTask, step: &SagaStep) -> Result<Any, StepFailure> {
    let fingerprint = task.fingerprint();
    // One that waits may have been cut off after it kept its token and before it looked whether the answer is there
    // already: it looks again, and what it writes is written once.
    let looks_again = task.token.is_some();
    if !looks_again && let Some(output) = recorded(&cx, &fingerprint).await? {
        tracing::debug!("done before");
        return Ok(output);
    }
    let handled = AssertUnwindSafe(async { (step.handler)(cx.clone(), task).await }).catch_unwind().await;
    match handled.unwrap_or_else(|_| Err(StepFailure::transient("the step panicked"))) {
        // Somebody else took it at the same time and was faster: what they gave is what it gives.
        Err(failure) if failure.is_done_before() => {
            let output = recorded(&cx, &fingerprint).await?;
            output.ok_or_else(|| StepFailure::transient("done by somebody else, who left nothing"))
        }
        // It failed over what somebody else did meanwhile who took the same step: then it is done. Of one that waits, what is
        // recorded is that it waits, and what it saw after it had written that is how it ends.
        Err(failure) => {
            if !looks_again && let Some(output) = recorded(&cx, &fingerprint).await? {
                return Ok(output);
            }
            tracing::warn!(error = failure.error, cause = failure.cause, "the step failed");
            Err(failure)
        }
        Ok(output) => Ok(output),
    }
}

fn context(task: &StepTask, step: &SagaStep, ports: &Arc<Ports>) -> Context {
    let trace = Trace {
        request_id: id::hashed(ports.ids.random()).to_string(),
        trace_id: task.context.trace_id.clone(),
        correlation_id: task.context.correlation_id.clone(),
        causation_id: task.context.causation_id.clone(),
    };
    let cause = Cause::Step {
        step: step.step,
        key: task.remembered_as(),
        fingerprint: task.fingerprint(),
        time: task.context.time,
        gives: step.gives,
    };
    let principal = Principal::platform(step.service);
    Context::new(ports.clone(), task.context.tenant.as_str(), principal, cause, trace)
}

/// What the step gave before, or how it failed with effect; `None` if it wasn't done.
async fn recorded(cx: &Context, fingerprint: &str) -> Result<Option<Any>, StepFailure> {
    let Some(key) = key_of(cx) else { return Ok(None) };
    let item = page::one(cx, key.clone(), true).await?;
    let Some(handled) = item.and_then(|item| Handled::of(cx, &item)) else { return Ok(None) };
    if handled.fingerprint != fingerprint {
        return Err(StepFailure::permanent("a step was called before under this key with another input"));
    }
    let corrupt = || StepFailure::permanent("what the step gave before can't be read");
    if let Some(failure) = handled.answer.as_ref().and_then(Recorded::to_failure) {
        return Err(failure);
    }
    let body = handled.answer.map_or_else(|| b"{}".to_vec(), |answer| answer.body);
    let output = stipule_wire::Json::parse(&body, Limits::default()).map_err(|_| corrupt())?;
    Ok(Some(output.into_owned()))
}
