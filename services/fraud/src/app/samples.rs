//! An order to test with.

use commerce_model::types::Order;
use stipule_runtime::wire::{DateTime, Posture, Ranged, Uuid, from_slice};

pub(crate) fn noon() -> DateTime {
    from_slice(br#""2026-11-02T12:00:00Z""#, Posture::Closed).unwrap()
}

/// An order of one customer, told apart by its number.
pub(crate) fn order(number: u8, cents: i64) -> Order {
    let json = br#"{
        "orderId": "018f3a52-0000-7000-8000-0000000000d0", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "cartId": "018f3a52-0000-7000-8000-0000000000ca", "status": "CONFIRMED",
        "total": {"amount": 3700, "currency": "CAD"}, "lineCount": 1,
        "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
        "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0", "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
        "placedAt": "2026-11-02T12:00:00Z", "updatedAt": "2026-11-02T12:00:00Z"
    }"#;
    let mut order: Order = from_slice(json, Posture::Closed).unwrap();
    let id: Uuid = format!("018f3a52-0000-7000-8000-0000000000{number:02x}").parse().unwrap();
    order.order_id = id.into();
    order.total.amount = Ranged::new(cents).unwrap();
    order
}
