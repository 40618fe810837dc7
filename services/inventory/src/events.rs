//! A warehouse looked for pieces that it doesn't have: they were promised, and are not there.

use commerce_model::open::events::FulfilmentShortPicked;
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, Received};

use crate::Inventory;
use crate::app::leaving;

impl api::InventoryEvents for Inventory {
    async fn on_fulfilment_short_picked(
        &self,
        cx: &Context,
        event: Received<FulfilmentShortPicked>,
    ) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.reservation(&event.order_id).await?;
        let found = found.ok_or_else(|| Failure::park("nothing is reserved for the order"))?;
        let gone = leaving::not_found(&found.allocations, &event.warehouse, &event.missing);
        let gone = gone.map_err(Failure::park)?;
        if gone.pieces.is_empty() {
            return Ok(());
        }
        let write = store::WriteOffStock {
            status: gone.status(found.status),
            updated_at: cx.now().max(found.updated_at),
            adjustments: leaving::written_off(&gone.pieces).map_err(Failure::park)?,
            allocations: gone.left,
            missing: gone.pieces.each(|it| store::WriteOffStockMissing {
                sku: it.sku.clone(),
                warehouse: it.warehouse.clone(),
                quantity: i64::from(it.quantity.get()),
            }),
        };
        match store.write_off_stock(&found, write).commit().await {
            // The counters contradict the reservation: no later try mends that.
            Err(denied @ store::WriteOffStockError::NotReserved { .. }) => Err(Failure::park(denied)),
            done => done.map_err(Failure::from),
        }
    }
}
