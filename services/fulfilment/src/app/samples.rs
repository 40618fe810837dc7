//! Parts of orders to test with.

use commerce_model::fulfilment::PickedLine;
use commerce_model::types::{
    Allocation, Fulfilment, FulfilmentId, FulfilmentLine, FulfilmentStatus, Order, OrderLine, WarehouseCode,
};
use stipule_runtime::wire::{DateTime, Decode, Posture, Ranged, from_slice};

fn read<T: Decode>(json: &str) -> T {
    from_slice(json.as_bytes(), Posture::Closed).unwrap()
}

pub(crate) fn noon() -> DateTime {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn part(at: u8) -> FulfilmentId {
    format!("018f3a52-0000-7000-8000-0000000000{at:02x}").parse().unwrap()
}

pub(crate) fn warehouse(code: &str) -> WarehouseCode {
    code.parse().unwrap()
}

pub(crate) fn allocation(sku: &str, code: &str, quantity: i32) -> Allocation {
    read(&format!(r#"{{"sku": "{sku}", "warehouse": "{code}", "quantity": {quantity}}}"#))
}

pub(crate) fn picked(line_no: i64, picked: i64) -> PickedLine {
    PickedLine { line_no: Ranged::new(line_no).unwrap(), picked: Ranged::new(picked).unwrap() }
}

pub(crate) fn line(line_no: i64, sku: &str, quantity: i32) -> FulfilmentLine {
    let id = part(1);
    read(&format!(
        r#"{{"fulfilmentId": "{id}", "lineNo": {line_no}, "sku": "{sku}", "quantity": {quantity}, "picked": 0}}"#
    ))
}

pub(crate) fn order_line(line_no: i64, quantity: i32, total: i64) -> OrderLine {
    read(&format!(
        r#"{{
            "orderId": "018f3a52-0000-7000-8000-0000000000d0", "lineNo": {line_no}, "sku": "MUG",
            "productId": "018f3a52-0000-7000-8000-0000000000b0", "title": "Mug", "quantity": {quantity},
            "unitPrice": {{"amount": 1, "currency": "CAD"}}, "lineTotal": {{"amount": {total}, "currency": "CAD"}}
        }}"#
    ))
}

pub(crate) fn order() -> Order {
    read(
        r#"{
            "orderId": "018f3a52-0000-7000-8000-0000000000d0", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
            "cartId": "018f3a52-0000-7000-8000-0000000000ca", "status": "CONFIRMED",
            "total": {"amount": 3700, "currency": "CAD"}, "lineCount": 1,
            "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
            "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0", "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
            "placedAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
        }"#,
    )
}

pub(crate) fn fulfilment(status: FulfilmentStatus) -> Fulfilment {
    Fulfilment {
        fulfilment_id: part(1),
        order_id: order().order_id,
        customer_id: order().customer_id,
        warehouse: warehouse("YUL1"),
        status,
        line_count: Ranged::new(1).unwrap(),
        shipping_address: order().shipping_address,
        weight_grams: None,
        created_at: noon(),
        updated_at: noon(),
    }
}
