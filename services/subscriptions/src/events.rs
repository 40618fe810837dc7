//! A new subscription gets its first alarm; a renewal that waits for its order hears of it by the order's event.

use commerce_model::open::events::{OrderCancelled, OrderConfirmed, OrderRejected, SubscriptionCreated};
use commerce_model::types::{OrderId, OrderOutcome, RenewalOutcome, SubscriptionStatus};
use commerce_service::subscriptions as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, Received};

use crate::{Subscriptions, ring};

impl api::SubscriptionsEvents for Subscriptions {
    async fn on_subscription_created(
        &self,
        cx: &Context,
        event: Received<SubscriptionCreated>,
    ) -> Result<(), Failure> {
        let found = Commerce::of(cx).subscription(&event.subscription_id).await?;
        match found.filter(|it| it.cycle.get() == 1 && it.status == SubscriptionStatus::Active) {
            Some(it) => ring(cx, &it).await.map_err(Failure::retry),
            None => Ok(()),
        }
    }

    async fn on_order_confirmed(&self, cx: &Context, event: Received<OrderConfirmed>) -> Result<(), Failure> {
        tell(cx, &event.order_id, RenewalOutcome::Paid).await
    }

    async fn on_order_rejected(&self, cx: &Context, event: Received<OrderRejected>) -> Result<(), Failure> {
        tell(cx, &event.order_id, RenewalOutcome::Unpaid).await
    }

    async fn on_order_cancelled(&self, cx: &Context, event: Received<OrderCancelled>) -> Result<(), Failure> {
        tell(cx, &event.order_id, RenewalOutcome::Cancelled).await
    }
}

/// Tells the renewal that waits for an order; nobody does for an order that a customer placed.
async fn tell(cx: &Context, order_id: &OrderId, outcome: RenewalOutcome) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let order = store.order(order_id).await?.ok_or_else(|| Failure::park("there is no such order"))?;
    if order.subscription_id.is_none() {
        return Ok(());
    }
    // The order was faster than the renewal, which is about to come.
    let callback = store.renewal_callback(order_id).await?;
    let callback = callback.ok_or_else(|| Failure::retry("the renewal doesn't wait yet"))?;
    let token = api::RenewalAwaitOrderToken::new(callback.token.as_str());
    token.succeed(cx, &OrderOutcome { outcome }).await.map(drop).map_err(Failure::from)
}
