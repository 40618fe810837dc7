//! The payment provider as the service sees it: a port. Whoever implements it talks to a real one, or plays one.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use commerce_model::types::{
    CaptureId, CardToken, DeclineReason, Money, MovementFailure, OrderId, PaymentId, ProviderReference,
    RefundId,
};

/// The key of one movement of money, stable over all its tries: the provider makes it once per key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StepKey(String);

impl StepKey {
    /// The authorisation of an order's total.
    pub fn authorize(order: &OrderId) -> Self {
        Self(format!("{order}/authorize"))
    }

    /// Its undoing.
    pub fn void(order: &OrderId) -> Self {
        Self(format!("{order}/void"))
    }

    /// Money taken.
    pub fn capture(capture: &CaptureId) -> Self {
        Self(format!("{capture}/capture"))
    }

    /// Money given back.
    pub fn refund(refund: &RefundId) -> Self {
        Self(format!("{refund}/refund"))
    }

    /// As the provider gets it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StepKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the provider says to an authorisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The amount is held; this is what the provider calls it.
    Approved(ProviderReference),
    /// The amount can't be had.
    Declined(DeclineReason),
}

/// What the provider says when it is to move money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Movement {
    /// It is done; this is what the provider calls it.
    Done(ProviderReference),
    /// It won't be done.
    Refused(MovementFailure),
}

/// The provider gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It took too long. The step may or may not have happened; ask again under the same key.
    TimedOut,
    /// It can't be reached. Ask again under the same key.
    Unreachable,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoAnswer::TimedOut => "the payment provider timed out",
            NoAnswer::Unreachable => "the payment provider can't be reached",
        })
    }
}

impl std::error::Error for NoAnswer {}

/// A payment provider. Every step is idempotent by its key; beyond that, nothing here is exactly once.
pub trait PaymentProvider: Send + Sync + 'static {
    /// Holds an amount on a card.
    fn authorize(
        &self,
        key: &StepKey,
        token: &CardToken,
        amount: &Money,
    ) -> impl Future<Output = Result<Decision, NoAnswer>> + Send;

    /// Lets go of what the authorisation under `authorization` holds; nothing to do if it holds nothing.
    fn void(
        &self,
        key: &StepKey,
        authorization: &StepKey,
    ) -> impl Future<Output = Result<(), NoAnswer>> + Send;

    /// Takes a part of what an authorisation holds.
    fn capture(
        &self,
        key: &StepKey,
        taken: &Taken<'_>,
    ) -> impl Future<Output = Result<Movement, NoAnswer>> + Send;

    /// Undoes a capture whose answer never came, whether it was made or not; from now on it isn't made any more.
    fn reverse(&self, capture: &StepKey) -> impl Future<Output = Result<(), NoAnswer>> + Send;

    /// Gives back a part of what was taken.
    fn refund(
        &self,
        key: &StepKey,
        authorization: &ProviderReference,
        amount: &Money,
    ) -> impl Future<Output = Result<Movement, NoAnswer>> + Send;
}

/// What is to be taken, and what the provider needs to tell of it later.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'t> {
    /// The store.
    pub account: &'t str,
    /// Its name for the payment.
    pub payment: &'t PaymentId,
    /// Its name for the capture.
    pub capture: &'t CaptureId,
    /// The provider's name for what it holds.
    pub authorization: &'t ProviderReference,
    /// How much.
    pub amount: &'t Money,
}

/// Shared with somebody who wants to know what it holds.
impl<P: PaymentProvider> PaymentProvider for Arc<P> {
    async fn authorize(
        &self,
        key: &StepKey,
        token: &CardToken,
        amount: &Money,
    ) -> Result<Decision, NoAnswer> {
        (**self).authorize(key, token, amount).await
    }

    async fn void(&self, key: &StepKey, authorization: &StepKey) -> Result<(), NoAnswer> {
        (**self).void(key, authorization).await
    }

    async fn capture(&self, key: &StepKey, taken: &Taken<'_>) -> Result<Movement, NoAnswer> {
        (**self).capture(key, taken).await
    }

    async fn reverse(&self, capture: &StepKey) -> Result<(), NoAnswer> {
        (**self).reverse(capture).await
    }

    async fn refund(
        &self,
        key: &StepKey,
        authorization: &ProviderReference,
        amount: &Money,
    ) -> Result<Movement, NoAnswer> {
        (**self).refund(key, authorization, amount).await
    }
}
