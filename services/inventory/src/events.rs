//! What becomes of promised pieces when an order is paid, and when a warehouse doesn't find them.

use commerce_model::open::events::{FulfilmentShortPicked, OrderConfirmed};
use commerce_model::types::ReservationStatus;
use commerce_service::inventory as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, Received};

use crate::Inventory;
use crate::app::leaving;

impl api::InventoryEvents for Inventory {
    async fn on_order_confirmed(&self, cx: &Context, event: Received<OrderConfirmed>) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.reservation(&event.order_id).await?;
        // Its parcels may have left, or the order be cancelled, before the news came.
        let Some(found) = found.filter(|it| it.status == ReservationStatus::Reserved) else { return Ok(()) };
        let updated_at = cx.now().max(found.updated_at);
        let write = store::CommitReservation { status: ReservationStatus::Committed, updated_at };
        store.commit_reservation(&found, write).commit().await.map_err(Failure::from)
    }

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
