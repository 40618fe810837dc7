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
        if publication.to.is_empty() {
            // Taking it would lose it.
            let said = format_args!("{queue} has no place for {}", envelope.name);
            return refused(StatusCode::BAD_REQUEST, "InvalidMessageContents", said);
        }
        if let Err(error) = self.queues.publish(vec![publication]).await {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", error);
        }
        (StatusCode::OK, json!({ "MessageId": envelope.id.to_string() }))
    }

    /// Whose queue a name is.
    fn ordered(&self, queue: &str) -> Option<&Subscription> {
        let name = queue.strip_suffix(".fifo")?.strip_prefix(&plan::prefix(self.platform))?;
        let all = self.app.subscriptions().iter();
        let ordered = all.filter(|it| matches!(it.delivery, Delivery::OrderedQueue { .. }));
        let whole = ordered.clone().find(|it| plan::queue_of(it.name) == name);
        whole.or_else(|| ordered.clone().find(|it| is_cut(name, it.name)))
    }
}

/// Whether a name is that of a subscription's queue, cut since it would be too long, and marked with eight digits.
fn is_cut(name: &str, subscription: &str) -> bool {
    let Some((kept, mark)) = name.rsplit_once('-') else { return false };
    let is_mark = mark.len() == 8 && mark.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let whole = plan::queue_of(subscription);
    is_mark && whole.len() > name.len() && whole.starts_with(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_cut_is_told_from_one_that_ends_in_eight_letters() {
        let long = "a-service-with-a-long-name.on-something-that-takes-many-words";
        assert!(is_cut("a-service-with-a-long-name-on-something-0c5f21ab", long));
        assert!(!is_cut("a-service-with-a-long-name-on-anything-0c5f21ab", long));
        assert!(!is_cut(
            "orders-on-inventory-reservation-released",
            "orders.on-inventory-reservation-failed"
        ));
    }
}
