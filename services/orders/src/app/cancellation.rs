//! Asking for an order not to happen.

use commerce_model::events::OrderCancelRequested;
use commerce_model::types::{CancellationReason, Order, OrderCancellation, OrderStatus};
use stipule_runtime::wire::DateTime;

use super::status::may_go;

/// The order can't be cancelled from where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLate {
    /// Why, for a person.
    pub(crate) detail: &'static str,
}

/// Asks for the cancellation: the order as it is then. Stock and payment are given back by those who hold them.
pub(crate) fn request(order: &Order, reason: CancellationReason, now: DateTime) -> Result<Order, TooLate> {
    if !may_go(order.status, OrderStatus::Cancelling) {
        return Err(TooLate { detail: too_late(order.status) });
    }
    let cancellation =
        OrderCancellation { reason, requested_at: now, stock_released: false, payment_voided: false };
    Ok(Order {
        status: OrderStatus::Cancelling,
        cancellation: Some(cancellation),
        updated_at: now,
        ..order.clone()
    })
}

/// What the others are told.
pub(crate) fn requested(order: &Order, reason: CancellationReason) -> OrderCancelRequested {
    OrderCancelRequested {
        order_id: order.order_id,
        customer_id: order.customer_id,
        payment_id: order.payment_id,
        reason,
    }
}

fn too_late(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Cancelling => "The order is being cancelled already.",
        OrderStatus::Cancelled => "The order is cancelled already.",
        OrderStatus::Completed => "The order has arrived; it can be sent back instead.",
        OrderStatus::Rejected => "The order was rejected; there is nothing to cancel.",
        OrderStatus::Placed | OrderStatus::Reserved | OrderStatus::Confirmed => {
            "The order can't be cancelled now."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;
    use OrderStatus::{Cancelled, Cancelling, Confirmed, Placed, Rejected, Reserved};

    #[test]
    fn an_order_under_way_can_be_cancelled() {
        for status in [Placed, Reserved, Confirmed] {
            let before = order(status);
            let after = request(&before, CancellationReason::AddressWrong, before.placed_at).unwrap();
            let cancellation = after.cancellation.unwrap();
            assert_eq!(after.status, Cancelling);
            assert_eq!(cancellation.reason, CancellationReason::AddressWrong);
            assert!(!cancellation.stock_released && !cancellation.payment_voided);
        }
    }

    #[test]
    fn an_order_that_is_over_cannot_be_cancelled() {
        for status in [Rejected, Cancelling, Cancelled] {
            let before = order(status);
            assert!(
                request(&before, CancellationReason::CustomerRequest, before.placed_at).is_err(),
                "{status:?}"
            );
        }
    }
}
