//! What is promised to an order: `RESERVED`, then `RELEASED`; or `FAILED`; or `RELEASED` from the start.

use std::time::Duration;

use commerce_model::types::{OrderId, Reservation, ReservationStatus};
use stipule_runtime::wire::DateTime;

use super::allocation::Plan;

/// How long an order that nobody pays keeps its pieces.
const KEPT_FOR: Duration = Duration::from_mins(30);

/// All lines are promised.
pub(crate) fn reserved(order_id: &OrderId, allocations: Plan, now: DateTime) -> Reservation {
    Reservation { allocations, ..without_stock(order_id, ReservationStatus::Reserved, now) }
}

/// Not every line could be had; nothing is promised.
pub(crate) fn failed(order_id: &OrderId, now: DateTime) -> Reservation {
    without_stock(order_id, ReservationStatus::Failed, now)
}

/// The order ended before its stock was reserved.
pub(crate) fn never(order_id: &OrderId, now: DateTime) -> Reservation {
    without_stock(order_id, ReservationStatus::Released, now)
}

/// What the end of an order means for its reservation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Nothing was heard of the order yet: see to it that nothing will be reserved.
    Refuse,
    /// Pieces go back.
    Release(Plan),
    /// Nothing is promised any more, or never was.
    Nothing,
}

/// What to do when the order is over.
pub(crate) fn end(reservation: Option<&Reservation>) -> Ending {
    match reservation {
        None => Ending::Refuse,
        Some(it) if matches!(it.status, ReservationStatus::Reserved | ReservationStatus::Committed) => {
            Ending::Release(it.allocations.clone())
        }
        Some(_) => Ending::Nothing,
    }
}

fn without_stock(order_id: &OrderId, status: ReservationStatus, now: DateTime) -> Reservation {
    Reservation {
        order_id: *order_id,
        status,
        allocations: Plan::default(),
        expires_at: now.checked_add(KEPT_FOR).unwrap_or(now),
        created_at: now,
        updated_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{noon, quantity, sku, warehouse};
    use commerce_model::types::Allocation;
    use stipule_runtime::wire::{Posture, from_slice};

    fn order_id() -> OrderId {
        from_slice(br#""018f3a52-0000-7000-8000-0000000000d0""#, Posture::Closed).unwrap()
    }

    #[test]
    fn a_promise_is_taken_back_whole() {
        let piece = Allocation { sku: sku("MUG"), warehouse: warehouse("YUL1"), quantity: quantity(2) };
        let pieces: Plan = [piece].into();
        let reservation = reserved(&order_id(), pieces.clone(), noon());
        assert_eq!(end(Some(&reservation)), Ending::Release(pieces.clone()));
        let paid = Reservation { status: ReservationStatus::Committed, ..reservation };
        assert_eq!(end(Some(&paid)), Ending::Release(pieces));
    }

    #[test]
    fn nothing_is_given_back_twice() {
        let mut reservation = reserved(&order_id(), Plan::default(), noon());
        reservation.status = ReservationStatus::Released;
        assert_eq!(end(Some(&reservation)), Ending::Nothing);
        assert_eq!(end(Some(&failed(&order_id(), noon()))), Ending::Nothing);
    }

    #[test]
    fn an_order_that_ends_before_it_is_known_will_not_reserve() {
        assert_eq!(end(None), Ending::Refuse);
        assert_eq!(end(Some(&never(&order_id(), noon()))), Ending::Nothing);
    }
}
