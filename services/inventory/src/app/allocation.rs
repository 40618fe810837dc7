//! Which warehouse gives what: a plan over the levels as they were read. The table has the last word.

use std::cmp::Reverse;

use commerce_model::types::{Allocation, Quantity, Shortage, Sku, StockLevel, WarehouseCode};
use stipule_runtime::wire::BoundedVec;

/// Most allocations of an order: each is an update in the reservation's transaction.
pub(crate) const MOST_ALLOCATIONS: usize = 30;

/// Where the pieces of an order come from.
pub(crate) type Plan = BoundedVec<Allocation, 0, MOST_ALLOCATIONS>;

/// A line of an order beside the stock of its SKU.
pub(crate) struct Wanted {
    pub(crate) sku: Sku,
    pub(crate) quantity: Quantity,
    pub(crate) levels: Vec<StockLevel>,
}

/// Finds all pieces of every line, or says which lines can't be had.
///
/// A warehouse that has the whole line goes first, and among those one that the order needs anyway: fewer parcels. Only
/// a line that no warehouse has whole is split, largest stock first.
pub(crate) fn allocate(wanted: &[Wanted]) -> Result<Plan, Vec<Shortage>> {
    let mut plan = Plan::default();
    let mut shortages = Vec::new();
    for line in wanted {
        // A split that no longer fits into one transaction is a shortage too: half an order helps nobody.
        let longer = take(line, &plan).and_then(|taken| Plan::new([plan.to_vec(), taken].concat()).ok());
        match longer {
            Some(longer) => plan = longer,
            None => shortages.push(shortage(line)),
        }
    }
    if shortages.is_empty() { Ok(plan) } else { Err(shortages) }
}

/// The allocations of one line; `None` when all warehouses together have too little.
fn take(line: &Wanted, plan: &[Allocation]) -> Option<Vec<Allocation>> {
    let wanted = i64::from(line.quantity.get());
    let whole = line.levels.iter().filter(|level| level.available.get() >= wanted);
    let best = whole.min_by_key(|level| {
        let used = plan.iter().any(|allocation| allocation.warehouse == level.warehouse);
        (!used, Reverse(level.available.get()), level.warehouse.clone())
    });
    if let Some(level) = best {
        return Some(vec![allocation(line, &level.warehouse, line.quantity)]);
    }
    let mut levels: Vec<&StockLevel> = line.levels.iter().filter(|level| level.available.get() > 0).collect();
    levels.sort_by_key(|level| (Reverse(level.available.get()), level.warehouse.clone()));
    let mut missing = wanted;
    let mut parts = Vec::new();
    for level in levels {
        let part = missing.min(level.available.get());
        if let Some(quantity) = quantity(part) {
            parts.push(allocation(line, &level.warehouse, quantity));
            missing -= part;
        }
    }
    (missing == 0).then_some(parts)
}

/// A positive number of pieces, at most as many as a line may have.
fn quantity(pieces: i64) -> Option<Quantity> {
    Quantity::new(i32::try_from(pieces).ok()?).ok()
}

fn allocation(line: &Wanted, warehouse: &WarehouseCode, quantity: Quantity) -> Allocation {
    Allocation { sku: line.sku.clone(), warehouse: warehouse.clone(), quantity }
}

fn shortage(line: &Wanted) -> Shortage {
    let available = line.levels.iter().map(|level| level.available.get()).fold(0, i64::saturating_add);
    Shortage { sku: line.sku.clone(), wanted: line.quantity, available: super::stock::count(available) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{level, quantity, sku};

    fn wanted(name: &str, pieces: i32, levels: &[(&str, i64)]) -> Wanted {
        let levels = levels.iter().map(|(code, available)| level(code, *available, 0)).collect();
        Wanted { sku: sku(name), quantity: quantity(pieces), levels }
    }

    /// The plan as `SKU@WAREHOUSE:pieces`.
    fn plan(wanted: &[Wanted]) -> Result<Vec<String>, Vec<String>> {
        let plan = allocate(wanted)
            .map_err(|short| short.iter().map(|it| it.sku.to_string()).collect::<Vec<_>>())?;
        Ok(plan.iter().map(|it| format!("{}@{}:{}", it.sku, it.warehouse, it.quantity.get())).collect())
    }

    #[test]
    fn one_warehouse_that_has_it_all_is_enough() {
        assert_eq!(plan(&[wanted("MUG", 3, &[("YUL1", 2), ("YYZ1", 3)])]).unwrap(), ["MUG@YYZ1:3"]);
    }

    #[test]
    fn lines_go_together_where_they_can() {
        let lines =
            [wanted("MUG", 1, &[("YUL1", 9), ("YYZ1", 2)]), wanted("TEA", 1, &[("YUL1", 1), ("YYZ1", 50)])];
        assert_eq!(plan(&lines).unwrap(), ["MUG@YUL1:1", "TEA@YUL1:1"]);
    }

    #[test]
    fn a_line_is_split_only_when_no_warehouse_has_it_whole() {
        assert_eq!(
            plan(&[wanted("MUG", 5, &[("YUL1", 2), ("YYZ1", 4)])]).unwrap(),
            ["MUG@YYZ1:4", "MUG@YUL1:1"]
        );
    }

    #[test]
    fn one_line_that_is_short_fails_the_order_and_is_named() {
        let lines = [wanted("MUG", 1, &[("YUL1", 9)]), wanted("TEA", 3, &[("YUL1", 1), ("YYZ1", 1)])];
        let shortages = allocate(&lines).unwrap_err();
        assert_eq!(shortages.len(), 1);
        assert_eq!((shortages[0].sku.as_str(), shortages[0].available.get()), ("TEA", 2));
    }

    #[test]
    fn nothing_is_never_enough() {
        assert_eq!(plan(&[wanted("MUG", 1, &[])]).unwrap_err(), ["MUG"]);
        assert_eq!(plan(&[wanted("MUG", 1, &[("YUL1", 0)])]).unwrap_err(), ["MUG"]);
    }

    #[test]
    fn no_more_allocations_than_a_transaction_takes() {
        let levels: Vec<String> = (0..40).map(|i| format!("W{i}")).collect();
        let levels: Vec<(&str, i64)> = levels.iter().map(|code| (code.as_str(), 1)).collect();
        assert_eq!(allocate(&[wanted("MUG", 30, &levels)]).unwrap().len(), 30);
        assert!(allocate(&[wanted("MUG", 31, &levels)]).is_err());
    }

    #[test]
    fn a_plan_never_takes_more_than_is_there_and_never_less_than_is_wanted() {
        // A small deterministic walk over stocks and quantities.
        let mut seed: u64 = 20_261_123;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..2000 {
            let available: Vec<i64> = (0..4).map(|_| i64::try_from(next(6)).unwrap()).collect();
            let pieces = 1 + i32::try_from(next(12)).unwrap();
            let codes = ["YUL1", "YYZ1", "YVR1", "YHZ1"];
            let levels: Vec<(&str, i64)> = codes.into_iter().zip(available.iter().copied()).collect();
            match allocate(&[wanted("MUG", pieces, &levels)]) {
                Ok(plan) => {
                    assert_eq!(plan.iter().map(|it| it.quantity.get()).sum::<i32>(), pieces);
                    for (code, available) in levels {
                        let taken = plan.iter().filter(|it| it.warehouse.as_str() == code);
                        assert!(taken.map(|it| i64::from(it.quantity.get())).sum::<i64>() <= available);
                    }
                }
                Err(_) => assert!(available.iter().sum::<i64>() < i64::from(pieces)),
            }
        }
    }
}
