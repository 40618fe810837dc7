//! Returns to test with.

use commerce_model::returns::{InspectedLine, RequestReturnRequest, ReturnedLine};
use commerce_model::types::{
    FulfilmentLine, GoodsCondition, Order, OrderLine, OrderLineNo, Quantity, Return, ReturnId, ReturnLine,
    ReturnReason, ReturnStatus,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Decode, Posture, Ranged, from_slice};

fn read<T: Decode>(json: &str) -> T {
    from_slice(json.as_bytes(), Posture::Closed).unwrap()
}

pub(crate) fn noon() -> DateTime {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn later() -> DateTime {
    "2026-11-04T12:00:00Z".parse().unwrap()
}

pub(crate) fn return_id() -> ReturnId {
    "018f3a52-0000-7000-8000-0000000000ab".parse().unwrap()
}

fn number(line: i32) -> OrderLineNo {
    OrderLineNo::new(line).unwrap()
}

pub(crate) fn order() -> Order {
    read(
        r#"{
            "orderId": "018f3a52-0000-7000-8000-0000000000d0", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
            "cartId": "018f3a52-0000-7000-8000-0000000000ca", "status": "COMPLETED",
            "total": {"amount": 1500, "currency": "CAD"}, "lineCount": 2,
            "shippingAddress": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
            "paymentMethodId": "018f3a52-0000-7000-8000-0000000000e0", "paymentId": "018f3a52-0000-7000-8000-0000000000f0",
            "placedAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
        }"#,
    )
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

/// A line of a parcel of which so many pieces were found.
pub(crate) fn packed(line_no: i64, picked: i64) -> FulfilmentLine {
    let line: FulfilmentLine = read(&format!(
        r#"{{
            "fulfilmentId": "018f3a52-0000-7000-8000-0000000000fb", "lineNo": {line_no}, "sku": "MUG", "quantity": 9,
            "picked": 0
        }}"#
    ));
    FulfilmentLine { picked: Ranged::new(picked).unwrap(), ..line }
}

pub(crate) fn return_line(line_no: i32, quantity: i32) -> ReturnLine {
    let (line_no, quantity) = (number(line_no), Quantity::new(quantity).unwrap());
    ReturnLine { return_id: return_id(), line_no, sku: "MUG".parse().unwrap(), quantity, condition: None }
}

pub(crate) fn return_of(status: ReturnStatus) -> Return {
    Return {
        return_id: return_id(),
        order_id: order().order_id,
        customer_id: order().customer_id,
        reason: ReturnReason::ChangedMind,
        status,
        line_count: Ranged::new(2).unwrap(),
        refund: None,
        parcel_due_at: later(),
        requested_at: noon(),
        updated_at: noon(),
    }
}

pub(crate) fn wish(lines: &[(i32, i32)]) -> RequestReturnRequest {
    let line = |(line, pieces): &(i32, i32)| ReturnedLine {
        line_no: number(*line),
        quantity: Quantity::new(*pieces).unwrap(),
    };
    RequestReturnRequest {
        order_id: order().order_id,
        reason: ReturnReason::ChangedMind,
        lines: BoundedVec::new(lines.iter().map(line).collect()).unwrap(),
    }
}

pub(crate) fn found(said: &[(i32, GoodsCondition)]) -> Vec<InspectedLine> {
    said.iter()
        .map(|(line, condition)| InspectedLine { line_no: number(*line), condition: *condition })
        .collect()
}
