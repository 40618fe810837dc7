//! A parcel is closed.

use commerce_model::events::FulfilmentPacked;
use commerce_model::types::{Fulfilment, FulfilmentStatus, Grams};
use stipule_runtime::wire::DateTime;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{fulfilment, noon};

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
