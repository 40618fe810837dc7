//! What inventory does for a fulfilment: pieces go with their parcel, and come back with it.

use commerce_model::types::{ParcelToPack, PiecesToRestock};
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure};

use crate::Inventory;
use crate::app::leaving;
use crate::restocking::restock;

impl api::FulfilmentSteps for Inventory {
    async fn ship_stock(&self, cx: &Context, input: ParcelToPack) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.reservation(&input.order_id).await?;
        let found = found.ok_or_else(|| Failure::park("nothing is reserved for the order"))?;
        let gone = leaving::with_parcel(&found.allocations, &input.warehouse);
        if gone.pieces.is_empty() {
            return Ok(());
        }
        let write = store::ShipStock {
            status: gone.status(found.status),
            allocations: gone.left,
            updated_at: cx.now().max(found.updated_at),
            stock_level_allocations: gone.pieces.each(|it| store::ShipStockAllocation {
                sku: it.sku.clone(),
                warehouse: it.warehouse.clone(),
                quantity: i64::from(it.quantity.get()),
            }),
        };
        match store.ship_stock(&found, write).commit().await {
            // The counters contradict the reservation: no later try mends that.
            Err(denied @ store::ShipStockError::NotReserved { .. }) => Err(Failure::park(denied)),
            done => done.map_err(Failure::from),
        }
    }

    async fn restock(&self, cx: &Context, input: PiecesToRestock) -> Result<(), Failure> {
        restock(cx, input).await
    }
}
