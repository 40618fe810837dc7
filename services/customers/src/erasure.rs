//! What customers does to forget somebody whose profile is gone already.

use commerce_model::types::{Certification, ErasureOf};
use commerce_service::customers as api;
use commerce_service::customers::ErasureCheckHoldError;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Cause, Context, Failure, PageRequest};

use crate::Customers;
use crate::app::certificate;

const HOLD: &str = "a legal hold stands";

impl api::ErasureSteps for Customers {
    async fn check_hold(&self, cx: &Context, input: ErasureOf) -> Result<(), ErasureCheckHoldError> {
        match Commerce::of(cx).legal_hold(&input.customer_id).await? {
            Some(_) => Err(ErasureCheckHoldError::OnHold(HOLD.to_owned())),
            None => Ok(()),
        }
    }

    async fn verify_customers(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let addresses = store.addresses_of_customer(&input.customer_id, PageRequest::first()).await?;
        if store.customer(&input.customer_id).await?.is_some() || !addresses.items.is_empty() {
            return Err(Failure::park("the profile or an address is still there"));
        }
        Ok(())
    }

    async fn certify(&self, cx: &Context, input: Certification) -> Result<(), Failure> {
        let requested_at = match cx.cause() {
            Cause::Step { time, .. } => *time,
            _ => cx.now(),
        };
        let erasure_certificate = certificate::of(&input, requested_at, cx.now()).map_err(Failure::park)?;
        let write = store::CertifyErasure { erasure_certificate };
        match Commerce::of(cx).certify_erasure(write).commit().await {
            // There is one per customer, whoever wrote it.
            Err(store::CertifyErasureError::ErasureCertificateExists) => Ok(()),
            done => done.map_err(Failure::from),
        }
    }
}
