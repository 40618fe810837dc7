//! Counting: what an adjustment or a reservation does to a level.

use commerce_model::events::{InventoryLowStock, InventoryRestocked, InventoryStockAdjusted};
use commerce_model::types::{
    AdjustmentReason, Allocation, Count, Sku, StockChange, StockLevel, WarehouseCode,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

use super::allocation::{MOST_ALLOCATIONS, Plan};

/// Most pieces that a level can count.
const MOST: i64 = 100_000_000;

/// Most warehouses that a SKU lies in: its stock is read in one page.
pub(crate) const MOST_LEVELS: usize = 50;

/// Low until somebody says otherwise.
const LOW_STOCK_AT: i64 = 5;

/// An adjustment that the stock doesn't allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed {
    /// Why, for a person.
    pub(crate) detail: &'static str,
    /// Pieces that are there and not promised.
    pub(crate) available: Count,
}

/// What an adjustment leads to, seen from the level as it was read.
pub(crate) struct Adjustment {
    /// The level afterwards, if nobody else changes it meanwhile.
    pub(crate) level: StockLevel,
    /// How many pieces come or go.
    pub(crate) movement: Movement,
    /// There is something to sell again.
    pub(crate) restocked: Option<InventoryRestocked>,
    /// There is little left.
    pub(crate) low: Option<InventoryLowStock>,
}

/// Which way pieces move, and what the table checks when they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Movement {
    /// So many come, if not more than `ceiling` lie there before.
    Come { pieces: Count, ceiling: Count },
    /// So many go, if they are available.
    Go { pieces: Count },
}

/// A number of pieces, kept within what can be counted.
pub(crate) fn count(pieces: i64) -> Count {
    Count::new(pieces.clamp(0, MOST)).expect("clamped to the limits of a count")
}

/// The level of a SKU that has never been in the warehouse.
pub(crate) fn nothing(sku: Sku, warehouse: WarehouseCode, now: DateTime) -> StockLevel {
    StockLevel {
        sku,
        warehouse,
        on_hand: count(0),
        reserved: count(0),
        available: count(0),
        low_stock_at: count(LOW_STOCK_AT),
        updated_at: now,
    }
}

/// Books pieces that came or went. Promised pieces can't go.
pub(crate) fn adjust(
    level: &StockLevel,
    change: StockChange,
    low_stock_at: Option<Count>,
    now: DateTime,
) -> Result<Adjustment, NotAllowed> {
    let change = change.get();
    let (available, on_hand) = (level.available.get() + change, level.on_hand.get() + change);
    if available < 0 {
        return Err(NotAllowed {
            detail: "Fewer pieces are available than should go.",
            available: level.available,
        });
    }
    if on_hand > MOST {
        return Err(NotAllowed {
            detail: "More pieces would lie there than can be counted.",
            available: level.available,
        });
    }
    let after = StockLevel {
        on_hand: count(on_hand),
        available: count(available),
        low_stock_at: low_stock_at.unwrap_or(level.low_stock_at),
        updated_at: now,
        ..level.clone()
    };
    Ok(Adjustment {
        movement: movement(change),
        restocked: (level.available.get() == 0 && available > 0).then(|| restocked(&after)),
        low: low(level, &after),
        level: after,
    })
}

/// Sums over all warehouses.
pub(crate) struct Totals {
    pub(crate) on_hand: Total,
    pub(crate) reserved: Total,
    pub(crate) available: Total,
}

type Total = Ranged<0, 5_000_000_000>;

/// Sums the levels of one SKU.
///
/// # Errors
/// With more levels than a SKU may have.
pub(crate) fn totals(levels: &[StockLevel]) -> Result<Totals, Fault> {
    let sum = |of: fn(&StockLevel) -> Count| Ranged::new(levels.iter().map(|level| of(level).get()).sum());
    Ok(Totals {
        on_hand: sum(|level| level.on_hand)?,
        reserved: sum(|level| level.reserved)?,
        available: sum(|level| level.available)?,
    })
}

fn movement(change: i64) -> Movement {
    if change < 0 {
        Movement::Go { pieces: count(change.saturating_neg()) }
    } else {
        Movement::Come { pieces: count(change), ceiling: count(MOST - change) }
    }
}

/// What the others are told of an adjustment.
pub(crate) fn adjusted(
    level: &StockLevel,
    change: StockChange,
    reason: AdjustmentReason,
) -> InventoryStockAdjusted {
    InventoryStockAdjusted { sku: level.sku.clone(), warehouse: level.warehouse.clone(), change, reason }
}

/// There is something to sell where there was nothing.
pub(crate) fn restocked(level: &StockLevel) -> InventoryRestocked {
    InventoryRestocked {
        sku: level.sku.clone(),
        warehouse: level.warehouse.clone(),
        available: level.available,
    }
}

/// The levels that allocations make low, judged by the levels as they were read.
pub(crate) fn made_low<'l>(
    allocations: &Plan,
    level_of: impl Fn(&Allocation) -> Option<&'l StockLevel>,
) -> BoundedVec<InventoryLowStock, 0, MOST_ALLOCATIONS> {
    allocations.filter_map(|allocation| {
        let before = level_of(allocation)?;
        let available = count(before.available.get() - i64::from(allocation.quantity.get()));
        low(before, &StockLevel { available, ..before.clone() })
    })
}

/// Whether a level became low between two moments.
fn low(before: &StockLevel, after: &StockLevel) -> Option<InventoryLowStock> {
    let is_low = |level: &StockLevel| level.available <= after.low_stock_at;
    (is_low(after) && !is_low(before)).then(|| InventoryLowStock {
        sku: after.sku.clone(),
        warehouse: after.warehouse.clone(),
        available: after.available,
        low_stock_at: after.low_stock_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{level, noon, quantity, sku, warehouse};

    fn change(pieces: i64) -> StockChange {
        StockChange::new(pieces).unwrap()
    }

    #[test]
    fn on_hand_stays_reserved_plus_available() {
        for pieces in [-8, -1, 0, 1, 500] {
            let level = adjust(&level("YUL1", 10, 2), change(pieces), None, noon()).unwrap().level;
            assert_eq!(level.on_hand.get(), level.reserved.get() + level.available.get(), "{pieces}");
            assert_eq!(level.on_hand.get(), 10 + pieces);
        }
    }

    #[test]
    fn promised_pieces_cannot_go() {
        let refused = adjust(&level("YUL1", 10, 2), change(-9), None, noon()).err().unwrap();
        assert_eq!(refused.available.get(), 8);
    }

    #[test]
    fn the_table_asks_for_what_the_change_takes() {
        let adjustment = adjust(&level("YUL1", 10, 2), change(-3), None, noon()).unwrap();
        assert_eq!(adjustment.movement, Movement::Go { pieces: count(3) });
        let adjustment = adjust(&level("YUL1", 10, 2), change(3), None, noon()).unwrap();
        assert_eq!(adjustment.movement, Movement::Come { pieces: count(3), ceiling: count(MOST - 3) });
    }

    #[test]
    fn more_than_can_be_counted_is_refused() {
        assert!(adjust(&level("YUL1", MOST, 0), change(1), None, noon()).is_err());
    }

    #[test]
    fn a_delivery_to_an_empty_shelf_is_news() {
        assert!(adjust(&level("YUL1", 2, 2), change(5), None, noon()).unwrap().restocked.is_some());
        assert!(adjust(&level("YUL1", 3, 2), change(5), None, noon()).unwrap().restocked.is_none());
    }

    #[test]
    fn stock_becomes_low_once() {
        assert!(adjust(&level("YUL1", 7, 0), change(-2), None, noon()).unwrap().low.is_some());
        assert!(adjust(&level("YUL1", 5, 0), change(-1), None, noon()).unwrap().low.is_none());
        assert!(adjust(&level("YUL1", 9, 0), change(-2), None, noon()).unwrap().low.is_none());
    }

    #[test]
    fn a_reservation_can_make_stock_low() {
        let level = level("YUL1", 7, 0);
        let allocation = |pieces| Allocation {
            sku: sku("MUG-BLUE"),
            warehouse: warehouse("YUL1"),
            quantity: quantity(pieces),
        };
        assert_eq!(made_low(&[allocation(2)].into(), |_| Some(&level)).len(), 1);
        assert_eq!(made_low(&[allocation(1)].into(), |_| Some(&level)).len(), 0);
    }
}
