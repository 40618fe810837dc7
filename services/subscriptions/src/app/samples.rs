//! A subscription and what it is for, to test with.

use commerce_model::types::{Offer, Subscription};
use stipule_runtime::wire::{Posture, from_slice};

pub(crate) fn subscription() -> Subscription {
    let json = br#"{
        "subscriptionId": "018f3a52-0000-7000-8000-00000000005c", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "sku": "TEA-EARL", "quantity": 2, "every": "MONTH", "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0",
        "shippingAddress": {"recipient": "Ada Moreau", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
        "status": "ACTIVE", "cycle": 4, "failures": 0, "dueAt": "2026-12-01T09:00:00Z",
        "createdAt": "2026-09-01T09:00:00Z", "updatedAt": "2026-11-01T09:00:07Z"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}

pub(crate) fn offer() -> Offer {
    let json = br#"{
        "sku": "TEA-EARL", "productId": "018f3a52-0000-7000-8000-0000000000b0", "title": "Earl Grey",
        "price": {"amount": 1290, "currency": "CAD"}, "status": "PUBLISHED"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}
