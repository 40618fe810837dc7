//! What somebody who listens is told of where something stands.

use std::collections::BTreeSet;

use commerce_model::types::{
    Allocation, Order, OrderUpdated, Shipment, ShipmentUpdated, Sku, StockChanged, StockLevel,
};
use stipule_runtime::wire::{Fault, Ranged};

/// Where an order stands.
pub(crate) fn of_order(order: &Order) -> OrderUpdated {
    OrderUpdated { order_id: order.order_id, status: order.status, updated_at: order.updated_at }
}

/// Where a parcel is.
pub(crate) fn of_shipment(parcel: &Shipment) -> ShipmentUpdated {
    ShipmentUpdated {
        shipment_id: parcel.shipment_id,
        order_id: parcel.order_id,
        status: parcel.status,
        updated_at: parcel.updated_at,
    }
}

/// How much of a SKU may be sold, in all warehouses.
///
/// # Errors
/// With more levels than a SKU may have.
pub(crate) fn of_stock(sku: Sku, levels: &[StockLevel]) -> Result<StockChanged, Fault> {
    let available = Ranged::new(levels.iter().map(|level| level.available.get()).sum())?;
    Ok(StockChanged { sku, available })
}

/// The SKUs of allocations, each once.
pub(crate) fn skus(allocations: &[Allocation]) -> BTreeSet<&Sku> {
    allocations.iter().map(|it| &it.sku).collect()
}
