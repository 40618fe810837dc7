//! Stock to test with.

use commerce_model::types::{Quantity, Sku, StockLevel, WarehouseCode};
use stipule_runtime::wire::{Posture, from_slice};

use super::stock::{count, nothing};

pub(crate) fn sku(text: &str) -> Sku {
    Sku::new(text).unwrap()
}

pub(crate) fn warehouse(text: &str) -> WarehouseCode {
    WarehouseCode::new(text).unwrap()
}

pub(crate) fn quantity(pieces: i32) -> Quantity {
    Quantity::new(pieces).unwrap()
}

pub(crate) fn noon() -> stipule_runtime::wire::DateTime {
    from_slice(br#""2026-11-02T12:00:00Z""#, Posture::Closed).unwrap()
}

/// A level with so much on hand, of which so much is promised.
pub(crate) fn level(code: &str, on_hand: i64, reserved: i64) -> StockLevel {
    StockLevel {
        on_hand: count(on_hand),
        reserved: count(reserved),
        available: count(on_hand - reserved),
        ..nothing(sku("MUG-BLUE"), warehouse(code), noon())
    }
}
