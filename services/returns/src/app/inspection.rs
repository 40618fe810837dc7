//! What somebody finds in the parcel, and what follows from it.

use commerce_model::events::ReturnClosed;
use commerce_model::returns::InspectedLine;
use commerce_model::types::{
    GoodsCondition, InspectedReturn, LinePieces, Money, OrderLine, Return, ReturnLine, ReturnStatus,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

use super::price;
use super::status::not_inspected;

/// A return that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inspected {
    pub(crate) it: Return,
    pub(crate) lines: Vec<ReturnLine>,
    pub(crate) event: ReturnClosed,
}

/// Why it isn't.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refused {
    /// It doesn't wait for that.
    State(&'static str),
    /// Something else is said than what there is.
    Lines(String),
    /// A value of ours breaks the contract, which none does.
    Fault(Fault),
}

/// What was bought, and how much of the money for it is still there.
pub(crate) struct Bought<'o> {
    pub(crate) lines: &'o [OrderLine],
    /// Minor units that may still be given back: nobody is promised more.
    pub(crate) refundable: i64,
    pub(crate) price: &'o Money,
}

/// Takes note of the condition of each line.
pub(crate) fn inspect(
    it: &Return,
    lines: &[ReturnLine],
    found: &[InspectedLine],
    bought: &Bought<'_>,
    now: DateTime,
) -> Result<Inspected, Refused> {
    if !it.status.may_become(ReturnStatus::Closed) {
        return Err(Refused::State(not_inspected(it.status)));
    }
    let lines = inspected_lines(lines, found).map_err(|faults| Refused::Lines(faults.join(" ")))?;
    let amount = price::of(it.reason, bought.lines, &lines).min(bought.refundable);
    let amount = Ranged::new(amount).map_err(Refused::Fault)?;
    let refund = Money { amount, currency: bought.price.currency.clone() };
    let it = Return {
        status: ReturnStatus::Closed,
        refund: Some(refund.clone()),
        updated_at: now.max(it.updated_at),
        ..it.clone()
    };
    let event = ReturnClosed {
        return_id: it.return_id,
        order_id: it.order_id,
        customer_id: it.customer_id,
        refund,
        restock: as_new(&lines).map_err(Refused::Fault)?,
    };
    Ok(Inspected { it, lines, event })
}

/// What the saga that waits is told; `None` as long as nobody looked.
///
/// # Errors
/// Never: a return has no more lines than an answer.
pub(crate) fn outcome(it: &Return, lines: &[ReturnLine]) -> Result<Option<InspectedReturn>, Fault> {
    match (&it.refund, it.status) {
        (Some(refund), ReturnStatus::Closed) => {
            Ok(Some(InspectedReturn { refund: refund.clone(), restock: as_new(lines)? }))
        }
        _ => Ok(None),
    }
}

/// What goes back on the shelf.
fn as_new(lines: &[ReturnLine]) -> Result<BoundedVec<LinePieces, 0, 30>, Fault> {
    let as_new = lines.iter().filter(|it| it.condition == Some(GoodsCondition::AsNew));
    let pieces =
        as_new.map(|it| LinePieces { line_no: it.line_no, sku: it.sku.clone(), quantity: it.quantity });
    BoundedVec::new(pieces.collect())
}

/// The lines with what was found of each, or everything that is wrong with what is said.
fn inspected_lines(lines: &[ReturnLine], found: &[InspectedLine]) -> Result<Vec<ReturnLine>, Vec<String>> {
    let mut faults = Vec::new();
    let mut inspected = Vec::with_capacity(lines.len());
    for line in lines {
        let said: Vec<_> = found.iter().filter(|it| it.line_no == line.line_no).collect();
        match said.as_slice() {
            [] => faults.push(format!("Line {} is missing.", line.line_no)),
            [one] => inspected.push(ReturnLine { condition: Some(one.condition), ..line.clone() }),
            _ => faults.push(format!("Line {} is said twice.", line.line_no)),
        }
    }
    let foreign = found.iter().filter(|it| !lines.iter().any(|line| line.line_no == it.line_no));
    faults.extend(foreign.map(|it| format!("There is no line {}.", it.line_no)));
    if faults.is_empty() { Ok(inspected) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{found, noon, order, order_line, return_line, return_of};
    use GoodsCondition::{AsNew, Damaged, Missing};

    fn inspect_with(
        refundable: i64,
        said: &[(i32, GoodsCondition)],
        status: ReturnStatus,
    ) -> Result<Inspected, Refused> {
        let lines = [order_line(1, 2, 1000), order_line(2, 1, 500)];
        let order = order();
        let bought = Bought { lines: &lines, refundable, price: &order.total };
        let returned = [return_line(1, 2), return_line(2, 1)];
        inspect(&return_of(status), &returned, &found(said), &bought, noon())
    }

    #[test]
    fn what_is_as_new_is_paid_and_goes_back_on_the_shelf() {
        let it = inspect_with(5000, &[(2, Missing), (1, AsNew)], ReturnStatus::Received).unwrap();
        assert_eq!((it.it.status, it.event.refund.amount.get()), (ReturnStatus::Closed, 1000));
        let restock: Vec<_> =
            it.event.restock.iter().map(|it| (it.line_no.get(), it.quantity.get())).collect();
        assert_eq!(restock, [(1, 2)]);
        let told = outcome(&it.it, &it.lines).unwrap().unwrap();
        assert_eq!((told.refund, told.restock), (it.event.refund, it.event.restock));
    }

    #[test]
    fn nobody_is_promised_more_than_is_left_of_what_was_taken() {
        let it = inspect_with(700, &[(1, AsNew), (2, Damaged)], ReturnStatus::Received).unwrap();
        assert_eq!(it.event.refund.amount.get(), 700);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let said = inspect_with(5000, &[(1, AsNew), (1, AsNew), (3, AsNew)], ReturnStatus::Received);
        let Err(Refused::Lines(faults)) = said else { panic!("it is refused") };
        assert_eq!(faults, "Line 1 is said twice. Line 2 is missing. There is no line 3.");
    }

    #[test]
    fn only_what_is_here_is_looked_at_and_once() {
        use ReturnStatus::{Approved, Closed, Lapsed, Refused as Never, Requested};
        for status in [Requested, Approved, Closed, Never, Lapsed] {
            let refused = inspect_with(5000, &[(1, AsNew), (2, AsNew)], status);
            assert!(matches!(refused, Err(Refused::State(_))), "{status:?}");
        }
        assert_eq!(outcome(&return_of(ReturnStatus::Received), &[]).unwrap(), None);
    }
}
