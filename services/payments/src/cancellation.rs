//! What payments does for a cancellation: what is held is let go of, and what was taken is given back.

use commerce_model::types::{OrderOf, RefundReason};
use commerce_service::payments as api;
use stipule_runtime::{Context, Failure};

use crate::Payments;
use crate::app::movement::{self, Wanted};
use crate::app::provider::PaymentProvider;
use crate::checkout::order;
use crate::movements::set_refund_aside;

impl<P: PaymentProvider> api::CancellationSteps for Payments<P> {
    async fn void_payment(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        self.end(cx, &order(cx, input.order_id).await?).await
    }

    async fn set_refund_aside(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let id = movement::refund_of_all(&order(cx, input.order_id).await?.payment_id);
        let all = Wanted { id, reason: RefundReason::Cancellation, return_id: None, at_most: None };
        set_refund_aside(cx, input.order_id, all).await
    }

    async fn refund(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let order = order(cx, input.order_id).await?;
        self.give(cx, order.order_id, movement::refund_of_all(&order.payment_id)).await
    }
}
