//! Shipping: labels from carriers, and parcels on their way.

mod app;
mod cancellation;
mod coming_back;
mod erasure;
mod events;
mod steps;
mod webhook;

use commerce_model::shipping::ShipmentDetails;
use commerce_model::types::{OrderId, ParcelScan, Shipment, ShippingQuoteId};
use commerce_service::shipping as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::every;
use stipule_runtime::webhook::Secret;
use stipule_runtime::wire::{BoundedVec, Text};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::quote;

pub use app::carriers::{Back, Carriers, Destination, Interception, Labelling, NoAnswer, ParcelKey};
pub use app::local_carriers::{LocalCarriers, Outgoing};

/// The shipping service, over carriers.
#[derive(Clone, Debug)]
pub struct Shipping<C> {
    carriers: C,
    /// What the carriers sign their messages with.
    secret: Secret,
}

impl<C: Carriers> Shipping<C> {
    /// The service over these carriers, who sign what they tell with this secret.
    pub fn new(carriers: C, secret: Secret) -> Self {
        Self { carriers, secret }
    }
}

const NO_SHIPMENT: &str = "There is no such parcel.";
const NOBODY_GOES: &str = "No carrier goes there.";

impl<C: Carriers> api::Shipping for Shipping<C> {
    async fn quote_shipping(
        &self,
        cx: &Context,
        input: api::QuoteShipping,
    ) -> Result<api::QuoteShippingOk, api::QuoteShippingError> {
        let to = Destination {
            country: &input.body.country,
            postal_code: input.body.postal_code.as_ref().map(Text::as_str),
        };
        let options = self.carriers.quote(to, input.body.weight_grams).await.map_err(Failed::unavailable)?;
        if options.is_empty() {
            return Err(api::QuoteShippingError::conflict(NOBODY_GOES));
        }
        let id = ShippingQuoteId::new(cx.new_id());
        let shipping_quote = quote::of(id, input.body.country, input.body.weight_grams, options, cx.now())
            .map_err(Failed::internal)?;
        let done = api::QuoteShippingOk::Created(shipping_quote.clone());
        let written = Commerce::of(cx).quote_shipping(store::QuoteShipping { shipping_quote }).answer(done);
        written.await.map_err(|error| match error {
            store::QuoteShippingError::ShippingQuoteExists => Failed::internal(error).into(),
            store::QuoteShippingError::Failed(failure) => failure.into(),
        })
    }

    async fn get_shipment(
        &self,
        cx: &Context,
        input: api::GetShipment,
    ) -> Result<api::GetShipmentOk, api::GetShipmentError> {
        let store = Commerce::of(cx);
        let found = store.shipment(&input.shipment_id).await?;
        let found = found.ok_or_else(|| api::GetShipmentError::not_found(NO_SHIPMENT))?;
        let scans = store.scans_of_shipment(&input.shipment_id, PageRequest::first()).await?.items;
        Ok(api::GetShipmentOk::Ok(details(found.into_value(), scans)?))
    }

    async fn hear_carrier(
        &self,
        cx: &Context,
        input: api::HearCarrier,
    ) -> Result<api::HearCarrierOk, api::HearCarrierError> {
        self.hear(cx, input).await
    }
}

/// A parcel as it is shown.
fn details(it: Shipment, scans: Vec<ParcelScan>) -> Result<ShipmentDetails, Failed> {
    Ok(ShipmentDetails {
        shipment_id: it.shipment_id,
        order_id: it.order_id,
        fulfilment_id: it.fulfilment_id,
        customer_id: it.customer_id,
        carrier: it.carrier,
        service: it.service,
        tracking_number: it.tracking_number,
        status: it.status,
        address: it.address,
        weight_grams: it.weight_grams,
        created_at: it.created_at,
        updated_at: it.updated_at,
        scans: BoundedVec::new(scans).map_err(Failed::internal)?,
    })
}

/// Every parcel of an order.
async fn parcels_of(cx: &Context, order: &OrderId) -> Result<Vec<Stored<Shipment>>, StoreFailure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.shipments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    every(read).await
}
