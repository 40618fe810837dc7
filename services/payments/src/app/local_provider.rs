//! A provider in this process that behaves like the real thing, on magic values that the contract documents
//! (`CardToken`).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use commerce_model::payments::{PspCaptureMessage, PspChargebackMessage, PspMessage};
use commerce_model::types::{
    Account, CardToken, ChargebackId, ChargebackReason, DeclineReason, Money, MovementFailure,
    ProviderReference,
};
use stipule_runtime::wire::{Fault, Ranged};

use super::provider::{Decision, Movement, NoAnswer, PaymentProvider, StepKey, Taken};

/// Steps that are remembered.
const REMEMBERED: usize = 2_000;

/// Approves, declines and times out by the last four digits of the token. Forgets all at the end of the process, and when it
/// remembers too much, as which it is none the worse: the same key gives the same answer again.
#[derive(Debug, Default)]
pub struct LocalProvider(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    steps: HashMap<String, Step>,
    /// What was taken, and what was given back of it, by the name of the authorisation.
    taken: HashMap<String, i64>,
    given: HashMap<String, i64>,
    /// What each capture took, by its key.
    captures: HashMap<String, (String, i64)>,
    outgoing: Vec<OutgoingPsp>,
}

/// A message of the provider that is to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingPsp {
    /// What the provider calls it.
    pub id: String,
    /// What it says.
    pub message: PspMessage,
}

/// What has been said under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The first try of a token that times out once.
    TimedOut,
    /// An authorisation: for which amount, what was said, and whether it was undone.
    Decided { amount: Money, decision: Decision, voided: bool },
    /// Money that was moved, or not.
    Moved(Movement),
    /// A capture that isn't made any more.
    Reversed,
}

/// What happens later to an authorisation, by how its name begins: the name outlives this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Ordinary,
    /// It has expired when the money is to be taken.
    Expires,
    /// The first answer to a capture is lost, and a webhook tells it.
    AnswersLate,
    /// Nothing can be given back.
    CardCloses,
    /// The customer's bank takes back what was taken.
    IsDisputed,
}

const FATES: [(&str, Fate, &str); 5] = [
    ("0341", Fate::Expires, "auth_expires_"),
    ("0127", Fate::AnswersLate, "auth_late_"),
    ("5126", Fate::CardCloses, "auth_closes_"),
    ("0259", Fate::IsDisputed, "auth_disputed_"),
    ("", Fate::Ordinary, "auth_"),
];

impl Fate {
    fn of(authorization: &ProviderReference) -> Self {
        let name = authorization.as_str();
        FATES
            .iter()
            .find(|(_, _, prefix)| name.starts_with(prefix))
            .map_or(Self::Ordinary, |(_, fate, _)| *fate)
    }
}

impl LocalProvider {
    /// A provider that has not been asked anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Amounts held right now, one per authorisation that was approved and not voided: the ledger's other side. What was
    /// taken isn't held any more.
    pub fn held(&self) -> Vec<Money> {
        let state = self.state();
        let held = state.steps.values().filter_map(|step| match step {
            Step::Decided { amount, decision: Decision::Approved(reference), voided: false } => {
                let taken = state.taken.get(reference.as_str()).copied().unwrap_or(0);
                let left = amount.amount.get().saturating_sub(taken).max(0);
                Some(Money { amount: Ranged::new(left).ok()?, currency: amount.currency.clone() })
            }
            _ => None,
        });
        held.collect()
    }

    /// Minor units taken and not given back, over all authorisations.
    pub fn taken(&self) -> i64 {
        let state = self.state();
        state.taken.values().sum::<i64>() - state.given.values().sum::<i64>()
    }

    /// What the provider has to tell since it was asked last.
    pub fn outgoing(&self) -> Vec<OutgoingPsp> {
        std::mem::take(&mut self.state().outgoing)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change under this lock is one call: a panic leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decide(&self, key: &StepKey, token: &CardToken, amount: &Money) -> Result<Decision, NoAnswer> {
        let mut state = self.state();
        state.make_place();
        let decision = match state.steps.get(key.as_str()) {
            Some(Step::Decided { decision, .. }) => return Ok(decision.clone()),
            None if token.get().ends_with("0119") => {
                state.steps.insert(key.as_str().to_owned(), Step::TimedOut);
                return Err(NoAnswer::TimedOut);
            }
            _ => decision(key, token),
        };
        let step = Step::Decided { amount: amount.clone(), decision: decision.clone(), voided: false };
        state.steps.insert(key.as_str().to_owned(), step);
        Ok(decision)
    }
}

impl State {
    /// A platform that runs for days asks without end. What there is to tell is told all the same.
    fn make_place(&mut self) {
        if self.steps.len() >= REMEMBERED {
            *self = Self { outgoing: std::mem::take(&mut self.outgoing), ..Self::default() };
        }
    }

    fn take(&mut self, key: &StepKey, taken: &Taken<'_>) -> Result<Movement, NoAnswer> {
        match self.steps.get(key.as_str()) {
            Some(Step::Moved(movement)) => return Ok(movement.clone()),
            Some(Step::Reversed) => return Ok(Movement::Refused(MovementFailure::ProviderRefused)),
            _ => {}
        }
        let fate = Fate::of(taken.authorization);
        let movement = match fate {
            Fate::Expires => Movement::Refused(MovementFailure::AuthorizationExpired),
            _ => Movement::Done(name("cap", key)),
        };
        if matches!(movement, Movement::Done(_)) {
            let amount = taken.amount.amount.get();
            *self.taken.entry(taken.authorization.to_string()).or_default() += amount;
            self.captures.insert(key.as_str().to_owned(), (taken.authorization.to_string(), amount));
        }
        self.steps.insert(key.as_str().to_owned(), Step::Moved(movement.clone()));
        // What can't be told keeps no contract, which all that is told does.
        let told = told(fate, key, taken).unwrap_or_default();
        self.outgoing.extend(told);
        if fate == Fate::AnswersLate { Err(NoAnswer::TimedOut) } else { Ok(movement) }
    }

    fn give(&mut self, key: &StepKey, authorization: &ProviderReference, amount: &Money) -> Movement {
        if let Some(Step::Moved(movement)) = self.steps.get(key.as_str()) {
            return movement.clone();
        }
        let movement = match Fate::of(authorization) {
            Fate::CardCloses => Movement::Refused(MovementFailure::CardClosed),
            _ => Movement::Done(name("ref", key)),
        };
        if matches!(movement, Movement::Done(_)) {
            *self.given.entry(authorization.to_string()).or_default() += amount.amount.get();
        }
        self.steps.insert(key.as_str().to_owned(), Step::Moved(movement.clone()));
        movement
    }
}

/// What a provider tells of a capture by itself: late, twice, or something else altogether.
fn told(fate: Fate, key: &StepKey, taken: &Taken<'_>) -> Result<Vec<OutgoingPsp>, Fault> {
    let account = Account::new(taken.account)?;
    let id = |kind: &str| format!("evt_{kind}_{}", taken.capture);
    Ok(match fate {
        Fate::AnswersLate => {
            let mut message = PspCaptureMessage::new(account, *taken.payment, *taken.capture);
            message.reference = Some(name("cap", key));
            vec![OutgoingPsp { id: id("capture"), message: message.into() }; 2]
        }
        Fate::IsDisputed => {
            let message = PspChargebackMessage::new(
                account,
                *taken.payment,
                ChargebackId::new(*taken.capture.get()),
                taken.amount.clone(),
                ChargebackReason::NotReceived,
            );
            vec![OutgoingPsp { id: id("chargeback"), message: message.into() }; 2]
        }
        Fate::Ordinary | Fate::Expires | Fate::CardCloses => Vec::new(),
    })
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
        if let Some(Step::Decided { voided, .. }) = self.state().steps.get_mut(authorization.as_str()) {
            *voided = true;
        }
        Ok(())
    }

    async fn capture(&self, key: &StepKey, taken: &Taken<'_>) -> Result<Movement, NoAnswer> {
        self.state().take(key, taken)
    }

    async fn reverse(&self, capture: &StepKey) -> Result<(), NoAnswer> {
        let mut state = self.state();
        if let Some((authorization, amount)) = state.captures.remove(capture.as_str()) {
            *state.taken.entry(authorization).or_default() -= amount;
        }
        state.steps.insert(capture.as_str().to_owned(), Step::Reversed);
        Ok(())
    }

    async fn refund(
        &self,
        key: &StepKey,
        authorization: &ProviderReference,
        amount: &Money,
    ) -> Result<Movement, NoAnswer> {
        Ok(self.state().give(key, authorization, amount))
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
    let fate = FATES.iter().find(|(digits, _, _)| token.ends_with(digits));
    let prefix = fate.map_or("auth", |(_, _, prefix)| prefix.trim_end_matches('_'));
    Decision::Approved(name(prefix, key))
}

/// Made of the key alone, so that the same step has the same name after a restart.
fn name(prefix: &str, key: &StepKey) -> ProviderReference {
    let name: String = key.as_str().chars().filter(char::is_ascii_alphanumeric).take(60).collect();
    let reference = ProviderReference::new(format!("{prefix}_{name}"));
    reference.expect("letters, digits and underscores, within the length")
}

#[cfg(test)]
mod tests;
