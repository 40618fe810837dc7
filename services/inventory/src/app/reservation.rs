//! What is promised to an order.
//!
//! ```text
//! RESERVED ─▶ COMMITTED ─▶ SHIPPED      the order is paid, its parcels leave
//! RESERVED, COMMITTED ─▶ RELEASED       the order is over
//! RESERVED ─▶ EXPIRED                   it is over, and nobody had paid in time
//! FAILED                                not every line could be had
//! RELEASED                              from the start: it was over before it was known
//! ```

use std::time::Duration;

use commerce_model::types::{OrderId, Reservation, ReservationStatus};
use stipule_runtime::wire::DateTime;

use super::allocation::Plan;

/// How long an order may take to be paid: as long as a person may take to decide about it.
const KEPT_FOR: Duration = Duration::from_hours(3 * 24);

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
    /// Pieces go back, and nobody had paid for them in time.
    Expire(Plan),
    /// Nothing is promised any more, or never was.
    Nothing,
}

/// What to do when the order is over.
pub(crate) fn end(reservation: Option<&Reservation>, now: DateTime) -> Ending {
    match reservation {
        None => Ending::Refuse,
        Some(it) if has_expired(it, now) => Ending::Expire(it.allocations.clone()),
        Some(it) if matches!(it.status, ReservationStatus::Reserved | ReservationStatus::Committed) => {
            Ending::Release(it.allocations.clone())
        }
        Some(_) => Ending::Nothing,
    }
}

fn has_expired(it: &Reservation, now: DateTime) -> bool {
    it.status == ReservationStatus::Reserved && !it.allocations.is_empty() && now >= it.expires_at
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
        assert_eq!(end(Some(&reservation), noon()), Ending::Release(pieces.clone()));
        assert_eq!(end(Some(&reservation), reservation.expires_at), Ending::Expire(pieces.clone()));
        let paid = Reservation { status: ReservationStatus::Committed, ..reservation };
        assert_eq!(end(Some(&paid), paid.expires_at), Ending::Release(pieces), "what is paid can't expire");
    }

    #[test]
    fn nothing_is_given_back_twice() {
        let mut reservation = reserved(&order_id(), Plan::default(), noon());
        reservation.status = ReservationStatus::Released;
        assert_eq!(end(Some(&reservation), noon()), Ending::Nothing);
        assert_eq!(end(Some(&failed(&order_id(), noon())), noon()), Ending::Nothing);
    }

    #[test]
    fn an_order_that_ends_before_it_is_known_will_not_reserve() {
        assert_eq!(end(None, noon()), Ending::Refuse);
        assert_eq!(end(Some(&never(&order_id(), noon())), noon()), Ending::Nothing);
    }
}
