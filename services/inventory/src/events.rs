//! An order is cancelled: what was promised to it is free again.

use commerce_model::open::events::OrderCancelRequested;
use commerce_service::inventory as api;
use stipule_runtime::{Context, Failure, Received};

use crate::Inventory;
use crate::checkout::end;

impl api::InventoryEvents for Inventory {
    async fn on_order_cancel_requested(
        &self,
        cx: &Context,
        event: Received<OrderCancelRequested>,
    ) -> Result<(), Failure> {
        end(cx, event.order_id).await
    }
}
