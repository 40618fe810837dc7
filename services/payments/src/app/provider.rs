//! The payment provider as the service sees it: a port. Whoever implements it talks to a real one, or plays one.

use std::fmt;
use std::future::Future;

use commerce_model::types::{CardToken, DeclineReason, Money, OrderId, ProviderReference};

/// The key of one step of one order, stable over all its tries: the provider does the step once per key.
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

/// A payment provider. Both steps are idempotent by their key; beyond that, nothing here is exactly once.
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
}
