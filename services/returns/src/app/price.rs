//! What the customer gets for returned pieces, in minor units.

use commerce_model::types::{GoodsCondition, OrderLine, ReturnLine, ReturnReason};

/// Whether the store is to blame for a return.
pub(crate) const fn is_our_fault(reason: ReturnReason) -> bool {
    match reason {
        ReturnReason::Damaged | ReturnReason::WrongProduct | ReturnReason::NotAsDescribed => true,
        ReturnReason::ChangedMind | ReturnReason::ArrivedLate => false,
    }
}

/// What the lines of a return are worth, as they were found. Parts of a line are rounded down, so that all of them never
/// come to more than the line.
pub(crate) fn of(reason: ReturnReason, bought: &[OrderLine], found: &[ReturnLine]) -> i64 {
    found.iter().map(|line| of_line(reason, bought, line)).sum()
}

fn of_line(reason: ReturnReason, bought: &[OrderLine], found: &ReturnLine) -> i64 {
    let line = bought.iter().find(|it| it.line_no.get() == i64::from(found.line_no.get()));
    let Some(line) = line else { return 0 };
    let paid = share(line, found.quantity.get());
    match found.condition {
        None | Some(GoodsCondition::Missing) => 0,
        Some(GoodsCondition::AsNew) => paid,
        Some(GoodsCondition::Used | GoodsCondition::Damaged) if is_our_fault(reason) => paid,
        Some(GoodsCondition::Used | GoodsCondition::Damaged) => paid / 2,
    }
}

/// What so many pieces of a line cost.
fn share(line: &OrderLine, pieces: i32) -> i64 {
    let total = line.line_total.amount.get();
    let share = i128::from(total) * i128::from(pieces) / i128::from(line.quantity.get().max(1));
    i64::try_from(share).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{order_line, return_line};
    use GoodsCondition::{AsNew, Damaged, Missing, Used};

    fn paid(reason: ReturnReason, pieces: i32, condition: GoodsCondition) -> i64 {
        let line = ReturnLine { condition: Some(condition), ..return_line(1, pieces) };
        of(reason, &[order_line(1, 3, 1000)], &[line])
    }

    #[test]
    fn the_condition_and_whose_fault_it_is_decide() {
        for (reason, wanted) in [(ReturnReason::ChangedMind, 500), (ReturnReason::WrongProduct, 1000)] {
            assert_eq!(paid(reason, 3, AsNew), 1000, "{reason:?}");
            assert_eq!(paid(reason, 3, Used), wanted, "{reason:?}");
            assert_eq!(paid(reason, 3, Damaged), wanted, "{reason:?}");
            assert_eq!(paid(reason, 3, Missing), 0, "{reason:?}");
        }
    }

    #[test]
    fn parts_never_come_to_more_than_the_whole() {
        for total in [0, 1, 2, 100, 1999] {
            let line = order_line(1, 3, total);
            assert!((1..=3).map(|_| share(&line, 1)).sum::<i64>() <= total);
            assert_eq!(share(&line, 3), total);
        }
    }
}
