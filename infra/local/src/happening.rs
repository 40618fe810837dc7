//! What goes on in the platform, for whoever wants to watch: the demo, the tests, the console.

use std::sync::Arc;
use std::time::Duration;

use stipule_runtime::event::Envelope;
use stipule_runtime::http::Operation;
use stipule_runtime::saga::StepTask;
use tokio::sync::broadcast;

use crate::chaos::Strike;
use crate::gateway::Answers;

/// Something that just happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Happening {
    /// A call was answered.
    Answered(Arc<Answered>),
    /// An event left the outbox.
    Published(Arc<Envelope>),
    /// A consumer finished with an event.
    Handled {
        /// The event.
        event: Arc<Envelope>,
        /// The consumer.
        subscription: &'static str,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        took: Duration,
    },
    /// A service finished a step of a saga.
    Stepped(Arc<Stepped>),
    /// A transaction was committed or refused.
    Wrote(Arc<Wrote>),
    /// The weather, which is bad on purpose, struck something.
    Struck {
        /// How.
        strike: Strike,
        /// A call, a function, or an operation of the table.
        on: String,
        /// What was being done.
        why: Under,
    },
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// `GET`
    pub method: http::Method,
    /// The path, without the query.
    pub path: String,
    /// The operation, where there is one.
    pub operation: Option<&'static Operation>,
    /// Status of the answer.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
    /// Id of the request.
    pub request_id: String,
    /// The story that it belongs to.
    pub correlation_id: String,
    /// Whose data it is about; empty without a token.
    pub tenant: String,
}

/// A step of a saga that was taken.
#[derive(Clone, Debug)]
pub struct Stepped {
    /// The step as it was called.
    pub task: StepTask,
    /// The error, of one that failed.
    pub failure: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct Wrote {
    /// Why.
    pub why: Under,
    /// Verb, type where the item says it, partition key and sort key of each item.
    pub changes: Vec<Change>,
    /// Whether it was committed.
    pub committed: bool,
}

/// What a transaction does with an item.
#[derive(Clone, Debug)]
pub struct Change {
    /// `put`, `update`, `delete`, `check`.
    pub verb: &'static str,
    /// What the item says it is.
    pub entity: Option<String>,
    /// Partition key and sort key. A lock's says of what it is, and not of which value: that may be personal, and what happened
    /// is remembered when the row is long gone.
    pub key: (String, String),
}

impl Change {
    pub(crate) fn new(verb: &'static str, entity: Option<String>, key: (String, String)) -> Self {
        Self { verb, entity, key: (without_value(key.0), key.1) }
    }
}

/// `maple#LOCK#Customer#email#…` for the key of a lock, any other as it is.
fn without_value(pk: String) -> String {
    let mut parts = pk.splitn(5, '#');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(tenant), Some("LOCK"), Some(entity), Some(name), Some(_)) => {
            format!("{tenant}#LOCK#{entity}#{name}#…")
        }
        _ => pk,
    }
}

/// What is being done, for those below it who want to say why they act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// The story that it belongs to.
    pub correlation_id: String,
    /// Whose data it is about.
    pub tenant: String,
    /// `call/<request id>`, `event/<event id>/<subscription>`, `step/<key>`.
    pub cause: String,
}

tokio::task_local! {
    /// Set around everything that services do.
    pub(crate) static UNDER: Under;
}

/// How a consumer finished with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The change is committed.
    Done,
    /// It was handled before; nothing changed.
    Repeated,
    /// It will be tried again.
    Retried {
        /// Why.
        reason: String,
    },
    /// It went to the dead letters.
    Parked {
        /// Why.
        reason: String,
    },
}

/// Happenings that a slow watcher may fall behind before it misses some.
const BACKLOG: usize = 4_096;

/// The place where happenings are told. Cloning shares it.
#[derive(Clone)]
pub struct Happenings {
    sender: broadcast::Sender<Happening>,
    /// Told at once, and of everything: a watcher may miss some.
    answers: Arc<Answers>,
}

impl Happenings {
    pub(crate) fn new(answers: Arc<Answers>) -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG), answers }
    }

    /// Everything that happens from now on.
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.sender.subscribe()
    }

    pub(crate) fn tell(&self, happening: Happening) {
        match &happening {
            // What consumers make of an event shows in answers too.
            Happening::Published(event) | Happening::Handled { event, .. } => {
                self.answers.hear(&event.name, &event.tenant);
            }
            Happening::Answered(_)
            | Happening::Stepped(_)
            | Happening::Wrote(_)
            | Happening::Struck { .. } => {}
        }
        // Nobody watching is fine.
        let _ = self.sender.send(happening);
    }

    /// An event was committed: nothing that was kept before it is given from now on.
    pub(crate) fn committed(&self, event: &str, tenant: &str) {
        self.answers.hear(event, tenant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_to_a_lock_does_not_tell_its_value() {
        let key = |pk: &str| Change::new("put", None, (pk.to_owned(), "LOCK#".to_owned())).key.0;
        assert_eq!(key("maple#LOCK#Customer#email#ada@example.com#"), "maple#LOCK#Customer#email#…");
        assert_eq!(key("maple#CUSTOMER#018f#"), "maple#CUSTOMER#018f#");
    }
}
