//! What the platform of this process goes through: which answers it gives, which events it brings where, which ways its
//! sagas take. Held against the contracts, that says what no test exercises. Nobody watches unless somebody was told to
//! ([`watch`]); then each sighting costs a call, else a look whether there is anybody.

use std::fmt;
use std::sync::OnceLock;

use crate::http::Response;

/// One sighting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen<'a> {
    /// An operation was answered with a status.
    Answer {
        /// Its id.
        operation: &'a str,
        /// The status.
        status: u16,
    },
    /// What such an answer said.
    Said {
        /// Id of the operation.
        operation: &'a str,
        /// The status.
        status: u16,
        /// Names and values of the headers, as far as they are text.
        headers: &'a [(&'a str, &'a str)],
        /// The body.
        body: &'a [u8],
    },
    /// An event left for its subscribers.
    Event {
        /// Its name.
        event: &'a str,
        /// Version of its schema.
        version: u32,
    },
    /// A subscriber handled an event, or found that it had.
    Delivered {
        /// Name of the subscription.
        subscription: &'a str,
        /// Id of the event: a second sighting of it is a repetition.
        id: &'a str,
    },
    /// A rule of the bus judged an event of the name that it is about.
    Rule {
        /// Name of the subscription.
        subscription: &'a str,
        /// Whether the event goes there.
        matched: bool,
    },
    /// A run of a saga came to a state.
    State {
        /// Name of the saga.
        saga: &'a str,
        /// Name of the state.
        state: &'a str,
        /// The state that it came from; `None` at the beginning of a flow.
        from: Option<&'a str>,
    },
}

/// Who watches.
type Witness = Box<dyn Fn(Seen<'_>) + Send + Sync>;

static WITNESS: OnceLock<Witness> = OnceLock::new();

/// Tells somebody of everything from now on; `false` if somebody is told already.
pub fn watch(witness: impl Fn(Seen<'_>) + Send + Sync + 'static) -> bool {
    WITNESS.set(Box::new(witness)).is_ok()
}

/// Tells whoever watches.
pub fn note(seen: Seen<'_>) {
    if let Some(witness) = WITNESS.get() {
        witness(seen);
    }
}

/// Tells whoever watches that an operation was answered, and what.
pub fn answered(operation: &str, response: &Response) {
    let Some(witness) = WITNESS.get() else { return };
    let status = response.status().as_u16();
    let headers: Vec<(&str, &str)> = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    witness(Seen::Answer { operation, status });
    witness(Seen::Said { operation, status, headers: &headers, body: response.body() });
}

/// As a line of a report, its parts separated by tabulators. Repetitions are not told from first times here.
impl fmt::Display for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { operation, status } => write!(f, "answer\t{operation}\t{status}"),
            Self::Said { operation, status, headers, body } => {
                let said = serde_json::json!([headers, String::from_utf8_lossy(body)]);
                write!(f, "said\t{operation}\t{status}\t{said}")
            }
            Self::Event { event, version } => write!(f, "event\t{event}\t{version}"),
            Self::Delivered { subscription, .. } => write!(f, "delivered\t{subscription}"),
            Self::Rule { subscription, matched: true } => write!(f, "rule\t{subscription}\ttakes"),
            Self::Rule { subscription, matched: false } => write!(f, "rule\t{subscription}\tleaves"),
            Self::State { saga, state, from: None } => write!(f, "state\t{saga}\t{state}"),
            Self::State { saga, state, from: Some(from) } => write!(f, "state\t{saga}\t{state}\t{from}"),
        }
    }
}
