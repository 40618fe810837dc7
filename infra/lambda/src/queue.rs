//! Events: batches of queues, single events of the bus, tasks of state machines. Sources: "Using Lambda with Amazon SQS"
//! and "Reporting batch item failures" of the Lambda developer guide.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;
use stipule_runtime::App;
use stipule_runtime::event::Envelope;
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::{RunContext, Saga, Start, StepTask};
use stipule_runtime::subscription::{Delivery, Subscription};

use crate::function::Fault;
use crate::names;
use crate::text::Text;

/// A batch of a queue; none for an event that came straight from the bus.
#[derive(Deserialize)]
struct Batch<'e> {
    #[serde(borrow, rename = "Records", default)]
    records: Option<Vec<Message<'e>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'e> {
    #[serde(borrow)]
    message_id: Text<'e>,
    #[serde(borrow)]
    body: Text<'e>,
    #[serde(borrow, rename = "eventSourceARN")]
    source: Text<'e>,
    #[serde(borrow, default)]
    attributes: Attributes<'e>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes<'e> {
    /// Of an ordered queue.
    #[serde(borrow, default)]
    message_group_id: Option<Text<'e>>,
}

impl Message<'_> {
    /// The queue's name: the end of its ARN.
    fn queue(&self) -> &str {
        self.source.rsplit(':').next().unwrap_or_default()
    }
}

/// An event as the bus delivers it: the envelope is its detail.
#[derive(Deserialize)]
struct OnBus<'e> {
    #[serde(borrow)]
    detail: &'e RawValue,
}

/// The envelope of an event that the bus delivered.
fn envelope(text: &[u8]) -> Result<Envelope, Fault> {
    let event: OnBus<'_> = serde_json::from_slice(text).map_err(Fault::unreadable)?;
    Envelope::from_json(event.detail.get().as_bytes()).map_err(Fault::unreadable)
}

/// Hands events to the consumers of a service. Of a batch, what wasn't handled is named and comes again; in an ordered
/// queue what stands behind it too.
///
/// # Errors
/// [`Fault`] for what is no batch and no event, and when a single event wasn't handled.
pub(crate) async fn deliver(
    app: &App,
    service: &str,
    ports: &Arc<Ports>,
    event: &[u8],
) -> Result<Vec<u8>, Fault> {
    let batch: Batch<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let Some(messages) = batch.records else { return direct(app, service, ports, event).await };
    let own: Vec<&Subscription> = app.subscriptions().iter().filter(|it| it.service == service).collect();
    let mut left = Left::default();
    for message in &messages {
        if left.is_behind(message) {
            continue;
        }
        let subscription = own.iter().find(|it| names::is_of(message.queue(), it.name));
        let handled = match (subscription, envelope(message.body.as_bytes())) {
            (None, _) => Err(format!("{service} reads no queue {}", message.queue())),
            (_, Err(fault)) => Err(fault.message),
            (Some(subscription), Ok(envelope)) => {
                app.deliver(envelope, subscription, ports).await.map_err(|failure| failure.to_string())
            }
        };
        if let Err(reason) = handled {
            left.note(message, &reason);
        }
    }
    Ok(left.to_json())
}

/// An event that came without a queue. The rules of several consumers may have sent the same one.
async fn direct(app: &App, service: &str, ports: &Arc<Ports>, event: &[u8]) -> Result<Vec<u8>, Fault> {
    let envelope = envelope(event)?;
    let own =
        app.subscriptions().iter().filter(|it| it.service == service && it.delivery == Delivery::Direct);
    let mut takers = 0;
    for subscription in own.filter(|it| names::matches(it, &envelope)) {
        takers += 1;
        let handled = app.deliver(envelope.clone(), subscription, ports).await;
        handled.map_err(|failure| Fault::new("Event.NotHandled", failure))?;
    }
    if takers == 0 {
        return Err(Fault::new("Event.NotHandled", format_args!("{service} doesn't take {}", envelope.name)));
    }
    Ok(b"null".to_vec())
}

/// Starts the runs that events ask for.
///
/// # Errors
/// [`Fault`] for what is no batch.
pub(crate) async fn start(app: &App, ports: &Arc<Ports>, event: &[u8]) -> Result<Vec<u8>, Fault> {
    let batch: Batch<'_> = serde_json::from_slice(event).map_err(Fault::unreadable)?;
    let messages = batch.records.ok_or_else(|| Fault::unreadable("it isn't a batch of a queue"))?;
    let mut left = Left::default();
    for message in &messages {
        let saga = app.sagas().iter().find(|saga| names::starts(message.queue(), saga.name));
        let begun = match saga {
            Some(saga) => begin(saga, ports, message).await,
            None => Err(format!("no saga is started by {}", message.queue())),
        };
        if let Err(reason) = begun {
            left.note(message, &reason);
        }
    }
    Ok(left.to_json())
}

async fn begin(saga: &Saga, ports: &Arc<Ports>, message: &Message<'_>) -> Result<(), String> {
    let envelope = envelope(message.body.as_bytes()).map_err(|fault| fault.message)?;
    let name = saga.run_of(&envelope).ok_or("the event doesn't name a run")?;
    let start = Start::new(saga.name, name, &RunContext::of_event(&envelope), saga.input_of(&envelope));
    ports.workflows.start(start).await.map(drop).map_err(|error| error.to_string())
}

/// Takes the step of a saga.
///
/// # Errors
/// What the contract declares for the step, or a failure of the platform's own: a state machine goes by its kind.
pub(crate) async fn step(
    app: &App,
    service: &str,
    ports: &Arc<Ports>,
    event: &[u8],
) -> Result<Vec<u8>, Fault> {
    let task = StepTask::from_json(event).map_err(|error| Fault::new("Step.Permanent", error))?;
    let strange = |step: &&String| app.taker_of(&task.saga, step) != Some(service);
    if let Some(step) = task.first.iter().map(|first| &first.step).chain([&task.step]).find(strange) {
        let said = format_args!("{service} takes no step {step} of {}", task.saga);
        return Err(Fault::new("Step.Permanent", said));
    }
    match app.perform(task, ports).await {
        Ok(output) => Ok(output.to_text().into_bytes()),
        Err(failure) => Err(Fault { kind: failure.error, message: failure.cause }),
    }
}

/// What comes again.
#[derive(Default)]
struct Left {
    ids: Vec<String>,
    /// Groups of ordered queues, each of which waits behind a message.
    groups: BTreeSet<(String, String)>,
}

impl Left {
    fn group(message: &Message<'_>) -> Option<(String, String)> {
        let group = message.attributes.message_group_id.as_ref()?;
        // Queues that aren't ordered may have groups too, for fairness.
        let ordered = message.queue().ends_with(names::ORDERED);
        ordered.then(|| (message.queue().to_owned(), group.to_string()))
    }

    /// Whether it stands behind one that comes again; then it comes again too.
    fn is_behind(&mut self, message: &Message<'_>) -> bool {
        let behind = Self::group(message).is_some_and(|group| self.groups.contains(&group));
        if behind {
            self.ids.push(message.message_id.to_string());
        }
        behind
    }

    fn note(&mut self, message: &Message<'_>, reason: &dyn fmt::Display) {
        tracing::warn!(message = &*message.message_id, queue = message.queue(), %reason, "comes again");
        self.ids.push(message.message_id.to_string());
        self.groups.extend(Self::group(message));
    }

    fn to_json(&self) -> Vec<u8> {
        let items = self.ids.iter().map(|id| serde_json::json!({ "itemIdentifier": id }));
        serde_json::json!({ "batchItemFailures": items.collect::<Vec<_>>() }).to_string().into_bytes()
    }
}
