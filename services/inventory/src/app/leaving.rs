//! Promised pieces that leave the shelf: with a parcel, or because they never lay there.

use commerce_model::events::InventoryStockAdjusted;
use commerce_model::types::{
    AdjustmentReason, Allocation, LinePieces, Quantity, ReservationStatus, StockChange, WarehouseCode,
};
use stipule_runtime::wire::{BoundedVec, Fault};

use super::allocation::{MOST_ALLOCATIONS, Plan};

/// What leaves of a reservation, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) pieces: Plan,
    pub(crate) left: Plan,
}

impl Gone {
    /// The status of the reservation then: without pieces it is over.
    pub(crate) fn status(&self, before: ReservationStatus) -> ReservationStatus {
        match before {
            ReservationStatus::Reserved | ReservationStatus::Committed if self.left.is_empty() => {
                ReservationStatus::Shipped
            }
            other => other,
        }
    }
}

/// Everything that is promised in a warehouse goes with the parcel that was packed there.
pub(crate) fn with_parcel(promised: &Plan, warehouse: &WarehouseCode) -> Gone {
    let part =
        |here: bool| promised.filter_map(|it| ((it.warehouse == *warehouse) == here).then(|| it.clone()));
    Gone { pieces: part(true), left: part(false) }
}

/// Pieces that a warehouse didn't find, as far as they are still promised there.
///
/// # Errors
/// Never: what leaves is part of what is promised.
pub(crate) fn not_found(
    promised: &Plan,
    warehouse: &WarehouseCode,
    missing: &[LinePieces],
) -> Result<Gone, Fault> {
    let (mut pieces, mut left) = (Vec::new(), Vec::new());
    for allocation in promised {
        let here = missing.iter().filter(|it| allocation.warehouse == *warehouse && it.sku == allocation.sku);
        let missing: i32 = here.map(|it| it.quantity.get()).sum();
        let missing = missing.min(allocation.quantity.get());
        let of = |quantity| -> Result<Allocation, Fault> {
            Ok(Allocation { quantity: Quantity::new(quantity)?, ..allocation.clone() })
        };
        if missing > 0 {
            pieces.push(of(missing)?);
        }
        if missing < allocation.quantity.get() {
            left.push(of(allocation.quantity.get() - missing)?);
        }
    }
    Ok(Gone { pieces: BoundedVec::new(pieces)?, left: BoundedVec::new(left)? })
}

/// What the others are told of pieces that are not there.
///
/// # Errors
/// Never: a change can be as large as a quantity.
pub(crate) fn written_off(
    pieces: &Plan,
) -> Result<BoundedVec<InventoryStockAdjusted, 0, MOST_ALLOCATIONS>, Fault> {
    pieces.try_each(|it| {
        Ok(InventoryStockAdjusted {
            sku: it.sku.clone(),
            warehouse: it.warehouse.clone(),
            change: StockChange::new(-i64::from(it.quantity.get()))?,
            reason: AdjustmentReason::Loss,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{quantity, sku, warehouse};
    use commerce_model::types::OrderLineNo;

    fn piece(name: &str, code: &str, pieces: i32) -> Allocation {
        Allocation { sku: sku(name), warehouse: warehouse(code), quantity: quantity(pieces) }
    }

    fn promised() -> Plan {
        [piece("MUG", "YUL1", 2), piece("TEA", "YUL1", 1), piece("MUG", "YVR1", 3)].into()
    }

    fn missing(name: &str, pieces: i32) -> LinePieces {
        LinePieces { line_no: OrderLineNo::new(1).unwrap(), sku: sku(name), quantity: quantity(pieces) }
    }

    #[test]
    fn a_parcel_takes_all_that_its_warehouse_promised() {
        let gone = with_parcel(&promised(), &warehouse("YUL1"));
        assert_eq!((gone.pieces.len(), gone.left.len()), (2, 1));
        assert_eq!(gone.status(ReservationStatus::Reserved), ReservationStatus::Reserved);
        let gone = with_parcel(&gone.left, &warehouse("YVR1"));
        assert_eq!(gone.status(ReservationStatus::Reserved), ReservationStatus::Shipped);
    }

    #[test]
    fn what_is_missing_is_taken_off_where_it_was_promised_and_no_more() {
        let gone = not_found(&promised(), &warehouse("YUL1"), &[missing("MUG", 1)]).unwrap();
        assert_eq!(gone.pieces.to_vec(), [piece("MUG", "YUL1", 1)]);
        assert_eq!(gone.left.to_vec()[0], piece("MUG", "YUL1", 1));
        assert_eq!(gone.left.len(), 3);
        let gone = not_found(&promised(), &warehouse("YUL1"), &[missing("MUG", 9)]).unwrap();
        assert_eq!((gone.pieces.to_vec(), gone.left.len()), (vec![piece("MUG", "YUL1", 2)], 2));
        let gone = not_found(&promised(), &warehouse("YHZ1"), &[missing("MUG", 1)]).unwrap();
        assert!(gone.pieces.is_empty(), "another warehouse's pieces stay");
    }

    #[test]
    fn what_is_not_there_is_told_as_a_loss() {
        let told = written_off(&[piece("MUG", "YUL1", 2)].into()).unwrap();
        assert_eq!((told[0].change.get(), told[0].reason), (-2, AdjustmentReason::Loss));
    }
}
