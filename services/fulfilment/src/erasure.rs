//! What fulfilment does to forget a customer: what was packed stays, without where it went.

use commerce_model::types::OrderToRedact;
use commerce_service::fulfilment as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure};

use crate::app::redaction;
use crate::{Fulfilment, parts_of};

impl api::ErasureSteps for Fulfilment {
    async fn redact_fulfilments(&self, cx: &Context, input: OrderToRedact) -> Result<(), Failure> {
        let mut fulfilments = Vec::new();
        for part in parts_of(cx, &input.order_id).await? {
            let shipping_address = redaction::redacted(&part.shipping_address).map_err(Failure::park)?;
            if shipping_address != part.shipping_address {
                fulfilments.push(store::RedactFulfilmentsFulfilment { fulfilment: part, shipping_address });
            }
        }
        if fulfilments.is_empty() {
            return Ok(());
        }
        let fulfilments = BoundedVec::new(fulfilments).map_err(Failure::park)?;
        let write = store::RedactFulfilments { fulfilments };
        Commerce::of(cx).redact_fulfilments(write).commit().await.map_err(Failure::from)
    }
}
