//! A coupon may be used again once the order that used it is undone: cancelled by somebody, or because nothing arrived.

use commerce_model::open::events::OrderCancelled;
use commerce_model::types::OrderOf;
use commerce_service::promotions as api;
use stipule_runtime::{Context, Failure, Received};

use crate::Promotions;
use crate::checkout::{order, release};

impl api::PromotionsEvents for Promotions {
    async fn on_order_cancelled(&self, cx: &Context, event: Received<OrderCancelled>) -> Result<(), Failure> {
        release(cx, &*order(cx, &OrderOf { order_id: event.order_id }).await?).await
    }
}
