//! What happened, numbered, and as the console's pages read it.

use serde_json::{Value, json};
use stipule_runtime::App;

use crate::happening::{Answered, Happening, Outcome, Stepped, Wrote};

/// Something that happened.
pub(super) struct Sign {
    /// From 1, in the order of happening.
    pub(super) number: u64,
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) what: Happening,
}

impl Sign {
    /// The story that it belongs to.
    pub(super) fn story(&self) -> &str {
        match &self.what {
            Happening::Answered(it) => &it.correlation_id,
            Happening::Published(event) | Happening::Handled { event, .. } => &event.correlation_id,
            Happening::Stepped(it) => &it.task.context.correlation_id,
            Happening::Wrote(it) => &it.why.correlation_id,
            Happening::Struck { why, .. } => &why.correlation_id,
        }
    }

    pub(super) fn to_json(&self, app: &App) -> Value {
        let mut told = match &self.what {
            Happening::Answered(it) => call(it),
            Happening::Published(event) => {
                let sagas: Vec<&str> = app
                    .sagas()
                    .iter()
                    .filter(|saga| saga.run_of(event).is_some())
                    .map(|saga| saga.name)
                    .collect();
                json!({
                    "kind": "event", "id": event.id.to_string(), "name": event.name, "source": event.source,
                    "aggregate": event.aggregate.name, "key": event.aggregate.id, "tenant": event.tenant,
                    "cause": event.causation_id, "starts": sagas,
                })
            }
            Happening::Handled { event, subscription, outcome, took } => {
                let (word, reason) = match outcome {
                    Outcome::Done => ("done", None),
                    Outcome::Repeated => ("repeated", None),
                    Outcome::Retried { reason } => ("retried", Some(reason)),
                    Outcome::Parked { reason } => ("parked", Some(reason)),
                };
                let service = app.subscriptions().iter().find(|it| it.name == *subscription);
                json!({
                    "kind": "handled", "event": event.id.to_string(), "name": event.name, "tenant": event.tenant,
                    "subscription": subscription, "service": service.map(|it| it.service),
                    "outcome": word, "reason": reason, "micros": micros(*took),
                })
            }
            Happening::Stepped(it) => step(it, app),
            Happening::Wrote(it) => wrote(it),
            Happening::Struck { strike, on, why } => json!({
                "kind": "chaos", "what": strike.to_string(), "on": on, "cause": why.cause, "tenant": why.tenant,
            }),
        };
        told["n"] = self.number.into();
        told["at"] = self.at.into();
        told["story"] = self.story().into();
        told
    }
}

fn call(it: &Answered) -> Value {
    let operation = it.operation;
    json!({
        "kind": "call", "method": it.method.as_str(), "path": it.path, "status": it.status,
        "operation": operation.map(|it| it.id), "service": operation.map(|it| it.service),
        "micros": micros(it.took), "request": it.request_id, "tenant": it.tenant,
    })
}

fn step(it: &Stepped, app: &App) -> Value {
    let task = &it.task;
    let run = task.key.split('/').nth(1);
    json!({
        "kind": "step", "saga": task.saga, "run": run, "step": task.step, "key": task.key,
        "service": app.taker_of(&task.saga, &task.step), "attempt": task.attempt,
        "waits": task.token.is_some(), "failure": it.failure, "micros": micros(it.took),
        "tenant": task.context.tenant, "cause": task.context.causation_id,
    })
}

fn wrote(it: &Wrote) -> Value {
    let changes = it.changes.iter().map(|change| {
        json!({ "verb": change.verb, "entity": change.entity, "pk": change.key.0, "sk": change.key.1 })
    });
    json!({
        "kind": "write", "cause": it.why.cause, "tenant": it.why.tenant, "committed": it.committed,
        "changes": changes.collect::<Vec<_>>(),
    })
}

pub(super) fn micros(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
