//! Events, starts and steps: what a queue and a state machine call functions with. Sources: "Using Lambda with Amazon SQS"
//! and "Reporting batch item failures" of the Lambda developer guide.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stipule_runtime::event::Envelope;
use stipule_runtime::saga::{Saga, StepFailure};
use stipule_runtime::subscription::{Delivery, Failure, Subscription};
use stipule_runtime::wire::{Any, Json, Limits};

use super::Remote;
use super::plan::{self, ACCOUNT, REGION};
use crate::bus::event_of;
use crate::functions::Failed;
use crate::queue::Message;

/// Why a message comes again. The function's own log has the rest.
const NOT_HANDLED: &str = "the function says that it failed";

impl Remote {
    /// Hands a batch to the function of its consumer; an outcome for each message.
    pub(crate) async fn deliver(
        &self,
        subscription: &Subscription,
        batch: &[(&Message, &Envelope)],
    ) -> Vec<Result<(), Failure>> {
        let handler = format!("{}.events", subscription.service);
        if subscription.delivery == Delivery::Direct {
            let mut outcomes = Vec::with_capacity(batch.len());
            for (_, envelope) in batch {
                let answered = self.functions.invoke_in_turn(&handler, event_of(envelope).to_string().into());
                outcomes.push(answered.await.map(drop).map_err(|failed| Failure::retry(failed.to_string())));
            }
            return outcomes;
        }
        let ordered = matches!(subscription.delivery, Delivery::OrderedQueue { .. });
        let end = if ordered { ".fifo" } else { "" };
        let queue = format!("{}{}{end}", plan::prefix(self.platform), plan::queue_of(subscription.name));
        let records = batch.iter().map(|(message, envelope)| record(&queue, message, &event_of(envelope)));
        let left = self.call(&handler, records.collect()).await;
        let outcome = |(message, _): &(&Message, &Envelope)| match &left {
            Ok(left) if left.contains(&message.event_id) => Err(Failure::retry(NOT_HANDLED)),
            Ok(_) => Ok(()),
            Err(failed) => Err(Failure::retry(failed.to_string())),
        };
        batch.iter().map(outcome).collect()
    }

    /// Has the starter start the run that an event asks for.
    ///
    /// # Errors
    /// Why it wasn't started.
    pub(crate) async fn start(&self, saga: &Saga, message: &Message) -> Result<(), String> {
        let detail: Value = serde_json::from_str(&message.body).unwrap_or_default();
        let event = json!({ "detail-type": detail["name"], "source": detail["source"], "detail": detail });
        let queue = format!("{}{}-start", plan::prefix(self.platform), saga.name.replace('_', "-"));
        match self.call("platform.starter", vec![record(&queue, message, &event)]).await {
            Ok(left) if left.is_empty() => Ok(()),
            Ok(_) => Err(NOT_HANDLED.to_owned()),
            Err(failed) => Err(failed.to_string()),
        }
    }

    /// Has the function of a service take a step.
    ///
    /// # Errors
    /// What the function says, or what became of its process, by the names that state machines know.
    pub(crate) async fn perform(&self, saga: &str, step: &str, task: &Value) -> Result<Any, StepFailure> {
        let taker = self.app.taker_of(saga, step);
        let taker =
            taker.ok_or_else(|| StepFailure::permanent(format!("nobody takes the step `{saga}/{step}`")))?;
        let answered =
            self.functions.invoke_in_turn(&format!("{taker}.steps"), task.to_string().into()).await;
        let answer =
            answered.map_err(|failed| StepFailure { error: error_of(&failed), cause: failed.to_string() })?;
        let output = Json::parse(&answer, Limits::default());
        output
            .map(Json::into_owned)
            .map_err(|_| StepFailure::permanent("what the function answered isn't JSON"))
    }

    /// Messages of a batch that come again.
    async fn call(&self, handler: &str, records: Vec<Value>) -> Result<BTreeSet<String>, Failed> {
        let ids = records.iter().filter_map(|it| it["messageId"].as_str()).map(str::to_owned).collect();
        let event = json!({ "Records": records }).to_string();
        let answer = self.functions.invoke_in_turn(handler, event.into()).await?;
        Ok(left(&answer, ids))
    }
}

/// Messages that come again by what a function answered: those that it names; all of them where that isn't understood.
/// Source: "Success and failure conditions" of "Reporting batch item failures".
fn left(answer: &[u8], ids: BTreeSet<String>) -> BTreeSet<String> {
    let Ok(said) = serde_json::from_slice::<Value>(answer) else { return ids };
    let failed = match &said["batchItemFailures"] {
        Value::Null => return BTreeSet::new(),
        Value::Array(failed) => failed,
        _ => return ids,
    };
    let named = failed.iter().map(|it| it["itemIdentifier"].as_str().filter(|id| ids.contains(*id)));
    let named: Option<BTreeSet<String>> = named.map(|id| id.map(str::to_owned)).collect();
    named.unwrap_or(ids)
}

/// What `Retry` and `Catch` of a state machine see. Source: "Handling errors in Step Functions workflows" of its developer
/// guide, and what Lambda calls its failures.
fn error_of(failed: &Failed) -> String {
    match failed {
        Failed::Fault { kind, .. } => kind.clone(),
        Failed::Throttled => "Lambda.TooManyRequestsException".to_owned(),
        Failed::TimedOut(_) => "Sandbox.Timedout".to_owned(),
        Failed::Exited(_) => "Runtime.ExitError".to_owned(),
        Failed::NotStarted(_) | Failed::Unknown(_) => "Lambda.ServiceException".to_owned(),
    }
}

/// A message as a queue hands it out; its body is the event as the bus delivers it.
fn record(queue: &str, message: &Message, event: &Value) -> Value {
    let mut attributes = json!({ "ApproximateReceiveCount": (message.attempts + 1).to_string() });
    if let Some(key) = &message.ordering_key {
        attributes["MessageGroupId"] = key.as_str().into();
    }
    json!({
        "messageId": message.event_id,
        "receiptHandle": message.position.to_string(),
        "body": event.to_string(),
        "attributes": attributes,
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"),
        "awsRegion": REGION,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_answers_says_what_comes_again_and_nothing_is_lost_that_is_not_understood() {
        let ids = || BTreeSet::from(["a", "b"].map(str::to_owned));
        let said = |text: &str| left(text.as_bytes(), ids());
        for all_well in ["null", "{}", r#"{"batchItemFailures":null}"#, r#"{"batchItemFailures":[]}"#] {
            assert_eq!(said(all_well), BTreeSet::new(), "{all_well}");
        }
        let one = r#"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#;
        assert_eq!(said(one), BTreeSet::from(["b".to_owned()]));
        for not_understood in [
            "",
            "<html>",
            r#"{"batchItemFailures":7}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifer":"b"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"of another batch"}]}"#,
        ] {
            assert_eq!(said(not_understood), ids(), "{not_understood}");
        }
    }
}
