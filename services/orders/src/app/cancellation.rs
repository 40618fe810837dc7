//! Asking for an order not to happen.

use commerce_model::events::{OrderCancelRequested, OrderCancelled};
use commerce_model::types::{
    CancellationReason, CancellationStage, CancellationWish, Order, OrderCancellation, OrderStatus,
};
use stipule_runtime::wire::DateTime;

/// The order can't be cancelled from where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TooLate {
    /// Why, for a person.
    pub(crate) detail: &'static str,
}

/// The reason that a wish is.
pub(crate) const fn reason(wish: CancellationWish) -> CancellationReason {
    match wish {
        CancellationWish::CustomerRequest => CancellationReason::CustomerRequest,
        CancellationWish::AddressWrong => CancellationReason::AddressWrong,
        CancellationWish::DuplicateOrder => CancellationReason::DuplicateOrder,
        CancellationWish::FraudSuspected => CancellationReason::FraudSuspected,
    }
}

/// The reason that the error of a fulfilment is.
pub(crate) fn reason_of(error: &str) -> CancellationReason {
    match error {
        "AddressRefused" => CancellationReason::AddressWrong,
        "NothingFound" => CancellationReason::NothingFound,
        "CaptureRefused" => CancellationReason::PaymentFailed,
        _ => CancellationReason::NotSendable,
    }
}

/// Asks for the cancellation: the order as it is then. Stock and payment are given back by those who hold them.
pub(crate) fn request(order: &Order, reason: CancellationReason, now: DateTime) -> Result<Order, TooLate> {
    if !transitions(order).contains(&OrderStatus::Cancelling) {
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

/// Where an order may go from where it stands: one whose parcels could not be stopped isn't asked to a second time.
pub(crate) fn transitions(order: &Order) -> Vec<OrderStatus> {
    let tried = order.status == OrderStatus::Shipped && order.cancellation.is_some();
    let all = order.status.next().iter().copied();
    all.filter(|to| !(tried && *to == OrderStatus::Cancelling)).collect()
}

/// How far an order is that may be cancelled.
fn stage(status: OrderStatus) -> CancellationStage {
    match status {
        OrderStatus::Placed | OrderStatus::Reserved => CancellationStage::Checkout,
        OrderStatus::Shipped => CancellationStage::Shipped,
        OrderStatus::Confirmed
        | OrderStatus::Completed
        | OrderStatus::Rejected
        | OrderStatus::Cancelling
        | OrderStatus::Cancelled => CancellationStage::Packing,
    }
}

/// The order once its cancellation is through.
pub(crate) fn finished(order: &Order, now: DateTime) -> Option<(Order, OrderCancelled)> {
    let before = order.cancellation.clone().filter(|_| order.status == OrderStatus::Cancelling)?;
    let reason = before.reason;
    let cancellation = OrderCancellation { stock_released: true, payment_voided: true, ..before };
    let it = Order {
        status: OrderStatus::Cancelled,
        cancellation: Some(cancellation),
        updated_at: now.max(order.updated_at),
        ..order.clone()
    };
    Some((it, OrderCancelled { order_id: order.order_id, customer_id: order.customer_id, reason }))
}

/// An order of which nothing has arrived: what was paid for each parcel is given back already.
pub(crate) fn undelivered(order: &Order, now: DateTime) -> Option<(Order, OrderCancelled)> {
    if order.status != OrderStatus::Shipped {
        return None;
    }
    let reason = CancellationReason::NotDelivered;
    let cancellation =
        OrderCancellation { reason, requested_at: now, stock_released: true, payment_voided: true };
    let it = Order {
        status: OrderStatus::Cancelled,
        cancellation: Some(cancellation),
        updated_at: now.max(order.updated_at),
        ..order.clone()
    };
    Some((it, OrderCancelled { order_id: order.order_id, customer_id: order.customer_id, reason }))
}

/// What the others are told of an order that was in this status before.
pub(crate) fn requested(
    order: &Order,
    before: OrderStatus,
    reason: CancellationReason,
) -> OrderCancelRequested {
    OrderCancelRequested {
        order_id: order.order_id,
        customer_id: order.customer_id,
        payment_id: order.payment_id,
        reason,
        stage: stage(before),
    }
}

fn too_late(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Cancelling => "The order is being cancelled already.",
        OrderStatus::Cancelled => "The order is cancelled already.",
        OrderStatus::Completed => "The order has arrived; it can be sent back instead.",
        OrderStatus::Rejected => "The order was rejected; there is nothing to cancel.",
        OrderStatus::Shipped => "Its parcels can't be stopped; they can be sent back instead.",
        OrderStatus::Placed | OrderStatus::Reserved | OrderStatus::Confirmed => {
            "The order can't be cancelled now."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;
    use OrderStatus::{Cancelled, Cancelling, Confirmed, Placed, Rejected, Reserved, Shipped};

    #[test]
    fn an_order_under_way_can_be_cancelled() {
        for status in [Placed, Reserved, Confirmed, Shipped] {
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

    #[test]
    fn parcels_that_could_not_be_stopped_are_not_asked_to_again() {
        let mut order = order(Shipped);
        assert!(transitions(&order).contains(&Cancelling));
        order.cancellation =
            request(&order, CancellationReason::CustomerRequest, order.placed_at).unwrap().cancellation;
        assert!(request(&order, CancellationReason::CustomerRequest, order.placed_at).is_err());
        assert_eq!(transitions(&order), [OrderStatus::Completed, Cancelled]);
    }

    #[test]
    fn the_others_are_told_how_far_it_was() {
        let stages = [
            (Placed, CancellationStage::Checkout),
            (Reserved, CancellationStage::Checkout),
            (Confirmed, CancellationStage::Packing),
            (Shipped, CancellationStage::Shipped),
        ];
        for (before, stage) in stages {
            let event = requested(&order(Cancelling), before, CancellationReason::CustomerRequest);
            assert_eq!(event.stage, stage, "{before:?}");
        }
    }

    #[test]
    fn only_what_was_sent_can_fail_to_arrive() {
        let before = order(Shipped);
        let (it, event) = undelivered(&before, before.placed_at).unwrap();
        assert_eq!((it.status, event.reason), (Cancelled, CancellationReason::NotDelivered));
        for status in [Placed, Reserved, Confirmed, Rejected, Cancelling, Cancelled] {
            assert!(undelivered(&order(status), before.placed_at).is_none(), "{status:?}");
        }
    }

    #[test]
    fn a_cancellation_is_finished_once() {
        let before = order(Confirmed);
        let asked = request(&before, CancellationReason::CustomerRequest, before.placed_at).unwrap();
        let (done, event) = finished(&asked, before.placed_at).unwrap();
        assert_eq!((done.status, event.reason), (Cancelled, CancellationReason::CustomerRequest));
        assert!(finished(&done, before.placed_at).is_none());
        assert!(finished(&before, before.placed_at).is_none());
    }
}
