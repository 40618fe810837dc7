//! Pieces that came back and may be sold again.

use commerce_model::types::{AdjustmentReason, PiecesToRestock, StockChange};
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure};

use crate::Inventory;
use crate::app::stock::{self, Adjustment, Movement};

impl api::ReturningSteps for Inventory {
    async fn restock(&self, cx: &Context, input: PiecesToRestock) -> Result<(), Failure> {
        restock(cx, input).await
    }
}

/// They lie in the warehouse where they came back, also if none of them ever lay there.
pub(crate) async fn restock(cx: &Context, input: PiecesToRestock) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let PiecesToRestock { sku, warehouse, quantity } = input;
    let known = store.stock_level(&sku, &warehouse).await?;
    let is_known = known.is_some();
    let before = known.unwrap_or_else(|| stock::nothing(sku.clone(), warehouse.clone(), cx.now()));
    let change = StockChange::new(i64::from(quantity.get())).map_err(Failure::park)?;
    let adjusted = stock::adjust(&before, change, None, cx.now());
    let Adjustment { level, movement, restocked, .. } =
        adjusted.map_err(|refused| Failure::park(refused.detail))?;
    let inventory_stock_adjusted = stock::adjusted(&level, change, AdjustmentReason::Return);
    if !is_known {
        let write =
            store::OpenStock { code: warehouse, stock_level: level, inventory_stock_adjusted, restocked };
        return match store.open_stock(write).commit().await {
            Err(gone @ store::OpenStockError::NoSuchWarehouse) => Err(Failure::park(gone)),
            done => done.map_err(Failure::from),
        };
    }
    let Movement::Come { pieces, ceiling } = movement else { return Err(Failure::park("nothing comes")) };
    let write = store::AddStock {
        sku,
        warehouse,
        low_stock_at: level.low_stock_at,
        updated_at: level.updated_at,
        came: pieces.get(),
        ceiling: ceiling.get(),
        inventory_stock_adjusted,
        restocked,
    };
    store.add_stock(write).commit().await.map_err(Failure::from)
}
