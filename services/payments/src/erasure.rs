//! What payments does to forget a customer.

use commerce_model::types::{ErasureOf, OrderToRedact, RedactedRows, Rows};
use commerce_service::payments as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest};

use crate::Payments;
use crate::app::provider::PaymentProvider;

impl<P: PaymentProvider> api::ErasureSteps for Payments<P> {
    async fn forget_payment_methods(&self, cx: &Context, input: ErasureOf) -> Result<RedactedRows, Failure> {
        let store = Commerce::of(cx);
        let found = store.payment_methods_of_customer(&input.customer_id, PageRequest::first()).await?;
        if found.next.is_some() {
            return Err(Failure::park("more payment methods than one transaction can forget"));
        }
        let rows = i32::try_from(found.items.len()).map_err(Failure::park)?;
        let gone = RedactedRows { rows: Rows::new(rows).map_err(Failure::park)? };
        if rows == 0 {
            return Ok(gone);
        }
        let methods = found
            .items
            .into_iter()
            .map(|it| store::ForgetPaymentMethodsMethod { payment_method_id: it.payment_method_id });
        let methods = BoundedVec::new(methods.collect()).map_err(Failure::park)?;
        let write = store::ForgetPaymentMethods { methods };
        store.forget_payment_methods(write).give(gone).await.map_err(Failure::from)
    }

    async fn redact_payment(&self, cx: &Context, input: OrderToRedact) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(order) = store.order(&input.order_id).await? else { return Ok(()) };
        let found = store.payment(&order.payment_id).await?;
        let Some(found) = found.filter(|it| it.card.is_some()) else { return Ok(()) };
        let write = store::RedactPayment { card: None, updated_at: cx.now().max(found.updated_at) };
        store.redact_payment(&found, write).commit().await.map_err(Failure::from)
    }

    async fn verify_payments(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.payment_methods_of_customer(&input.customer_id, PageRequest::first()).await?;
        match found.items.is_empty() {
            true => Ok(()),
            false => Err(Failure::park("payment methods are still there")),
        }
    }
}
