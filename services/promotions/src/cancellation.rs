//! What promotions does for a cancellation, and for an order of which nothing arrives: the coupon may be used again.

use commerce_model::types::{OrderOf, OrderStatus};
use commerce_service::promotions as api;
use stipule_runtime::{Context, Failure};

use crate::Promotions;
use crate::checkout::{order, release};

impl api::CancellationSteps for Promotions {
    async fn release_coupon(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        release_of_cancelled(cx, &input).await
    }
}

impl api::FulfilmentSteps for Promotions {
    async fn release_coupon(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        release_of_cancelled(cx, &input).await
    }
}

async fn release_of_cancelled(cx: &Context, input: &OrderOf) -> Result<(), Failure> {
    let order = order(cx, input).await?;
    match order.status {
        OrderStatus::Cancelling | OrderStatus::Cancelled => release(cx, &order).await,
        // It has arrived, or its parcels could not be stopped: it goes on, and has its coupon.
        _ => Ok(()),
    }
}
