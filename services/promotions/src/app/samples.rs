//! A promotion and money to test with.

use commerce_model::types::{Currency, Discount, DiscountKind, Money, Promotion};
use stipule_runtime::wire::{DateTime, Posture, Ranged, from_slice};

pub(crate) fn money(amount: i64, currency: &str) -> Money {
    Money { amount: Ranged::new(amount).unwrap(), currency: Currency::new(currency).unwrap() }
}

pub(crate) fn percent(percent: i64) -> Discount {
    Discount { percent: Some(Ranged::new(percent).unwrap()), ..Discount::new(DiscountKind::Percent) }
}

pub(crate) fn off(amount: i64, currency: &str) -> Discount {
    Discount { amount: Some(money(amount, currency)), ..Discount::new(DiscountKind::Amount) }
}

pub(crate) fn noon() -> DateTime {
    from_slice(br#""2026-11-02T12:00:00Z""#, Posture::Closed).unwrap()
}

pub(crate) fn later() -> DateTime {
    from_slice(br#""2026-11-02T12:00:01Z""#, Posture::Closed).unwrap()
}

/// Scheduled, and due at noon.
pub(crate) fn promotion() -> Promotion {
    let json = br#"{
        "promotionId": "018f3a52-0000-7000-8000-0000000000a0", "name": "Autumn sale",
        "discount": {"kind": "PERCENT", "percent": 15}, "couponOnly": true, "status": "SCHEDULED",
        "startsAt": "2026-11-02T12:00:00Z", "endsAt": "2026-11-09T12:00:00Z", "dueAt": "2026-11-02T12:00:00Z",
        "createdAt": "2026-11-01T12:00:00Z", "updatedAt": "2026-11-01T12:00:00Z"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}
