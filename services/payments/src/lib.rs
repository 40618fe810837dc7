//! Payments: how customers pay, and what became of it.

mod app;
mod cancellation;
mod checkout;
mod erasure;
mod fulfilment;
mod movements;
mod returning;
mod webhook;

use commerce_model::payments::PaymentMethodPage;
use commerce_model::types::{Cursor, PageSize, PaymentMethodId};
use commerce_service::payments as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::webhook::Secret;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failed, PageRequest};

use app::method;

pub use app::local_provider::{LocalProvider, OutgoingPsp};
pub use app::provider::{Decision, Movement, NoAnswer, PaymentProvider, StepKey, Taken};

/// The payments service, over a payment provider.
#[derive(Clone, Debug)]
pub struct Payments<P> {
    provider: P,
    /// What the provider signs its messages with.
    secret: Secret,
}

impl<P: PaymentProvider> Payments<P> {
    /// The service over this provider, who signs what it tells with this secret.
    pub fn new(provider: P, secret: Secret) -> Self {
        Self { provider, secret }
    }
}

const NO_CUSTOMER: &str = "There is no such customer.";
const NO_METHOD: &str = "There is no such payment method.";
const NO_PAYMENT: &str = "There is no such payment, or the provider wasn't asked yet.";
const TOO_MANY: &str = "The customer has 10 payment methods, which is as many as may be.";

impl<P: PaymentProvider> api::Payments for Payments<P> {
    async fn list_payment_methods(
        &self,
        cx: &Context,
        input: api::ListPaymentMethods,
    ) -> Result<api::ListPaymentMethodsOk, api::ListPaymentMethodsError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).payment_methods_of_customer(&input.customer_id, page).await?;
        Ok(api::ListPaymentMethodsOk::Ok(PaymentMethodPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn add_payment_method(
        &self,
        cx: &Context,
        input: api::AddPaymentMethod,
    ) -> Result<api::AddPaymentMethodOk, api::AddPaymentMethodError> {
        let store = Commerce::of(cx);
        let customer_id = input.body.customer_id;
        if store.customer(&customer_id).await?.is_none() {
            return Err(api::AddPaymentMethodError::not_found(NO_CUSTOMER));
        }
        let saved = store.payment_methods_of_customer(&customer_id, PageRequest::first()).await?;
        if saved.items.len() >= method::MOST_METHODS {
            return Err(api::AddPaymentMethodError::conflict(TOO_MANY));
        }
        let id = PaymentMethodId::new(cx.new_id());
        let (payment_method, vaulted_token) =
            method::save(id, customer_id, input.body.token, cx.now()).map_err(Failed::internal)?;
        let done = api::AddPaymentMethodOk::Created(payment_method.clone());
        let write = store::AddPaymentMethod { payment_method, vaulted_token };
        store.add_payment_method(write).answer(done).await.map_err(|error| match error {
            store::AddPaymentMethodError::PaymentMethodExists
            | store::AddPaymentMethodError::VaultedTokenExists => Failed::internal(error).into(),
            store::AddPaymentMethodError::Failed(failure) => failure.into(),
        })
    }

    async fn remove_payment_method(
        &self,
        cx: &Context,
        input: api::RemovePaymentMethod,
    ) -> Result<api::RemovePaymentMethodOk, api::RemovePaymentMethodError> {
        let write = store::RemovePaymentMethod { payment_method_id: input.payment_method_id };
        let written =
            Commerce::of(cx).remove_payment_method(write).answer(api::RemovePaymentMethodOk::NoContent);
        written.await.map_err(|error| match error {
            store::RemovePaymentMethodError::PaymentMethodMissing
            | store::RemovePaymentMethodError::VaultedTokenMissing => {
                api::RemovePaymentMethodError::not_found(NO_METHOD)
            }
            store::RemovePaymentMethodError::Failed(failure) => failure.into(),
        })
    }

    async fn get_payment(
        &self,
        cx: &Context,
        input: api::GetPayment,
    ) -> Result<api::GetPaymentOk, api::GetPaymentError> {
        let found = Commerce::of(cx).payment(&input.payment_id).await?;
        let found = found.ok_or_else(|| api::GetPaymentError::not_found(NO_PAYMENT))?;
        Ok(api::GetPaymentOk::Ok(found.into_value()))
    }

    async fn hear_psp(&self, cx: &Context, input: api::HearPsp) -> Result<api::HearPspOk, api::HearPspError> {
        self.hear(cx, input).await
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
