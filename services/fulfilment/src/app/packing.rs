//! A parcel is closed.

use commerce_model::events::FulfilmentPacked;
use commerce_model::types::{
    Fulfilment, FulfilmentLine, FulfilmentStatus, Grams, LinePieces, PackedParcel, Quantity,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault};

use super::opening::number;

/// Why it can't be packed, for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed(pub(crate) &'static str);

/// The part of the order once it is packed, and what the others are told.
pub(crate) fn pack(
    it: &Fulfilment,
    weight: Grams,
    now: DateTime,
) -> Result<(Fulfilment, FulfilmentPacked), NotAllowed> {
    if !it.status.may_become(FulfilmentStatus::Packed) {
        return Err(NotAllowed(match it.status {
            FulfilmentStatus::Created => "The fulfilment has to be picked first.",
            FulfilmentStatus::Picked | FulfilmentStatus::Packed => "The fulfilment is packed already.",
            FulfilmentStatus::Cancelled => "The fulfilment is cancelled.",
        }));
    }
    let packed = Fulfilment {
        status: FulfilmentStatus::Packed,
        weight_grams: Some(weight),
        updated_at: now.max(it.updated_at),
        ..it.clone()
    };
    let event = FulfilmentPacked {
        fulfilment_id: it.fulfilment_id,
        order_id: it.order_id,
        warehouse: it.warehouse.clone(),
        weight_grams: weight,
    };
    Ok((packed, event))
}

/// A packed part of an order, with what was found of each line.
///
/// # Errors
/// Never: no more is found than there should be.
pub(crate) fn parcel(it: &Fulfilment, lines: &[FulfilmentLine]) -> Result<PackedParcel, Fault> {
    let mut pieces = Vec::new();
    for line in lines.iter().filter(|line| line.picked.get() > 0) {
        let quantity = Quantity::new(i32::try_from(line.picked.get()).unwrap_or(i32::MAX))?;
        pieces.push(LinePieces { line_no: number(line.line_no)?, sku: line.sku.clone(), quantity });
    }
    let (fulfilment_id, warehouse) = (it.fulfilment_id, it.warehouse.clone());
    Ok(PackedParcel { fulfilment_id, warehouse, pieces: BoundedVec::new(pieces)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{fulfilment, line, noon};
    use stipule_runtime::wire::Ranged;

    #[test]
    fn what_was_not_found_is_in_no_parcel() {
        let found = |line_no, quantity, picked| FulfilmentLine {
            picked: Ranged::new(picked).unwrap(),
            ..line(line_no, "MUG", quantity)
        };
        let lines = [found(1, 3, 2), found(2, 1, 0)];
        let pieces = parcel(&fulfilment(FulfilmentStatus::Packed), &lines).unwrap().pieces;
        let pieces: Vec<_> = pieces.iter().map(|it| (it.line_no.get(), it.quantity.get())).collect();
        assert_eq!(pieces, [(1, 2)]);
    }

    #[test]
    fn only_what_is_picked_can_be_packed() {
        let grams = Grams::new(840).unwrap();
        for status in [FulfilmentStatus::Created, FulfilmentStatus::Packed, FulfilmentStatus::Cancelled] {
            assert!(pack(&fulfilment(status), grams, noon()).is_err(), "{status:?}");
        }
        let (it, event) = pack(&fulfilment(FulfilmentStatus::Picked), grams, noon()).unwrap();
        assert_eq!((it.status, it.weight_grams), (FulfilmentStatus::Packed, Some(grams)));
        assert_eq!(event.weight_grams, grams);
    }
}
