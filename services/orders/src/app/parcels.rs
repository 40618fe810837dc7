//! What leaves of an order.

use commerce_model::types::{Fulfilment, FulfilmentLine, LinePieces, OrderLineNo, PackedParcel, Quantity};
use stipule_runtime::wire::{BoundedVec, Fault};

/// A packed part of an order, with what was found of each line.
///
/// # Errors
/// Never: no more is found than there should be, and the limits of both numbers of a line are the same.
pub(crate) fn parcel(it: &Fulfilment, lines: &[FulfilmentLine]) -> Result<PackedParcel, Fault> {
    let mut pieces = Vec::new();
    for line in lines.iter().filter(|line| line.picked.get() > 0) {
        let line_no = OrderLineNo::new(i32::try_from(line.line_no.get()).unwrap_or(i32::MAX))?;
        let quantity = Quantity::new(i32::try_from(line.picked.get()).unwrap_or(i32::MAX))?;
        pieces.push(LinePieces { line_no, sku: line.sku.clone(), quantity });
    }
    let (fulfilment_id, warehouse) = (it.fulfilment_id, it.warehouse.clone());
    Ok(PackedParcel { fulfilment_id, warehouse, pieces: BoundedVec::new(pieces)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Decode, Posture, from_slice};

    fn read<T: Decode>(json: &str) -> T {
        from_slice(json.as_bytes(), Posture::Closed).unwrap()
    }

    #[test]
    fn what_was_not_found_is_in_no_parcel() {
        let part: Fulfilment = read(
            r#"{
                "fulfilmentId": "018f3a52-0000-7000-8000-0000000000fb", "orderId": "018f3a52-0000-7000-8000-0000000000d0",
                "customerId": "018f3a52-0000-7000-8000-0000000000c1", "warehouse": "YUL1", "status": "PACKED", "lineCount": 2,
                "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
                "createdAt": "2026-11-02T12:00:00Z", "updatedAt": "2026-11-02T12:00:00Z"
            }"#,
        );
        let line = |line_no: i32, quantity: i32, picked: i32| -> FulfilmentLine {
            read(&format!(
                r#"{{
                    "fulfilmentId": "018f3a52-0000-7000-8000-0000000000fb", "lineNo": {line_no}, "sku": "MUG",
                    "quantity": {quantity}, "picked": {picked}
                }}"#
            ))
        };
        let found = parcel(&part, &[line(1, 3, 2), line(2, 1, 0)]).unwrap();
        assert_eq!((found.fulfilment_id, &found.warehouse), (part.fulfilment_id, &part.warehouse));
        let pieces: Vec<_> = found.pieces.iter().map(|it| (it.line_no.get(), it.quantity.get())).collect();
        assert_eq!(pieces, [(1, 2)]);
    }
}
