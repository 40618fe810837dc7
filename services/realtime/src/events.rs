//! Something has happened: who listens is told where it stands now.

use commerce_model::open::events::{
    InventoryLowStock, InventoryReservationExpired, InventoryReservationReleased, InventoryReserved,
    InventoryRestocked, InventoryStockAdjusted, OrderCancelRequested, OrderCancelled, OrderCompleted,
    OrderConfirmed, OrderPlaced, OrderRejected, ShipmentDelivered, ShipmentDeliveryFailed,
    ShipmentDispatched, ShipmentLabelCreated,
};
use commerce_model::types::{OrderId, ShipmentId, Sku};
use commerce_service::realtime as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, PageRequest, Received};

use crate::Realtime;
use crate::app::update;

impl api::RealtimeEvents for Realtime {
    async fn on_order_placed(&self, cx: &Context, event: Received<OrderPlaced>) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_order_confirmed(&self, cx: &Context, event: Received<OrderConfirmed>) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_order_rejected(&self, cx: &Context, event: Received<OrderRejected>) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_order_cancel_requested(
        &self,
        cx: &Context,
        event: Received<OrderCancelRequested>,
    ) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_order_cancelled(&self, cx: &Context, event: Received<OrderCancelled>) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_order_completed(&self, cx: &Context, event: Received<OrderCompleted>) -> Result<(), Failure> {
        tell_order(cx, event.order_id).await
    }

    async fn on_shipment_label_created(
        &self,
        cx: &Context,
        event: Received<ShipmentLabelCreated>,
    ) -> Result<(), Failure> {
        tell_shipment(cx, event.shipment_id).await
    }

    async fn on_shipment_dispatched(
        &self,
        cx: &Context,
        event: Received<ShipmentDispatched>,
    ) -> Result<(), Failure> {
        tell_shipment(cx, event.shipment_id).await?;
        tell_order(cx, event.order_id).await
    }

    async fn on_shipment_delivered(
        &self,
        cx: &Context,
        event: Received<ShipmentDelivered>,
    ) -> Result<(), Failure> {
        tell_shipment(cx, event.shipment_id).await
    }

    async fn on_shipment_delivery_failed(
        &self,
        cx: &Context,
        event: Received<ShipmentDeliveryFailed>,
    ) -> Result<(), Failure> {
        tell_shipment(cx, event.shipment_id).await
    }

    async fn on_inventory_reserved(
        &self,
        cx: &Context,
        event: Received<InventoryReserved>,
    ) -> Result<(), Failure> {
        for sku in update::skus(&event.allocations) {
            tell_stock(cx, sku).await?;
        }
        Ok(())
    }

    async fn on_inventory_reservation_expired(
        &self,
        cx: &Context,
        event: Received<InventoryReservationExpired>,
    ) -> Result<(), Failure> {
        for sku in update::skus(&event.allocations) {
            tell_stock(cx, sku).await?;
        }
        Ok(())
    }

    async fn on_inventory_reservation_released(
        &self,
        cx: &Context,
        event: Received<InventoryReservationReleased>,
    ) -> Result<(), Failure> {
        for sku in update::skus(&event.allocations) {
            tell_stock(cx, sku).await?;
        }
        Ok(())
    }

    async fn on_inventory_stock_adjusted(
        &self,
        cx: &Context,
        event: Received<InventoryStockAdjusted>,
    ) -> Result<(), Failure> {
        tell_stock(cx, &event.sku).await
    }

    async fn on_inventory_low_stock(
        &self,
        cx: &Context,
        event: Received<InventoryLowStock>,
    ) -> Result<(), Failure> {
        tell_stock(cx, &event.sku).await
    }

    async fn on_inventory_restocked(
        &self,
        cx: &Context,
        event: Received<InventoryRestocked>,
    ) -> Result<(), Failure> {
        tell_stock(cx, &event.sku).await
    }
}

/// An order that nobody knows has nobody who listens.
async fn tell_order(cx: &Context, order_id: OrderId) -> Result<(), Failure> {
    let Some(order) = Commerce::of(cx).order(&order_id).await? else { return Ok(()) };
    api::OrderTopic { order_id }.order_updated(cx, &update::of_order(&order)).await
}

async fn tell_shipment(cx: &Context, shipment_id: ShipmentId) -> Result<(), Failure> {
    let Some(parcel) = Commerce::of(cx).shipment(&shipment_id).await? else { return Ok(()) };
    api::ShipmentTopic { shipment_id }.shipment_updated(cx, &update::of_shipment(&parcel)).await
}

async fn tell_stock(cx: &Context, sku: &Sku) -> Result<(), Failure> {
    let levels = Commerce::of(cx).stock_of_sku(sku, PageRequest::first()).await?.items;
    let told = update::of_stock(sku.clone(), &levels).map_err(Failure::park)?;
    api::StockTopic { sku: sku.clone() }.stock_changed(cx, &told).await
}
