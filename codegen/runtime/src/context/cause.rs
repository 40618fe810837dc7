//! Why something runs.

use std::fmt;

use stipule_wire::DateTime;

use crate::id;

/// Why a handler runs. One cause is one transaction at most, except for commands without a key and jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An HTTP call.
    Command {
        /// Id of the operation.
        operation: &'static str,
        /// The call's `Idempotency-Key`, if it has one.
        key: Option<IdempotencyKey>,
        /// Id of the request.
        request_id: String,
    },
    /// An event.
    Event {
        /// Name of the subscription.
        subscriber: &'static str,
        /// Id of the event.
        event_id: String,
        /// Fingerprint of what the event says: the same id with another payload is a fault.
        fingerprint: String,
        /// When the event's own cause was handled: ids made under it carry this time.
        time: DateTime,
    },
    /// A step of a saga.
    Step {
        /// Name of the step.
        step: &'static str,
        /// `saga/run/step`: the same at every try.
        key: String,
        /// Fingerprint of the step's input: the same key with another input is a fault.
        fingerprint: String,
        /// When the run was started: ids made under it carry this time.
        time: DateTime,
        /// Whether the step gives something, which is then written down together with its change.
        gives: bool,
    },
    /// Work that nobody asked for.
    Job {
        /// What it is called.
        name: String,
    },
}

impl Cause {
    /// Sixteen bytes that are the same whenever the same cause is handled again; `None` if nothing repeats it.
    pub(crate) fn seed(&self, tenant: &str) -> Option<[u8; 16]> {
        match self {
            Self::Command { operation, key: Some(key), .. } => Some(id::digest(&[
                b"command",
                tenant.as_bytes(),
                key.principal.as_bytes(),
                operation.as_bytes(),
                key.key.as_bytes(),
            ])),
            Self::Event { subscriber, event_id, .. } => {
                Some(id::digest(&[b"event", tenant.as_bytes(), subscriber.as_bytes(), event_id.as_bytes()]))
            }
            Self::Step { key, .. } => Some(id::digest(&[b"step", tenant.as_bytes(), key.as_bytes()])),
            Self::Command { key: None, .. } | Self::Job { .. } => None,
        }
    }
}

/// The `Idempotency-Key` of a command and what it was sent with.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who sent it: keys of different principals don't meet.
    pub principal: String,
    /// 1 to 255 visible ASCII characters.
    pub key: String,
    /// SHA-256 over key, method, path and body, hexadecimal: another body under the same key is refused.
    pub fingerprint: String,
}

/// A fingerprint of the key: callers put all sorts of things into keys.
impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key:{}", crate::key::fingerprint(&[&self.principal, &self.key]))
    }
}
