//! Events as they travel.

mod json;
mod row;

pub use json::BadEnvelope;
pub use row::{OUTBOX_TYPE, outbox_partition};
pub use stipule_wire::EventPayload;

use std::fmt;
use std::ops::Deref;

use stipule_wire::{Any, DateTime, Decode, Posture, Uuid, Violations};

/// An event with everything that the platform knows about it.
#[derive(Clone, PartialEq)]
pub struct Envelope {
    /// Unique; made of its cause, so that the same cause never makes a second one.
    pub id: Uuid,
    /// `Loan.Returned`
    pub name: String,
    /// Who emitted it: `library.loans`.
    pub source: String,
    /// Version of the payload's schema, from 1.
    pub version: u32,
    /// When its cause was handled.
    pub time: DateTime,
    /// Whose data it is about.
    pub tenant: String,
    /// What it is about.
    pub aggregate: Aggregate,
    /// Number among the events of the aggregate, from 1, without gaps.
    pub seq: u64,
    /// Ordered delivery goes by this.
    pub ordering_key: String,
    /// Ties a story together.
    pub correlation_id: String,
    /// What caused it: the id of an event or of a request.
    pub causation_id: String,
    /// W3C trace id, 32 hexadecimal digits.
    pub trace_id: String,
    /// The payload.
    pub data: Any,
}

/// What an event is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Aggregate {
    /// `Loan`
    pub name: String,
    /// Its id as text.
    pub id: String,
}

/// The name; ids may say something about a person.
impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Envelope {
    /// The payload as its type. Names that the type doesn't know are ignored: newer producers may send more.
    ///
    /// # Errors
    /// Everything that doesn't fit.
    pub fn decode<E: Decode>(&self) -> Result<E, Violations> {
        stipule_wire::decode(&self.data, Posture::Open)
    }

    /// Thirty-two hexadecimal digits over what it says: the same id with another fingerprint is a fault.
    pub fn fingerprint(&self) -> String {
        crate::id::hex(&crate::id::digest(&[
            self.name.as_bytes(),
            &self.version.to_be_bytes(),
            self.tenant.as_bytes(),
            // Ours by construction: made once from the payload, carried as text from then on.
            self.data.to_text().as_bytes(),
        ]))
    }
}

/// Everything but the payload and the ids of what it is about.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("version", &self.version)
            .field("time", &self.time)
            .field("tenant", &self.tenant)
            .field("aggregate", &self.aggregate)
            .field("seq", &self.seq)
            .field("trace_id", &self.trace_id)
            .finish_non_exhaustive()
    }
}

/// An event as its handler gets it.
#[derive(Clone)]
pub struct Received<E> {
    /// How it came.
    pub envelope: Envelope,
    /// What it says.
    pub data: E,
}

impl<E> Deref for Received<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.data
    }
}

/// The envelope, which doesn't show the payload either.
impl<E> fmt::Debug for Received<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Received").field(&self.envelope).finish()
    }
}
