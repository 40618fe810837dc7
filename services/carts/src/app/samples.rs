//! A cart and offers to test with.

use commerce_model::types::{
    AddressId, Cart, CartItem, CountryCode, Currency, MinorUnits, Money, Offer, OrderId, PaymentMethodId,
    Price, ProductStatus, Promotion, Quantity, Sku,
};
use stipule_runtime::wire::{DateTime, Posture, Ranged, from_slice};

use super::cart::open;
use super::checkout::Terms;

pub(crate) fn noon() -> DateTime {
    from_slice(br#""2026-11-02T12:00:00Z""#, Posture::Closed).unwrap()
}

pub(crate) fn money(amount: i64, currency: &str) -> Money {
    Money { amount: Ranged::new(amount).unwrap(), currency: Currency::new(currency).unwrap() }
}

pub(crate) fn quantity(pieces: i32) -> Quantity {
    Quantity::new(pieces).unwrap()
}

pub(crate) fn cart() -> Cart {
    let cart_id = from_slice(br#""018f3a52-0000-7000-8000-0000000000ca""#, Posture::Closed).unwrap();
    let customer_id = from_slice(br#""018f3a52-0000-7000-8000-0000000000c1""#, Posture::Closed).unwrap();
    open(cart_id, customer_id, Currency::new("CAD").unwrap(), noon())
}

pub(crate) fn order_id() -> OrderId {
    from_slice(br#""018f3a52-0000-7000-8000-0000000000d0""#, Posture::Closed).unwrap()
}

pub(crate) fn item(sku: &str, pieces: i32) -> CartItem {
    CartItem {
        cart_id: cart().cart_id,
        sku: Sku::new(sku).unwrap(),
        quantity: quantity(pieces),
        added_at: noon(),
    }
}

pub(crate) fn offer(sku: &str, price: Money) -> Offer {
    let product_id = from_slice(br#""018f3a52-0000-7000-8000-0000000000b0""#, Posture::Closed).unwrap();
    let title = from_slice(br#""Blue mug""#, Posture::Closed).unwrap();
    Offer { sku: Sku::new(sku).unwrap(), product_id, title, price, status: ProductStatus::Published }
}

pub(crate) fn listed(sku: &str, amount: i64, currency: &str) -> Price {
    Price {
        sku: Sku::new(sku).unwrap(),
        currency: Currency::new(currency).unwrap(),
        amount: MinorUnits::new(amount).unwrap(),
        compare_at: None,
        updated_at: noon(),
    }
}

/// Fifteen percent off, active for a week around noon.
pub(crate) fn promotion() -> Promotion {
    let json = br#"{
        "promotionId": "018f3a52-0000-7000-8000-0000000000a0", "name": "Autumn sale",
        "discount": {"kind": "PERCENT", "percent": 15}, "couponOnly": true, "status": "ACTIVE",
        "startsAt": "2026-11-01T12:00:00Z", "endsAt": "2026-11-08T12:00:00Z", "dueAt": "2026-11-08T12:00:00Z",
        "createdAt": "2026-11-01T12:00:00Z", "updatedAt": "2026-11-01T12:00:00Z"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}

pub(crate) fn terms() -> Terms {
    let address_id: AddressId =
        from_slice(br#""018f3a52-0000-7000-8000-0000000000ad""#, Posture::Closed).unwrap();
    let payment_method_id: PaymentMethodId =
        from_slice(br#""018f3a52-0000-7000-8000-0000000000e0""#, Posture::Closed).unwrap();
    Terms { address_id, country: CountryCode::new("CA").unwrap(), payment_method_id }
}
