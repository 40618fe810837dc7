//! What people have made of a warehouse's part of an order.

use commerce_model::types::{FulfilmentStatus, PackingOutcome};

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
                assert_eq!(from.may_become(to), wanted, "{from:?} → {to:?}");
            }
        }
    }
}
