//! A fulfilment that waits for a parcel's arrival hears of it by the parcel's events.

use commerce_model::open::events::{ShipmentDelivered, ShipmentDeliveryFailed};
use commerce_model::types::{Arrival, ShipmentId};
use commerce_service::shipping as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, Received};

use crate::Shipping;
use crate::app::carriers::Carriers;
use crate::app::status;

impl<C: Carriers> api::ShippingEvents for Shipping<C> {
    async fn on_shipment_delivered(
        &self,
        cx: &Context,
        event: Received<ShipmentDelivered>,
    ) -> Result<(), Failure> {
        wake(cx, &event.shipment_id).await
    }

    async fn on_shipment_delivery_failed(
        &self,
        cx: &Context,
        event: Received<ShipmentDeliveryFailed>,
    ) -> Result<(), Failure> {
        wake(cx, &event.shipment_id).await
    }
}

/// Wakes whoever waits for the parcel, if its way is over. Where nobody waits yet, whoever comes looks first.
async fn wake(cx: &Context, id: &ShipmentId) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let Some(callback) = store.shipment_callback(id).await? else { return Ok(()) };
    let found = store.shipment(id).await?.ok_or_else(|| Failure::park("there is no such parcel"))?;
    let Some(outcome) = status::outcome(found.status) else { return Ok(()) };
    let token = api::FulfilmentAwaitDeliveryToken::new(callback.token.as_str());
    token.succeed(cx, &Arrival { outcome }).await.map(drop).map_err(Failure::from)
}
