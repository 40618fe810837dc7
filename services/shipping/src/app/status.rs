//! How the way of a parcel ends.

use commerce_model::types::{ArrivalOutcome, ShipmentStatus};

/// How its way ended; `None` as long as it is on it.
pub(crate) const fn outcome(status: ShipmentStatus) -> Option<ArrivalOutcome> {
    match status {
        ShipmentStatus::Labelled | ShipmentStatus::Dispatched | ShipmentStatus::Failed => None,
        ShipmentStatus::Delivered => Some(ArrivalOutcome::Delivered),
        ShipmentStatus::Returned | ShipmentStatus::Cancelled => Some(ArrivalOutcome::Returned),
        ShipmentStatus::Lost => Some(ArrivalOutcome::Lost),
    }
}
