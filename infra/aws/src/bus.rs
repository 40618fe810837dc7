//! The bus and ordered queues of functions, over EventBridge and SQS.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use stipule_lambda::{Bus, BusError, Entry, Ordered};

use crate::platform::Aws;

/// Most events of one call, and most bytes of them all. Source: `PutEvents` in the EventBridge API reference.
const MOST: (usize, usize) = (10, 262_144);

/// A bus of an account, and the queues beside it.
#[derive(Clone, Debug)]
pub struct EventBus {
    events: aws_sdk_eventbridge::Client,
    queues: aws_sdk_sqs::Client,
    /// Name or ARN of the bus.
    name: String,
    /// The address of a queue without its own name: `https://sqs.us-east-1.amazonaws.com/123456789012/shop-live-`.
    base: String,
}

impl EventBus {
    /// The bus of this name, and queues whose addresses begin with `base`.
    pub fn new(aws: &Aws, name: impl Into<String>, base: impl Into<String>) -> Self {
        Self { events: aws.eventbridge(), queues: aws.sqs(), name: name.into(), base: base.into() }
    }

    async fn put_all(&self, entries: Vec<Entry>) -> Result<(), BusError> {
        for batch in batches(entries) {
            let entries = batch.into_iter().map(|entry| {
                PutEventsRequestEntry::builder()
                    .event_bus_name(&self.name)
                    .source(entry.source)
                    .detail_type(entry.name)
                    .detail(entry.detail)
                    .build()
            });
            let call = self.events.put_events().set_entries(Some(entries.collect()));
            let answer = call.send().await.map_err(|error| refused(&error))?;
            if answer.failed_entry_count > 0 {
                let reasons = answer.entries().iter().filter_map(|entry| entry.error_code());
                let reasons: Vec<&str> = reasons.collect();
                return Err(BusError(format!(
                    "{} of a batch: {}",
                    answer.failed_entry_count,
                    reasons.join(", ")
                )));
            }
        }
        Ok(())
    }

    async fn send_one(&self, message: Ordered) -> Result<(), BusError> {
        let call = self
            .queues
            .send_message()
            .queue_url(format!("{}{}", self.base, message.queue))
            .message_group_id(message.group)
            .message_deduplication_id(message.id)
            .message_body(message.body);
        call.send().await.map(drop).map_err(|error| refused(&error))
    }
}

fn refused<E: std::error::Error>(error: &E) -> BusError {
    BusError(aws_sdk_sqs::error::DisplayErrorContext(error).to_string())
}

/// As many as go into one call, in their order.
fn batches(entries: Vec<Entry>) -> Vec<Vec<Entry>> {
    let mut batches: Vec<Vec<Entry>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let own = entry.source.len() + entry.name.len() + entry.detail.len();
        match batches.last_mut().filter(|batch| batch.len() < MOST.0 && bytes + own <= MOST.1) {
            Some(batch) => {
                bytes += own;
                batch.push(entry);
            }
            None => {
                bytes = own;
                batches.push(vec![entry]);
            }
        }
    }
    batches
}

impl Bus for EventBus {
    fn put(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<(), BusError>> {
        self.put_all(entries).boxed()
    }

    fn send(&self, message: Ordered) -> BoxFuture<'_, Result<(), BusError>> {
        self.send_one(message).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_ten_events_and_as_many_bytes_as_a_call_takes() {
        let entry =
            |bytes: usize| Entry { source: String::new(), name: String::new(), detail: "x".repeat(bytes) };
        let sizes = |entries: Vec<Entry>| batches(entries).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(Vec::new()), [0; 0]);
        assert_eq!(sizes(vec![entry(1); 23]), [10, 10, 3]);
        assert_eq!(sizes(vec![entry(100_000); 5]), [2, 2, 1]);
        assert_eq!(sizes(vec![entry(300_000), entry(1)]), [1, 1], "too large alone, as the service will say");
    }
}
