//! Envelopes as JSON: on buses and in queues.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};
use stipule_wire::{Decode, Decoder, Invalid, Json, Posture, Violations};

use super::{Aggregate, Envelope};

/// Text that isn't an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEnvelope(String);

impl BadEnvelope {
    pub(super) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for BadEnvelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an event: {}", self.0)
    }
}

impl std::error::Error for BadEnvelope {}

impl From<Invalid> for BadEnvelope {
    fn from(error: Invalid) -> Self {
        Self::new(error)
    }
}

impl From<Violations> for BadEnvelope {
    fn from(error: Violations) -> Self {
        Self::new(error)
    }
}

impl Envelope {
    /// The envelope as compact JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("text, numbers and a JSON tree always serialise")
    }

    /// The envelope that [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`BadEnvelope`] for anything else.
    pub fn from_json(text: &[u8]) -> Result<Self, BadEnvelope> {
        Ok(stipule_wire::from_slice(text, Posture::Open)?)
    }
}

impl Serialize for Envelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Envelope", 13)?;
        object.serialize_field("id", &self.id)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("source", &self.source)?;
        object.serialize_field("version", &self.version)?;
        object.serialize_field("time", &self.time)?;
        object.serialize_field("tenant", &self.tenant)?;
        object.serialize_field("aggregate", &self.aggregate)?;
        object.serialize_field("seq", &self.seq)?;
        object.serialize_field("orderingKey", &self.ordering_key)?;
        object.serialize_field("correlationId", &self.correlation_id)?;
        object.serialize_field("causationId", &self.causation_id)?;
        object.serialize_field("traceId", &self.trace_id)?;
        object.serialize_field("data", &self.data)?;
        object.end()
    }
}

impl Serialize for Aggregate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Aggregate", 2)?;
        object.serialize_field("name", &self.name)?;
        object.serialize_field("id", &self.id)?;
        object.end()
    }
}

impl Decode for Aggregate {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let name = o.required("name");
        let id = o.required("id");
        o.ignore_rest();
        Some(Self { name: name?, id: id? })
    }
}

impl Decode for Envelope {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let id = o.required("id");
        let name = o.required("name");
        let source = o.required("source");
        let version = o.required("version");
        let time = o.required("time");
        let tenant = o.required("tenant");
        let aggregate = o.required("aggregate");
        let seq = o.required("seq");
        let ordering_key = o.required("orderingKey");
        let correlation_id = o.required("correlationId");
        let causation_id = o.required("causationId");
        let trace_id = o.required("traceId");
        let data = o.required("data");
        o.ignore_rest();
        Some(Self {
            id: id?,
            name: name?,
            source: source?,
            version: version?,
            time: time?,
            tenant: tenant?,
            aggregate: aggregate?,
            seq: seq?,
            ordering_key: ordering_key?,
            correlation_id: correlation_id?,
            causation_id: causation_id?,
            trace_id: trace_id?,
            data: data?,
        })
    }
}
