//! An order and money to test with.

use commerce_model::types::{CardToken, Currency, Money, Order};
use stipule_runtime::wire::{Posture, Ranged, from_slice};

pub(crate) fn money(amount: i64) -> Money {
    Money { amount: Ranged::new(amount).unwrap(), currency: Currency::new("CAD").unwrap() }
}

pub(crate) fn token(text: &str) -> CardToken {
    CardToken::new(text).unwrap()
}

pub(crate) fn order() -> Order {
    let json = br#"{
        "orderId": "018f3a52-0000-7000-8000-0000000000d0", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "cartId": "018f3a52-0000-7000-8000-0000000000ca", "status": "PLACED",
        "total": {"amount": 3700, "currency": "CAD"}, "lineCount": 1,
        "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
        "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0", "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
        "placedAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}
