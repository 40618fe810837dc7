//! A parcel with its label, and on its way.

use commerce_model::events::{ShipmentDispatched, ShipmentLabelCreated};
use commerce_model::types::{
    Carrier, CarrierWebhookId, Fulfilment, FulfilmentId, Grams, ParcelScan, ScanKind, Shipment, ShipmentId,
    ShipmentStatus, ShippingService, TrackedParcel, TrackingNumber,
};
use stipule_runtime::wire::{DateTime, Fault};

/// A labelled parcel, and what the others are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Made {
    pub(crate) shipment: Shipment,
    pub(crate) tracked: TrackedParcel,
    pub(crate) event: ShipmentLabelCreated,
}

/// What one warehouse packs of an order goes in one parcel, which has its id.
pub(crate) fn id_of(fulfilment: &FulfilmentId) -> ShipmentId {
    ShipmentId::new(*fulfilment.get())
}

/// A carrier expects what was packed.
pub(crate) fn made(
    packed: &Fulfilment,
    weight_grams: Grams,
    (carrier, service, number): (Carrier, ShippingService, TrackingNumber),
    now: DateTime,
) -> Made {
    let shipment = Shipment {
        shipment_id: id_of(&packed.fulfilment_id),
        order_id: packed.order_id,
        fulfilment_id: packed.fulfilment_id,
        customer_id: packed.customer_id,
        carrier,
        service,
        tracking_number: number.clone(),
        status: ShipmentStatus::Labelled,
        address: packed.shipping_address.clone(),
        weight_grams,
        created_at: now,
        updated_at: now,
    };
    let shipment_id = shipment.shipment_id;
    let event = ShipmentLabelCreated {
        shipment_id,
        order_id: packed.order_id,
        customer_id: packed.customer_id,
        fulfilment_id: packed.fulfilment_id,
        carrier,
        tracking_number: number.clone(),
    };
    Made { shipment, tracked: TrackedParcel { carrier, tracking_number: number, shipment_id }, event }
}

/// The carrier took it over.
///
/// # Errors
/// Never: the word keeps the contract.
pub(crate) fn handed_over(it: &Shipment, at: DateTime) -> Result<(ParcelScan, ShipmentDispatched), Fault> {
    let scan = ParcelScan {
        shipment_id: it.shipment_id,
        at,
        scan_id: CarrierWebhookId::new("handed-over")?,
        kind: ScanKind::Accepted,
        place: None,
    };
    let event = ShipmentDispatched {
        shipment_id: it.shipment_id,
        order_id: it.order_id,
        customer_id: it.customer_id,
        fulfilment_id: it.fulfilment_id,
        dispatched_at: at,
    };
    Ok((scan, event))
}
