//! What a state does when it begins: once when it is entered, and again for each retry.

use serde_json::{Value, json};

use super::branch::{Branch, Phase, Turn};
use super::call::{Call, Heartbeat, Open};
use super::context::roots;
use super::fan::Fan;
use super::{Command, Cx, after};
use crate::data::choice::Rule;
use crate::data::{Roots, instant};
use crate::definition::{Map, Next, Seconds, State, Task, Text, Until, Work};
use crate::fault::{Failure, NO_CHOICE, RUNTIME};

impl Branch {
    pub(super) fn begin(&mut self, state: &State, cx: &mut Cx<'_>) -> Turn {
        match self.work(state, cx) {
            Ok(turn) => turn,
            Err(failure) => Turn::Result(Err(failure)),
        }
    }

    fn work(&mut self, state: &State, cx: &mut Cx<'_>) -> Result<Turn, Failure> {
        match &state.work {
            Work::Task(task) => self.call(task, state, cx),
            Work::Pass { result } => {
                let seen = self.parameters(state, None, cx)?;
                Ok(Turn::Result(Ok(result.clone().unwrap_or(seen))))
            }
            Work::Choice { rules, default } => {
                let seen = self.seen(state, cx)?;
                let context = self.context(None, cx);
                let next = chosen(rules, default.as_deref(), roots(&seen, &context))?;
                Ok(Turn::Left(Next::State(next), self.passed_on(state, &seen, cx)?))
            }
            Work::Wait(until) => {
                let seen = self.seen(state, cx)?;
                let until = moment(until, roots(&seen, &self.context(None, cx)), cx.now)?;
                if until <= cx.now {
                    return Ok(Turn::Result(Ok(seen)));
                }
                self.phase = Phase::Waiting { until };
                Ok(Turn::Pending)
            }
            Work::Succeed => {
                let seen = self.seen(state, cx)?;
                Ok(Turn::Left(Next::End, self.passed_on(state, &seen, cx)?))
            }
            Work::Fail { error, cause } => {
                let context = self.context(None, cx);
                let input = self.input.clone();
                let found = |text: &Text, cx: &mut Cx<'_>| shown(text, roots(&input, &context), cx);
                let failure = Failure { error: found(error, cx)?, cause: found(cause, cx)? };
                Ok(Turn::Over(Err(failure)))
            }
            Work::Parallel(branches) => {
                let seen = self.parameters(state, None, cx)?;
                self.previous =
                    cx.event(self.previous, "ParallelStateStarted", Some(&self.state), Value::Null);
                let fan = Fan::of_branches(branches.len(), &seen);
                Ok(self.fan_out(fan, state, cx))
            }
            Work::Map(map) => {
                let fan = self.items(map, state, cx)?;
                let details = json!({ "length": fan.len() });
                self.previous = cx.event(self.previous, "MapStateStarted", Some(&self.state), details);
                Ok(self.fan_out(fan, state, cx))
            }
        }
    }

    /// The input as `InputPath` shows it.
    pub(super) fn seen(&self, state: &State, cx: &Cx<'_>) -> Result<Value, Failure> {
        let Some(path) = &state.input else { return Ok(json!({})) };
        let context = if path.is_of_context() { self.context(None, cx) } else { Value::Null };
        path.find(roots(&self.input, &context)).ok_or_else(|| {
            Failure::new(RUNTIME, format!("the path `{}` of `InputPath` leads nowhere", path.text()))
        })
    }

    /// The input as `Parameters` has it.
    fn parameters(&self, state: &State, token: Option<&str>, cx: &mut Cx<'_>) -> Result<Value, Failure> {
        let seen = self.seen(state, cx)?;
        match &state.parameters {
            None => Ok(seen),
            Some(template) => template.value(roots(&seen, &self.context(token, cx)), cx.chance),
        }
    }

    fn call(&mut self, task: &Task, state: &State, cx: &mut Cx<'_>) -> Result<Turn, Failure> {
        let id = cx.counts.calls + 1;
        let token = task.callback.then(|| {
            let drawn: String = (0..4).map(|_| format!("{:016x}", cx.chance.draw())).collect();
            format!("{}/{}/{id}/{drawn}", cx.facts.machine, cx.facts.name)
        });
        let parameters = self.parameters(state, token.as_deref(), cx)?;
        let seen = self.seen(state, cx)?;
        let context = self.context(None, cx);
        let seconds = |wanted: &Option<Seconds>| match wanted {
            None => Ok(None),
            Some(wanted) => number(wanted, roots(&seen, &context)).map(Some),
        };
        let (timeout, heartbeat) = (seconds(&task.timeout)?, seconds(&task.heartbeat)?);
        cx.counts.calls = id;
        let call = Call {
            id,
            state: self.state.clone(),
            retries: self.retries,
            resource: task.resource.clone(),
            parameters,
            token,
        };
        let details = json!({"resource": call.resource, "parameters": call.parameters});
        self.previous = cx.event(self.previous, "TaskScheduled", Some(&self.state), details);
        cx.step.commands.push(Command::Call(call.clone()));
        self.phase = Phase::Called(Box::new(Open {
            call,
            accepted: false,
            deadline: timeout.map(|seconds| after(cx.now, seconds)),
            heartbeat: heartbeat.map(|seconds| Heartbeat { seconds, due: after(cx.now, seconds) }),
        }));
        Ok(Turn::Pending)
    }

    fn items(&self, map: &Map, state: &State, cx: &mut Cx<'_>) -> Result<Fan, Failure> {
        let seen = self.seen(state, cx)?;
        let context = self.context(None, cx);
        let at = roots(&seen, &context);
        let nowhere = |path: &str| Failure::new(RUNTIME, format!("the path `{path}` of a map leads nowhere"));
        let found = map.items.find(at).ok_or_else(|| nowhere(map.items.text()))?;
        let Value::Array(items) = found else {
            let cause = format!("the path `{}` of `ItemsPath` leads to no array", map.items.text());
            return Err(Failure::new(RUNTIME, cause));
        };
        let limit = match &map.concurrency {
            crate::definition::Limit::Constant(limit) => *limit,
            crate::definition::Limit::Path(path) => {
                path.find(at).and_then(|value| value.as_u64()).ok_or_else(|| nowhere(path.text()))?
            }
        };
        let mut inputs = Vec::with_capacity(items.len());
        for (index, value) in items.into_iter().enumerate() {
            let input = match &map.selector {
                None => value.clone(),
                Some(template) => {
                    let mut context = context.clone();
                    context["Map"] = json!({"Item": {"Index": index, "Value": value}});
                    template.value(roots(&seen, &context), cx.chance)?
                }
            };
            inputs.push((input, value));
        }
        Ok(Fan::of_items(inputs, limit))
    }

    fn fan_out(&mut self, mut fan: Fan, state: &State, cx: &mut Cx<'_>) -> Turn {
        let result = fan.start(&state.work, &mut self.previous, cx);
        self.phase = Phase::Fanned(fan);
        result.map_or(Turn::Pending, Turn::Result)
    }
}

fn chosen(rules: &[(Rule, String)], default: Option<&str>, at: Roots<'_>) -> Result<String, Failure> {
    for (rule, next) in rules {
        if rule.holds(at)? {
            return Ok(next.clone());
        }
    }
    default
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(NO_CHOICE, "no rule holds, and there is no default"))
}

fn number(seconds: &Seconds, at: Roots<'_>) -> Result<u64, Failure> {
    match seconds {
        Seconds::Constant(seconds) => Ok(*seconds),
        Seconds::Path(path) => path.find(at).and_then(|value| value.as_u64()).ok_or_else(|| {
            Failure::new(RUNTIME, format!("the path `{}` leads to no whole number of seconds", path.text()))
        }),
    }
}

fn moment(until: &Until, at: Roots<'_>, now: i64) -> Result<i64, Failure> {
    match until {
        Until::Seconds(seconds) => Ok(after(now, number(seconds, at)?)),
        Until::Instant(instant) => Ok(*instant),
        Until::InstantPath(path) => {
            let found = path.find(at).and_then(|value| instant::read(value.as_str()?));
            found.ok_or_else(|| {
                Failure::new(RUNTIME, format!("the path `{}` leads to no instant", path.text()))
            })
        }
    }
}

fn shown(text: &Text, at: Roots<'_>, cx: &mut Cx<'_>) -> Result<String, Failure> {
    let value = match text {
        Text::Constant(text) => return Ok(text.clone()),
        Text::Call(call) => Some(call.value(at, cx.chance)?),
        Text::Path(path) => path.find(at),
    };
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(Failure::new(RUNTIME, "the text of a failure is no text")),
    }
}
