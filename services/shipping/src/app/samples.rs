//! Parcels to test with.

use commerce_model::types::{Address, Shipment, ShipmentStatus};
use stipule_runtime::wire::{DateTime, Posture, from_slice};

pub(crate) fn noon() -> DateTime {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn to(code: &str) -> Address {
    let json = format!(
        r#"{{"recipient": "Ada", "line1": "12 rue Sherbrooke", "postalCode": "{code}", "city": "Montreal", "country": "CA"}}"#
    );
    from_slice(json.as_bytes(), Posture::Closed).unwrap()
}

pub(crate) fn shipment(status: ShipmentStatus) -> Shipment {
    let json = br#"{
        "shipmentId": "018f3a52-0000-7000-8000-00000000005a", "orderId": "018f3a52-0000-7000-8000-0000000000d0",
        "fulfilmentId": "018f3a52-0000-7000-8000-0000000000fb", "customerId": "018f3a52-0000-7000-8000-0000000000c1",
        "carrier": "NORTHPOST", "service": "STANDARD", "trackingNumber": "NP4477120093CA", "status": "LABELLED",
        "address": {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"},
        "weightGrams": 840, "createdAt": "2026-11-02T12:00:00Z", "updatedAt": "2026-11-02T12:00:00Z"
    }"#;
    Shipment { status, ..from_slice(json, Posture::Closed).unwrap() }
}
