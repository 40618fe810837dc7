//! An order is split up: each warehouse that holds a part of it packs that.

use commerce_model::events::FulfilmentCreated;
use commerce_model::types::{
    Allocation, Fulfilment, FulfilmentLine, FulfilmentStatus, LinePieces, Order, OrderLine, OrderLineNo,
    ParcelToPack, WarehouseCode,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

/// A part of an order that waits to be picked, and what the others are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Opened {
    pub(crate) it: Fulfilment,
    pub(crate) lines: BoundedVec<FulfilmentLine, 0, 30>,
    pub(crate) created: FulfilmentCreated,
}

/// The warehouses that hold something of an order, each once, in the order of their codes.
pub(crate) fn warehouses(allocations: &[Allocation]) -> Vec<WarehouseCode> {
    let mut warehouses: Vec<WarehouseCode> = allocations.iter().map(|it| it.warehouse.clone()).collect();
    warehouses.sort();
    warehouses.dedup();
    warehouses
}

/// What one warehouse packs; `None` if it holds nothing of the order any more.
///
/// # Errors
/// Never: a part has no more lines than its order.
pub(crate) fn open(
    order: &Order,
    lines: &[OrderLine],
    allocations: &[Allocation],
    parcel: &ParcelToPack,
    now: DateTime,
) -> Result<Option<Opened>, Fault> {
    let mut wanted = Vec::new();
    for line in lines {
        let here = allocations.iter().find(|it| it.warehouse == parcel.warehouse && it.sku == line.sku);
        if let Some(here) = here {
            wanted.push(FulfilmentLine {
                fulfilment_id: parcel.fulfilment_id,
                line_no: line.line_no,
                sku: line.sku.clone(),
                quantity: here.quantity,
                picked: Ranged::new(0)?,
            });
        }
    }
    if wanted.is_empty() {
        return Ok(None);
    }
    let it = Fulfilment {
        fulfilment_id: parcel.fulfilment_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        warehouse: parcel.warehouse.clone(),
        status: FulfilmentStatus::Created,
        line_count: Ranged::new(i64::try_from(wanted.len()).unwrap_or(i64::MAX))?,
        shipping_address: order.shipping_address.clone(),
        weight_grams: None,
        created_at: now,
        updated_at: now,
    };
    let created = FulfilmentCreated {
        fulfilment_id: it.fulfilment_id,
        order_id: it.order_id,
        warehouse: it.warehouse.clone(),
        lines: BoundedVec::new(wanted.iter().map(pieces).collect::<Result<_, _>>()?)?,
    };
    Ok(Some(Opened { it, lines: BoundedVec::new(wanted)?, created }))
}

fn pieces(line: &FulfilmentLine) -> Result<LinePieces, Fault> {
    Ok(LinePieces { line_no: number(line.line_no)?, sku: line.sku.clone(), quantity: line.quantity })
}

/// The number of a line, as events write it.
///
/// # Errors
/// Never: the limits are the same.
pub(crate) fn number(line: Ranged<1, 30>) -> Result<OrderLineNo, Fault> {
    OrderLineNo::new(i32::try_from(line.get()).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{allocation, noon, order, order_line, part, warehouse};

    fn parcel_of(code: &str) -> ParcelToPack {
        ParcelToPack { order_id: order().order_id, fulfilment_id: part(1), warehouse: warehouse(code) }
    }

    #[test]
    fn each_warehouse_packs_what_it_holds() {
        let allocations = [allocation("MUG", "YVR1", 1), allocation("MUG", "YUL1", 2)];
        assert_eq!(warehouses(&allocations), [warehouse("YUL1"), warehouse("YVR1")]);
        let lines = [order_line(1, 3, 100)];
        let here = open(&order(), &lines, &allocations, &parcel_of("YUL1"), noon()).unwrap().unwrap();
        assert_eq!(here.lines.iter().map(|line| line.quantity.get()).collect::<Vec<_>>(), [2]);
        assert_eq!(here.created.lines.len(), 1);
        assert_eq!(here.it.status, FulfilmentStatus::Created);
    }

    #[test]
    fn a_warehouse_that_holds_nothing_packs_nothing() {
        let lines = [order_line(1, 3, 100)];
        assert_eq!(open(&order(), &lines, &[], &parcel_of("YUL1"), noon()).unwrap(), None);
    }
}
