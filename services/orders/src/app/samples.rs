//! An order and a cart to test with.

use commerce_model::events::CartCheckedOut;
use commerce_model::types::{CancellationReason, Order, OrderCancellation, OrderStatus};
use stipule_runtime::wire::{Posture, from_slice};

/// An order in a status; with a cancellation under way where the status implies one.
pub(crate) fn order(status: OrderStatus) -> Order {
    let json = br#"{
        "orderId": "018f3a52-0000-7000-8000-0000000000d0", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "cartId": "018f3a52-0000-7000-8000-0000000000ca", "status": "PLACED",
        "total": {"amount": 3700, "currency": "CAD"}, "lineCount": 1,
        "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
        "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0", "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
        "placedAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
    }"#;
    let mut order: Order = from_slice(json, Posture::Closed).unwrap();
    order.status = status;
    if matches!(status, OrderStatus::Cancelling | OrderStatus::Cancelled) {
        order.cancellation = Some(OrderCancellation {
            reason: CancellationReason::CustomerRequest,
            requested_at: order.placed_at,
            stock_released: false,
            payment_voided: false,
        });
    }
    order
}

/// A cart of two lines, checked out.
pub(crate) fn checkout() -> CartCheckedOut {
    let json = br#"{
        "cartId": "018f3a52-0000-7000-8000-0000000000ca", "orderId": "018f3a52-0000-7000-8000-0000000000d0",
        "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "lines": [
            {"sku": "MUG-BLUE", "productId": "018f3a52-0000-7000-8000-0000000000b0", "title": "Blue mug", "quantity": 2,
             "unitPrice": {"amount": 1850, "currency": "CAD"}, "lineTotal": {"amount": 3700, "currency": "CAD"}},
            {"sku": "TEA-GREEN", "productId": "018f3a52-0000-7000-8000-0000000000b1", "title": "Tea", "quantity": 1,
             "unitPrice": {"amount": 900, "currency": "CAD"}, "lineTotal": {"amount": 900, "currency": "CAD"}}
        ],
        "total": {"amount": 4600, "currency": "CAD"},
        "addressId": "018f3a52-0000-7000-8000-0000000000ad", "country": "CA",
        "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0"
    }"#;
    from_slice(json, Posture::Open).unwrap()
}
