//! What inventory does for a cancellation: what was promised to the order is free again.

use commerce_model::types::OrderOf;
use commerce_service::inventory as api;
use stipule_runtime::{Context, Failure};

use crate::Inventory;
use crate::checkout::end;

impl api::CancellationSteps for Inventory {
    async fn release_stock(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        end(cx, input.order_id).await
    }
}
