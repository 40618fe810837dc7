//! Asking to send something back.

use commerce_model::events::ReturnRequested;
use commerce_model::returns::{RequestReturnRequest, ReturnedLine};
use commerce_model::types::{LinePieces, Order, OrderLine, Return, ReturnId, ReturnLine, ReturnStatus};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

use super::approval;

/// A return that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) it: Return,
    pub(crate) lines: Vec<ReturnLine>,
    pub(crate) event: ReturnRequested,
}

/// Why nobody can ask so.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refused {
    /// Something is said of other lines than the order has.
    Lines(String),
    /// A value of ours breaks the contract, which none does.
    Fault(Fault),
}

/// The return of these pieces of an order.
pub(crate) fn ask(
    return_id: ReturnId,
    order: &Order,
    bought: &[OrderLine],
    wish: &RequestReturnRequest,
    now: DateTime,
) -> Result<Asked, Refused> {
    let lines = lines(return_id, bought, &wish.lines).map_err(|faults| Refused::Lines(faults.join(" ")))?;
    let pieces = |line: &ReturnLine| LinePieces {
        line_no: line.line_no,
        sku: line.sku.clone(),
        quantity: line.quantity,
    };
    let event = ReturnRequested {
        return_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        reason: wish.reason,
        lines: BoundedVec::new(lines.iter().map(pieces).collect()).map_err(Refused::Fault)?,
    };
    let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    let it = Return {
        return_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        reason: wish.reason,
        status: ReturnStatus::Requested,
        line_count: Ranged::new(count).map_err(Refused::Fault)?,
        refund: None,
        parcel_due_at: approval::due(now),
        requested_at: now,
        updated_at: now,
    };
    Ok(Asked { it, lines, event })
}

/// The lines that are wished for, or everything that is wrong with the wish.
fn lines(
    return_id: ReturnId,
    bought: &[OrderLine],
    wished: &[ReturnedLine],
) -> Result<Vec<ReturnLine>, Vec<String>> {
    let mut faults = Vec::new();
    let mut lines: Vec<ReturnLine> = Vec::with_capacity(wished.len());
    for wish in wished {
        let number = wish.line_no.get();
        let line = bought.iter().find(|it| it.line_no.get() == i64::from(number));
        match line {
            None => faults.push(format!("There is no line {number}.")),
            Some(_) if lines.iter().any(|it| it.line_no == wish.line_no) => {
                faults.push(format!("Line {number} is said twice."));
            }
            Some(line) => lines.push(ReturnLine {
                return_id,
                line_no: wish.line_no,
                sku: line.sku.clone(),
                quantity: wish.quantity,
                condition: None,
            }),
        }
    }
    lines.sort_by_key(|it| it.line_no.get());
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// The status that ends a return whose goods never came; `None` for one that can't end so.
pub(crate) fn ended(from: ReturnStatus) -> Option<ReturnStatus> {
    [ReturnStatus::Refused, ReturnStatus::Lapsed].into_iter().find(|to| from.may_become(*to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{noon, order, order_line, return_id, wish};

    fn ask_for(lines: &[(i32, i32)]) -> Result<Asked, Refused> {
        let bought = [order_line(1, 3, 1000), order_line(2, 1, 500)];
        ask(return_id(), &order(), &bought, &wish(lines), noon())
    }

    #[test]
    fn lines_come_in_the_order_of_the_orders_lines() {
        let asked = ask_for(&[(2, 1), (1, 2)]).unwrap();
        let lines: Vec<_> = asked.lines.iter().map(|it| (it.line_no.get(), it.quantity.get())).collect();
        assert_eq!(lines, [(1, 2), (2, 1)]);
        assert_eq!((asked.it.status, asked.it.line_count.get()), (ReturnStatus::Requested, 2));
        assert_eq!(asked.event.lines.len(), 2);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let Err(Refused::Lines(faults)) = ask_for(&[(1, 1), (1, 2), (3, 1)]) else { panic!("it is refused") };
        assert_eq!(faults, "Line 1 is said twice. There is no line 3.");
    }

    #[test]
    fn what_comes_to_nothing_is_refused_or_lapses() {
        use ReturnStatus::{Approved, Closed, Lapsed, Received, Refused, Requested};
        assert_eq!((ended(Requested), ended(Approved)), (Some(Refused), Some(Lapsed)));
        for over in [Received, Closed, Refused, Lapsed] {
            assert_eq!(ended(over), None, "{over:?}");
        }
    }
}
