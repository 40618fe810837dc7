//! An order is cancelled: the money that is held for it is let go of.

use commerce_model::open::events::OrderCancelRequested;
use commerce_service::payments as api;
use stipule_runtime::{Context, Failure, Received};

use crate::Payments;
use crate::app::provider::PaymentProvider;
use crate::checkout::order;

impl<P: PaymentProvider> api::PaymentsEvents for Payments<P> {
    async fn on_order_cancel_requested(
        &self,
        cx: &Context,
        event: Received<OrderCancelRequested>,
    ) -> Result<(), Failure> {
        self.end(cx, &order(cx, event.order_id).await?).await
    }
}
