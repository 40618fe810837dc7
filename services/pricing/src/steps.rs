//! What pricing does for a checkout.

use commerce_model::types::OrderOf;
use commerce_service::pricing as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure};

use crate::Pricing;

impl api::CheckoutSteps for Pricing {
    async fn check_prices(&self, cx: &Context, input: OrderOf) -> Result<(), api::CheckoutCheckPricesError> {
        let store = Commerce::of(cx);
        let found = store.order_with_lines(&input.order_id).await?;
        let found = found.ok_or_else(|| Failure::park("there is no such order"))?;
        for line in &found.lines {
            let now = store.price(&line.sku, &line.unit_price.currency).await?;
            // What became cheaper meanwhile stays as dear as the customer was told.
            if now.is_some_and(|now| now.amount.get() > line.unit_price.amount.get()) {
                let dearer = format!("{} costs more by now", line.sku);
                return Err(api::CheckoutCheckPricesError::PriceChanged(dearer));
            }
        }
        Ok(())
    }
}
