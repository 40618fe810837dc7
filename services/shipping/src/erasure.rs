//! What shipping does to forget a customer: parcels stay, without where they went.

use commerce_model::types::OrderToRedact;
use commerce_service::shipping as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure};

use crate::app::carriers::Carriers;
use crate::app::redaction;
use crate::{Shipping, parcels_of};

impl<C: Carriers> api::ErasureSteps for Shipping<C> {
    async fn redact_shipments(&self, cx: &Context, input: OrderToRedact) -> Result<(), Failure> {
        let mut shipments = Vec::new();
        for shipment in parcels_of(cx, &input.order_id).await? {
            let address = redaction::redacted(&shipment.address).map_err(Failure::park)?;
            if address != shipment.address {
                shipments.push(store::RedactShipmentsShipment { shipment, address });
            }
        }
        if shipments.is_empty() {
            return Ok(());
        }
        let write = store::RedactShipments { shipments: BoundedVec::new(shipments).map_err(Failure::park)? };
        Commerce::of(cx).redact_shipments(write).commit().await.map_err(Failure::from)
    }
}
