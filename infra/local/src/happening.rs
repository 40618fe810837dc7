//! What goes on in the platform, for whoever wants to watch: the demo, the tests, later the console.

use std::sync::Arc;

use stipule_runtime::event::Envelope;
use tokio::sync::broadcast;

/// Something that just happened.
#[derive(Clone, Debug)]
pub enum Happening {
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
    },
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
pub struct Happenings(broadcast::Sender<Happening>);

impl Happenings {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    /// Everything that happens from now on.
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.0.subscribe()
    }

    pub(crate) fn tell(&self, happening: Happening) {
        // Nobody watching is fine.
        let _ = self.0.send(happening);
    }
}
