//! Where an order may stand, and where it may go from there.
//!
//! ```text
//! PLACED ─────▶ RESERVED ─────▶ CONFIRMED ─────▶ SHIPPED ─────▶ COMPLETED
//! CONFIRMED, SHIPPED ─────▶ CANCELLING ─────▶ CANCELLED
//! CANCELLING ─────▶ SHIPPED                    a parcel can't be stopped
//! SHIPPED ────────▶ CANCELLED                  none of its parcels arrives
//! PLACED ─────────────────────▶ CONFIRMED     the news of the payment overtook that of the stock
//! PLACED, RESERVED ─▶ REJECTED                out of stock, payment declined
//! PLACED, RESERVED ────────────────────────────▶ CANCELLING
//! ```

use commerce_model::types::OrderStatus;

/// The transitions there are: the table of the contract's `OrderStatus`.
pub(crate) const fn transitions(from: OrderStatus) -> &'static [OrderStatus] {
    use OrderStatus::{Cancelled, Cancelling, Completed, Confirmed, Placed, Rejected, Reserved, Shipped};
    match from {
        Placed => &[Reserved, Confirmed, Rejected, Cancelling],
        Reserved => &[Confirmed, Rejected, Cancelling],
        Confirmed => &[Shipped, Cancelling],
        Shipped => &[Completed, Cancelling, Cancelled],
        Cancelling => &[Cancelled, Shipped],
        Completed | Rejected | Cancelled => &[],
    }
}

/// Whether an order may go from one status to another in one step.
pub(crate) fn may_go(from: OrderStatus, to: OrderStatus) -> bool {
    transitions(from).contains(&to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Cancelled, Cancelling, Completed, Confirmed, Placed, Rejected, Reserved, Shipped};

    const ALL: [OrderStatus; 8] =
        [Placed, Reserved, Confirmed, Shipped, Completed, Rejected, Cancelling, Cancelled];

    #[test]
    fn no_status_leads_to_itself_or_back_to_placed() {
        for from in ALL {
            assert!(!may_go(from, from), "{from:?}");
            assert!(!may_go(from, Placed), "{from:?}");
        }
    }

    #[test]
    fn every_order_can_end() {
        for from in ALL {
            let mut reached = vec![from];
            let mut at = 0;
            while let Some(status) = reached.get(at) {
                let next: Vec<_> =
                    transitions(*status).iter().filter(|to| !reached.contains(to)).copied().collect();
                reached.extend(next);
                at += 1;
            }
            assert!(reached.iter().any(|status| transitions(*status).is_empty()), "{from:?} never ends");
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        assert!(transitions(Completed).is_empty());
        assert!(transitions(Rejected).is_empty());
        assert!(transitions(Cancelled).is_empty());
    }
}
