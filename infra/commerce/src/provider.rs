//! The local payment provider, shared with somebody who wants to know what it holds.

use std::sync::Arc;

use commerce_model::types::{CardToken, Money};
use commerce_payments::{Decision, LocalProvider, NoAnswer, PaymentProvider, StepKey};

/// A local provider of which the shop has one end and the keeper of the books the other.
#[derive(Clone, Debug, Default)]
pub struct SharedProvider(Arc<LocalProvider>);

impl SharedProvider {
    /// Amounts held right now, one per authorisation that was approved and not voided.
    pub fn held(&self) -> Vec<Money> {
        self.0.held()
    }
}

impl PaymentProvider for SharedProvider {
    async fn authorize(
        &self,
        key: &StepKey,
        token: &CardToken,
        amount: &Money,
    ) -> Result<Decision, NoAnswer> {
        self.0.authorize(key, token, amount).await
    }

    async fn void(&self, key: &StepKey, authorization: &StepKey) -> Result<(), NoAnswer> {
        self.0.void(key, authorization).await
    }
}
