//! What of an order has arrived and may be sent back.

use commerce_model::types::{
    FulfilmentLine, OrderId, OrderLine, OrderLineNo, ReturnableLine, Shipment, ShipmentStatus,
};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

/// A parcel that arrived, and what was in it.
pub(crate) struct Arrived {
    pub(crate) at: DateTime,
    pub(crate) lines: Vec<FulfilmentLine>,
}

/// When a parcel arrived; `None` for one that didn't.
pub(crate) fn arrived_at(parcel: &Shipment) -> Option<DateTime> {
    (parcel.status == ShipmentStatus::Delivered).then_some(parcel.updated_at)
}

/// The lines of an order of which something has arrived.
///
/// # Errors
/// Never: no more arrives of a line than was ordered.
pub(crate) fn lines(
    order_id: OrderId,
    bought: &[OrderLine],
    parcels: &[Arrived],
) -> Result<Vec<ReturnableLine>, Fault> {
    let mut returnable = Vec::new();
    for line in bought {
        let (mut left, mut delivered_at) = (0, None);
        for parcel in parcels {
            let here: i64 =
                parcel.lines.iter().filter(|it| it.line_no == line.line_no).map(|it| it.picked.get()).sum();
            if here > 0 {
                left += here;
                delivered_at = delivered_at.max(Some(parcel.at));
            }
        }
        if let Some(delivered_at) = delivered_at {
            let (line_no, left) = (number(line.line_no)?, Ranged::new(left)?);
            returnable.push(ReturnableLine { order_id, line_no, sku: line.sku.clone(), left, delivered_at });
        }
    }
    Ok(returnable)
}

/// The number of a line, as returns have it.
///
/// # Errors
/// Never: the limits are the same.
pub(crate) fn number(line: Ranged<1, 30>) -> Result<OrderLineNo, Fault> {
    OrderLineNo::new(i32::try_from(line.get()).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{later, noon, order, order_line, packed};

    #[test]
    fn what_arrived_is_counted_over_all_parcels_and_dated_by_the_last() {
        let parcels = [
            Arrived { at: later(), lines: vec![packed(1, 2), packed(2, 0)] },
            Arrived { at: noon(), lines: vec![packed(1, 1)] },
        ];
        let bought = [order_line(1, 4, 1000), order_line(2, 1, 500), order_line(3, 1, 500)];
        let found = lines(order().order_id, &bought, &parcels).unwrap();
        let told: Vec<_> =
            found.iter().map(|it| (it.line_no.get(), it.left.get(), it.delivered_at)).collect();
        assert_eq!(told, [(1, 3, later())], "nothing came of the second line, and the third is nowhere");
    }
}
