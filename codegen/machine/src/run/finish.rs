//! What becomes of the result of a state: its way to the next one, a retry, a catch, or the end.

use serde_json::{Value, json};

use super::branch::{Branch, Phase, Turn};
use super::context::roots;
use super::{Cx, after};
use crate::data::is_too_large;
use crate::definition::{Next, Placement, Retrier, State, Work};
use crate::fault::{BRANCH_FAILED, DATA_LIMIT, Failure, RESULT_PATH, RUNTIME};

impl Branch {
    pub(super) fn finish(&mut self, state: &State, result: Result<Value, Failure>, cx: &mut Cx<'_>) -> Turn {
        match result.and_then(|value| self.output(state, value, cx)) {
            Ok(output) => Turn::Left(state.next.clone(), output),
            Err(failure) => self.failed(state, failure, cx),
        }
    }

    /// A result on its way through `ResultSelector`, `ResultPath` and `OutputPath`.
    fn output(&self, state: &State, result: Value, cx: &mut Cx<'_>) -> Result<Value, Failure> {
        // A wait has no result of its own: its input goes on as `InputPath` shows it.
        if matches!(state.work, Work::Wait(_)) {
            return self.passed_on(state, &result, cx);
        }
        let result = match &state.selector {
            None => result,
            Some(template) => template.value(roots(&result, &self.context(None, cx)), cx.chance)?,
        };
        // What `Parameters` or `InputPath` hid from the state is there again.
        let placed = self.placed(&state.result, result)?;
        self.passed_on(state, &placed, cx)
    }

    fn placed(&self, place: &Placement, result: Value) -> Result<Value, Failure> {
        match place {
            Placement::Discard => Ok(self.input.clone()),
            Placement::At(path) => path.put(self.input.clone(), result).ok_or_else(|| {
                Failure::new(RESULT_PATH, format!("`{}` is no place in the input", path.text()))
            }),
        }
    }

    /// What `OutputPath` lets through.
    pub(super) fn passed_on(&self, state: &State, value: &Value, cx: &Cx<'_>) -> Result<Value, Failure> {
        let Some(path) = &state.output else { return Ok(json!({})) };
        let context = if path.is_of_context() { self.context(None, cx) } else { Value::Null };
        let output = path.find(roots(value, &context)).ok_or_else(|| {
            Failure::new(RUNTIME, format!("the path `{}` of `OutputPath` leads nowhere", path.text()))
        })?;
        if is_too_large(&output) {
            return Err(Failure::new(DATA_LIMIT, "the output of the state has more than 262144 bytes"));
        }
        Ok(output)
    }

    fn failed(&mut self, state: &State, failure: Failure, cx: &mut Cx<'_>) -> Turn {
        let takes = |names: &[String]| names.iter().any(|name| takes(state, name, &failure));
        let retrier = state.retry.iter().position(|retrier| takes(&retrier.errors));
        if let Some(place) = retrier {
            let (retrier, tries) = (&state.retry[place], &mut self.tries[place]);
            if *tries < retrier.attempts {
                let until = rest(retrier, *tries, cx);
                *tries += 1;
                self.retries += 1;
                self.phase = Phase::Resting { until };
                return Turn::Pending;
            }
        }
        let Some(catcher) = state.catch.iter().find(|catcher| takes(&catcher.errors)) else {
            return Turn::Over(Err(failure));
        };
        let shown = json!({"Error": failure.error, "Cause": failure.cause});
        match self.placed(&catcher.result, shown) {
            Ok(output) => Turn::Left(Next::State(catcher.next.clone()), output),
            Err(failure) => Turn::Over(Err(failure)),
        }
    }
}

/// Whether a name in `ErrorEquals` of a state stands for a failure. One of a branch is known by both names.
fn takes(state: &State, name: &str, failure: &Failure) -> bool {
    let fanned = matches!(state.work, Work::Parallel(_));
    failure.is(name) || (fanned && name == BRANCH_FAILED && failure.is(crate::fault::ALL))
}

/// When the state is tried again after so many tries.
fn rest(retrier: &Retrier, tries: u64, cx: &mut Cx<'_>) -> i64 {
    let grown = whole(retrier.interval) * retrier.rate.powf(whole(tries));
    let longest = retrier.longest.map_or(f64::INFINITY, whole);
    // Milliseconds; at most a year, beyond which nobody waits.
    let millis = (grown.min(longest) * 1000.0).min(31_622_400_000.0).round();
    let millis: u64 = format!("{millis:.0}").parse().unwrap_or(0);
    let millis = if retrier.jitter { cx.chance.up_to(millis) } else { millis };
    match millis % 1000 {
        0 => after(cx.now, millis / 1000),
        _ => cx.now.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)),
    }
}

/// Exact for every number of seconds that a definition may have.
fn whole(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
