//! A provider in this process that behaves like the real thing, on magic values that the contract documents
//! (`CardToken`).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use commerce_model::types::{CardToken, DeclineReason, Money, ProviderReference};

use super::provider::{Decision, NoAnswer, PaymentProvider, StepKey};

/// Approves, declines and times out by the last four digits of the token. Forgets all at the end of the process, as
/// which it is none the worse: the same key gives the same answer again.
#[derive(Debug, Default)]
pub struct LocalProvider {
    steps: Mutex<HashMap<String, Step>>,
}

/// What has been said under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The first try of a token that times out once.
    TimedOut,
    /// An authorisation: for which amount, what was said, and whether it was undone.
    Decided { amount: Money, decision: Decision, voided: bool },
}

impl LocalProvider {
    /// A provider that has not been asked anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Amounts held right now, one per authorisation that was approved and not voided: the ledger's other side.
    pub fn held(&self) -> Vec<Money> {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let held = steps.values().filter_map(|step| match step {
            Step::Decided { amount, decision: Decision::Approved(_), voided: false, .. } => {
                Some(amount.clone())
            }
            _ => None,
        });
        held.collect()
    }

    fn decide(&self, key: &StepKey, token: &CardToken, amount: &Money) -> Result<Decision, NoAnswer> {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let decision = match steps.get(key.as_str()) {
            Some(Step::Decided { decision, .. }) => return Ok(decision.clone()),
            None if token.get().ends_with("0119") => {
                steps.insert(key.as_str().to_owned(), Step::TimedOut);
                return Err(NoAnswer::TimedOut);
            }
            _ => decision(key, token),
        };
        let step = Step::Decided { amount: amount.clone(), decision: decision.clone(), voided: false };
        steps.insert(key.as_str().to_owned(), step);
        Ok(decision)
    }
}

impl PaymentProvider for LocalProvider {
    async fn authorize(
        &self,
        key: &StepKey,
        token: &CardToken,
        amount: &Money,
    ) -> Result<Decision, NoAnswer> {
        self.decide(key, token, amount)
    }

    async fn void(&self, _key: &StepKey, authorization: &StepKey) -> Result<(), NoAnswer> {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Step::Decided { voided, .. }) = steps.get_mut(authorization.as_str()) {
            *voided = true;
        }
        Ok(())
    }
}

fn decision(key: &StepKey, token: &CardToken) -> Decision {
    let token = token.get();
    if token.ends_with("0002") {
        return Decision::Declined(DeclineReason::CardDeclined);
    }
    if token.ends_with("9995") {
        return Decision::Declined(DeclineReason::InsufficientFunds);
    }
    // Made of the key alone, so that the same step has the same name after a restart.
    let name: String = key.as_str().chars().filter(char::is_ascii_alphanumeric).take(70).collect();
    let reference = ProviderReference::new(format!("auth_{name}"));
    Decision::Approved(reference.expect("letters, digits and an underscore, within the length"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{money, order, token};

    fn ask(provider: &LocalProvider, text: &str) -> Result<Decision, NoAnswer> {
        provider.decide(&StepKey::authorize(&order().order_id), &token(text), &money(3700))
    }

    #[test]
    fn an_ordinary_card_is_approved() {
        assert!(matches!(ask(&LocalProvider::new(), "tok_visa_4242"), Ok(Decision::Approved(_))));
    }

    #[test]
    fn magic_cards_are_declined() {
        let provider = LocalProvider::new();
        assert_eq!(ask(&provider, "tok_visa_0002"), Ok(Decision::Declined(DeclineReason::CardDeclined)));
        let provider = LocalProvider::new();
        assert_eq!(ask(&provider, "tok_amex_9995"), Ok(Decision::Declined(DeclineReason::InsufficientFunds)));
    }

    #[test]
    fn a_card_that_times_out_is_approved_at_the_second_try() {
        let provider = LocalProvider::new();
        assert_eq!(ask(&provider, "tok_visa_0119"), Err(NoAnswer::TimedOut));
        assert!(matches!(ask(&provider, "tok_visa_0119"), Ok(Decision::Approved(_))));
    }

    #[test]
    fn the_same_key_holds_the_money_once() {
        let provider = LocalProvider::new();
        let first = ask(&provider, "tok_visa_4242");
        assert_eq!(ask(&provider, "tok_visa_4242"), first);
        assert_eq!(provider.held(), [money(3700)]);
    }

    #[test]
    fn a_restart_changes_no_answer() {
        assert_eq!(ask(&LocalProvider::new(), "tok_visa_4242"), ask(&LocalProvider::new(), "tok_visa_4242"));
    }
}
