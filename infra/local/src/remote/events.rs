//! EventBridge and SQS, as far as functions use them. Sources: `PutEvents` in the EventBridge API reference, `SendMessage`
//! in the SQS API reference.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};
use stipule_runtime::event::Envelope;
use stipule_runtime::seen::{self, Seen};
use stipule_runtime::subscription::{Delivery, Subscription};

use super::endpoint::{Behind, Said, refused};
use super::plan;
use crate::happening::Happening;

impl Behind {
    /// Takes events from the publisher to every queue whose rule they match, but ordered ones: those are sent to.
    pub(super) async fn put_events(&self, asked: &Value) -> Said {
        let entries = asked["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        let (mut envelopes, mut told, mut failed) = (Vec::new(), Vec::new(), 0);
        for entry in entries {
            match Envelope::from_json(entry["Detail"].as_str().unwrap_or_default().as_bytes()) {
                Ok(envelope) => {
                    told.push(json!({ "EventId": envelope.id.to_string() }));
                    envelopes.push(Arc::new(envelope));
                }
                Err(error) => {
                    failed += 1;
                    told.push(json!({ "ErrorCode": "MalformedDetail", "ErrorMessage": error.to_string() }));
                }
            }
        }
        let publications = envelopes.iter().map(|envelope| {
            let mut publication = self.publisher.publication(envelope);
            publication.to.retain(|(_, key)| key.is_none());
            publication
        });
        if let Err(error) = self.queues.publish(publications.collect()).await {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalException", error);
        }
        for envelope in envelopes {
            seen::note(Seen::Event { event: &envelope.name, version: envelope.version });
            self.happenings.tell(Happening::Published(envelope));
        }
        (StatusCode::OK, json!({ "FailedEntryCount": failed, "Entries": told }))
    }

    /// Takes an event into an ordered queue.
    pub(super) async fn send_message(&self, asked: &Value) -> Said {
        let queue = asked["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        let Some(subscription) = self.ordered(queue) else {
            let said = format_args!("there is no queue {queue}");
            return refused(StatusCode::BAD_REQUEST, "AWS.SimpleQueueService.NonExistentQueue", said);
        };
        let body = asked["MessageBody"].as_str().unwrap_or_default();
        let event: Value = serde_json::from_str(body).unwrap_or_default();
        let envelope = match Envelope::from_json(event["detail"].to_string().as_bytes()) {
            Ok(envelope) => envelope,
            Err(error) => return refused(StatusCode::BAD_REQUEST, "InvalidMessageContents", error),
        };
        let publication = self.publisher.addressed(&envelope, Some(subscription.name));
        if let Err(error) = self.queues.publish(vec![publication]).await {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", error);
        }
        (StatusCode::OK, json!({ "MessageId": envelope.id.to_string() }))
    }

    /// Whose queue a name is. Names that would be too long are cut, and marked with eight digits.
    fn ordered(&self, queue: &str) -> Option<&Subscription> {
        let name = queue.strip_suffix(".fifo")?.strip_prefix(&plan::prefix(self.platform))?;
        let is_its = |it: &&Subscription| {
            let whole = plan::queue_of(it.name);
            let cut = name.rsplit_once('-').filter(|(kept, mark)| mark.len() == 8 && kept.len() >= 20);
            whole == name
                || cut.is_some_and(|(kept, _)| whole.starts_with(kept) && name.len() < whole.len() + 9)
        };
        let mut all =
            self.app.subscriptions().iter().filter(|it| matches!(it.delivery, Delivery::OrderedQueue { .. }));
        all.find(is_its)
    }
}
