//! How a checkout ends: the order is confirmed, or rejected.

use commerce_model::events::{OrderConfirmed, OrderRejected};
use commerce_model::types::{Order, OrderFailed, OrderHistoryEntry, OrderId, OrderOf, OrderStatus};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{DateTime, EventPayload};
use stipule_runtime::{Context, Failure, Stored};

use crate::Orders;
use crate::app::history::{self, Happening};
use crate::app::rejection;

/// Looks per try: the order takes note of news at the same time.
pub(crate) const LOOKS: usize = 5;

impl api::CheckoutSteps for Orders {
    async fn confirm_order(
        &self,
        cx: &Context,
        input: OrderOf,
    ) -> Result<(), api::CheckoutConfirmOrderError> {
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            if !order.status.may_become(OrderStatus::Confirmed) {
                let over = format!("the order is {}", order.status.as_str());
                return Err(api::CheckoutConfirmOrderError::OrderOver(over));
            }
            let (at, status) = (cx.now().max(order.updated_at), OrderStatus::Confirmed);
            let write = store::ConfirmOrder {
                status,
                updated_at: at,
                order_history_entry: entry::<OrderConfirmed>(
                    cx,
                    &order,
                    status,
                    at,
                    "The order is confirmed",
                )?,
                order_confirmed: OrderConfirmed {
                    order_id: order.order_id,
                    customer_id: order.customer_id,
                    payment_id: order.payment_id,
                    total: order.total.clone(),
                },
            };
            match Commerce::of(cx).confirm_order(&order, write).commit().await {
                Err(store::ConfirmOrderError::Conflict) => {}
                done => return Ok(done.map_err(Failure::from)?),
            }
        }
        Err(Failure::retry("the order keeps changing").into())
    }

    async fn reject_order(&self, cx: &Context, input: OrderFailed) -> Result<(), Failure> {
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            // One that is cancelled meanwhile comes to its end by the news of what was given back.
            if !order.status.may_become(OrderStatus::Rejected) {
                return Ok(());
            }
            let (at, status) = (cx.now().max(order.updated_at), OrderStatus::Rejected);
            let reason = rejection::reason(&input.why);
            let write = store::RejectOrder {
                status,
                rejection: Some(reason),
                updated_at: at,
                order_history_entry: entry::<OrderRejected>(cx, &order, status, at, rejection::note(reason))?,
                order_rejected: OrderRejected {
                    order_id: order.order_id,
                    customer_id: order.customer_id,
                    reason,
                },
            };
            match Commerce::of(cx).reject_order(&order, write).commit().await {
                Err(store::RejectOrderError::Conflict) => {}
                done => return done.map_err(Failure::from),
            }
        }
        Err(Failure::retry("the order keeps changing"))
    }
}

pub(crate) async fn order(cx: &Context, id: &OrderId) -> Result<Stored<Order>, Failure> {
    Commerce::of(cx).order(id).await?.ok_or_else(|| Failure::park("there is no such order"))
}

pub(crate) fn entry<E: EventPayload>(
    cx: &Context,
    order: &Order,
    status: OrderStatus,
    at: DateTime,
    note: &'static str,
) -> Result<OrderHistoryEntry, Failure> {
    let happening = Happening { id: cx.new_id(), at, event: E::NAME, note };
    history::entry(order.order_id, status, &happening).map_err(Failure::park)
}
