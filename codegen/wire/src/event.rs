//! What the platform must know of an event's payload to carry it.

use serde::Serialize;

use crate::Decode;

/// The payload of one version of an event. Generated for every event of the contract, in both its forms.
pub trait EventPayload: Decode + Serialize {
    /// Name of the event: `Loan.Returned`.
    const NAME: &'static str;
    /// Who emits it: `library.loans`.
    const SOURCE: &'static str;
    /// Version of the payload's schema, from 1.
    const VERSION: u32;
    /// Name of the aggregate that it is about: `Loan`. Events of one aggregate carry a gapless `seq`.
    const AGGREGATE: &'static str;

    /// Which aggregate it is about.
    fn aggregate_id(&self) -> String;

    /// What ordered delivery goes by: events with the same ordering key arrive one after the other.
    fn ordering_key(&self) -> String {
        self.aggregate_id()
    }
}
