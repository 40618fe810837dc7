//! What promotions does for a cancellation: the coupon may be used again.

use commerce_model::types::{OrderOf, OrderStatus};
use commerce_service::promotions as api;
use stipule_runtime::{Context, Failure};

use crate::Promotions;
use crate::checkout::{order, release};

impl api::CancellationSteps for Promotions {
    async fn release_coupon(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let order = order(cx, &input).await?;
        match order.status {
            OrderStatus::Cancelling | OrderStatus::Cancelled => release(cx, &order).await,
            // Its parcels could not be stopped: it goes on, and has its coupon.
            _ => Ok(()),
        }
    }
}
