//! What payments does for a return: the customer gets back what the goods are worth, as far as it was taken.

use commerce_model::types::{RefundReason, ReturnOf, ReturnToRefund};
use commerce_service::payments as api;
use stipule_runtime::{Context, Failure};

use crate::Payments;
use crate::app::movement::{self, Wanted};
use crate::app::provider::PaymentProvider;
use crate::movements::set_refund_aside;

impl<P: PaymentProvider> api::ReturningSteps for Payments<P> {
    async fn set_refund_aside(&self, cx: &Context, input: ReturnToRefund) -> Result<(), Failure> {
        let wanted = Wanted {
            id: movement::refund_of_return(&input.return_id),
            reason: RefundReason::Return,
            return_id: Some(input.return_id),
            at_most: Some(input.amount.amount.get()),
        };
        set_refund_aside(cx, input.order_id, wanted).await
    }

    async fn refund(&self, cx: &Context, input: ReturnOf) -> Result<(), Failure> {
        self.give(cx, input.order_id, movement::refund_of_return(&input.return_id)).await
    }
}
