//! Where a warehouse's part of an order may stand, and where it may go from there.
//!
//! ```text
//! CREATED ─────▶ PICKED ─────▶ PACKED
//! CREATED, PICKED, PACKED ───────────▶ CANCELLED
//! ```

use commerce_model::types::{FulfilmentStatus, PackingOutcome};

/// The transitions there are: the table of the contract's `FulfilmentStatus`.
pub(crate) const fn transitions(from: FulfilmentStatus) -> &'static [FulfilmentStatus] {
    use FulfilmentStatus::{Cancelled, Created, Packed, Picked};
    match from {
        Created => &[Picked, Cancelled],
        Picked => &[Packed, Cancelled],
        Packed => &[Cancelled],
        Cancelled => &[],
    }
}

/// Whether a part may go from one status to another in one step.
pub(crate) fn may_go(from: FulfilmentStatus, to: FulfilmentStatus) -> bool {
    transitions(from).contains(&to)
}

/// What people have made of it; `None` as long as they are at it.
pub(crate) const fn outcome(status: FulfilmentStatus) -> Option<PackingOutcome> {
    match status {
        FulfilmentStatus::Created | FulfilmentStatus::Picked => None,
        FulfilmentStatus::Packed => Some(PackingOutcome::Packed),
        // By the pick: a cancellation asks nobody what became of it.
        FulfilmentStatus::Cancelled => Some(PackingOutcome::NothingFound),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use FulfilmentStatus::{Cancelled, Created, Packed, Picked};

    #[test]
    fn a_part_goes_forward_or_is_cancelled() {
        for (at, from) in [Created, Picked, Packed, Cancelled].into_iter().enumerate() {
            for (to_at, to) in [Created, Picked, Packed, Cancelled].into_iter().enumerate() {
                let wanted = to_at == at + 1 || (to == Cancelled && from != Cancelled);
                assert_eq!(may_go(from, to), wanted, "{from:?} → {to:?}");
            }
        }
    }
}
