//! Where a parcel may be, and where it may go from there.
//!
//! ```text
//! LABELLED ─────▶ DISPATCHED ─────▶ DELIVERED
//! LABELLED ─────▶ CANCELLED
//! DISPATCHED ◀───▶ FAILED ─────────▶ DELIVERED
//! DISPATCHED, FAILED ──────────────▶ RETURNED, LOST
//! ```

use commerce_model::types::{ArrivalOutcome, ShipmentStatus};

/// The transitions there are: the table of the contract's `ShipmentStatus`.
pub(crate) const fn transitions(from: ShipmentStatus) -> &'static [ShipmentStatus] {
    use ShipmentStatus::{Cancelled, Delivered, Dispatched, Failed, Labelled, Lost, Returned};
    match from {
        Labelled => &[Dispatched, Cancelled],
        Dispatched => &[Delivered, Failed, Returned, Lost],
        Failed => &[Dispatched, Delivered, Returned, Lost],
        Delivered | Returned | Lost | Cancelled => &[],
    }
}

/// Whether a parcel may go from one status to another in one step.
pub(crate) fn may_go(from: ShipmentStatus, to: ShipmentStatus) -> bool {
    transitions(from).contains(&to)
}

/// How its way ended; `None` as long as it is on it.
pub(crate) const fn outcome(status: ShipmentStatus) -> Option<ArrivalOutcome> {
    match status {
        ShipmentStatus::Labelled | ShipmentStatus::Dispatched | ShipmentStatus::Failed => None,
        ShipmentStatus::Delivered => Some(ArrivalOutcome::Delivered),
        ShipmentStatus::Returned | ShipmentStatus::Cancelled => Some(ArrivalOutcome::Returned),
        ShipmentStatus::Lost => Some(ArrivalOutcome::Lost),
    }
}
