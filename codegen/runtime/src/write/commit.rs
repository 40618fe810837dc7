//! From a plan to one transaction, and again until it is certain how it went.

use std::collections::BTreeMap;

use super::backoff::Backoff;
use super::outbox::Emitted;
use super::sequence::Sequences;
use crate::context::{Cause, Context};
use crate::failure::StoreFailure;
use crate::idempotency::{Found, Marker, Recorded};
use crate::mutant::Mutant;
use crate::store::{
    Action, Cancellation, Expression, Get, StoreError, TableSchema, TransactError, Transaction,
};

/// Why a write didn't happen.
#[derive(Debug)]
pub(super) enum Denied {
    /// The condition of the action in this place failed.
    Action(usize),
    /// Anything else.
    Failed(StoreFailure),
}

impl From<StoreFailure> for Denied {
    fn from(failure: StoreFailure) -> Self {
        Self::Failed(failure)
    }
}

/// Writes the actions, the mark of the cause, the sequence numbers and the outbox rows together.
pub(super) async fn commit(
    cx: &Context,
    actions: &[Action],
    events: &[Emitted],
    answer: Option<Recorded>,
) -> Result<(), Denied> {
    let once = cx.begin_write()?;
    let commit = Commit { cx, actions, events, marker: Marker::new(cx, answer) };
    let outcome = commit.run().await;
    // A write that certainly had no effect leaves room for another: to note down a rejection, for example.
    if matches!(
        outcome,
        Err(Denied::Action(_) | Denied::Failed(StoreFailure::Busy | StoreFailure::Invalid(_)))
    ) {
        once.release();
    }
    outcome
}

struct Commit<'w> {
    cx: &'w Context,
    actions: &'w [Action],
    events: &'w [Emitted],
    marker: Marker,
}

/// How one try went, if it doesn't settle the matter.
enum Again {
    /// Nothing happened.
    Busy,
    /// Nobody knows what happened.
    Doubt(String),
}

impl Commit<'_> {
    async fn run(mut self) -> Result<(), Denied> {
        let mut backoff = Backoff::new(self.cx.ports());
        let mut doubt = None;
        loop {
            match self.attempt().await? {
                None => return Ok(()),
                Some(Again::Busy) => {}
                // Once in doubt, always in doubt, until the mark is seen: the first try may still be on its way.
                Some(Again::Doubt(reason)) => doubt = Some(reason),
            }
            if Mutant::DoubtIsAnother.is_on() {
                self.marker = Marker::new(self.cx, self.marker.answer.clone());
            }
            if !backoff.again().await {
                return Err(Denied::Failed(doubt.map_or(StoreFailure::Busy, StoreFailure::Unavailable)));
            }
        }
    }

    async fn attempt(&self) -> Result<Option<Again>, Denied> {
        let ports = self.cx.ports();
        let sequences = match Sequences::read(self.cx, self.events.iter().map(|event| &event.aggregate)).await
        {
            Ok(sequences) => sequences,
            // Only a read: what is in doubt is no more so than before.
            Err(StoreError::Throttled | StoreError::Unavailable(_)) => return Ok(Some(Again::Busy)),
            Err(error) => return Err(StoreFailure::from(error).into()),
        };
        let mut transaction = self.transaction(sequences)?;
        let apart = self.apart(&mut transaction);
        let outcome = ports.store.transact(transaction).await;
        if let (Ok(()), Some(apart)) = (&outcome, apart) {
            ports
                .store
                .transact(apart)
                .await
                .map_err(|error| StoreFailure::Unavailable(error.to_string()))?;
        }
        match outcome {
            Ok(()) => Ok(None),
            Err(TransactError::Store(StoreError::Unavailable(_))) if Mutant::DoubtIsSuccess.is_on() => {
                Ok(None)
            }
            Err(TransactError::Cancelled(reasons)) => self.cancelled(&reasons).await,
            Err(TransactError::Store(StoreError::Throttled)) => Ok(Some(Again::Busy)),
            Err(TransactError::Store(StoreError::Unavailable(reason))) => Ok(Some(Again::Doubt(reason))),
            Err(TransactError::Store(error @ StoreError::Invalid(_))) => {
                Err(StoreFailure::from(error).into())
            }
        }
    }

    /// The events that a mutant writes by themselves.
    fn apart(&self, transaction: &mut Transaction) -> Option<Transaction> {
        if !Mutant::OutboxApart.is_on() || self.events.is_empty() {
            return None;
        }
        let first = 1 + self.actions.len();
        let actions = transaction.actions.drain(first..first + self.events.len()).collect();
        Some(Transaction { actions })
    }

    /// The mark first, then the actions in their order, then the platform's rows.
    fn transaction(&self, mut sequences: Sequences<'_>) -> Result<Transaction, StoreFailure> {
        let ports = self.cx.ports();
        let table = ports.table;
        // After the sequence numbers were read: so rows of one aggregate sort by time as by number.
        let now = ports.clock.now();
        let seed = self.marker.seed(self.cx);
        let mut actions = vec![Action::Put {
            item: self.marker.item(table, &now),
            condition: self.marker.is_demanded().then(|| Marker::condition(table, &now)),
        }];
        actions.extend_from_slice(self.actions);
        if Mutant::ConditionsDropped.is_on() {
            actions[1..].iter_mut().for_each(drop_condition);
        }
        for (index, event) in (0..).zip(self.events) {
            let envelope = event.envelope(self.cx, &seed, index, sequences.next(&event.aggregate));
            let item = envelope.to_item(table, &now);
            actions.push(Action::Put { item, condition: Some(Expression::absent(table)) });
        }
        actions.extend(sequences.into_actions(table));
        check_size(&actions, self.actions.len(), self.events.len())?;
        check_distinct(&actions, table)?;
        Ok(Transaction { actions })
    }

    /// What the reasons of a cancelled transaction mean, the mark's before all others: if the cause was handled,
    /// the conditions of the actions fail because of that.
    async fn cancelled(&self, reasons: &[Cancellation]) -> Result<Option<Again>, Denied> {
        let (mark, rest) = reasons.split_first().ok_or_else(|| unexplained(reasons))?;
        if let Some(Cancellation::Invalid(reason)) =
            reasons.iter().find(|r| matches!(r, Cancellation::Invalid(_)))
        {
            return Err(StoreFailure::Invalid(reason.clone()).into());
        }
        match mark {
            Cancellation::ConditionFailed => return self.marked().await,
            Cancellation::Conflict | Cancellation::Throttled => return Ok(Some(Again::Busy)),
            Cancellation::None | Cancellation::Invalid(_) => {}
        }
        let own = &rest[..rest.len().min(self.actions.len())];
        if let Some(place) = own.iter().position(|reason| *reason == Cancellation::ConditionFailed) {
            return Err(Denied::Action(place));
        }
        if rest.iter().all(|reason| *reason == Cancellation::None) {
            return Err(unexplained(reasons).into());
        }
        Ok(Some(Again::Busy))
    }

    /// The mark is there already: whose is it?
    async fn marked(&self) -> Result<Option<Again>, Denied> {
        let ports = self.cx.ports();
        let get = Get { key: self.marker.key.clone(), consistent: true };
        let row = match ports.store.get(get).await {
            Ok(row) => row,
            Err(StoreError::Throttled) => return Ok(Some(Again::Busy)),
            Err(StoreError::Unavailable(reason)) => return Ok(Some(Again::Doubt(reason))),
            Err(error) => return Err(StoreFailure::from(error).into()),
        };
        match (self.marker.compare(row.as_ref(), ports.table, &ports.clock.now()), self.cx.cause()) {
            (Found::Own, _) => Ok(None),
            // Swept away between the two: the next try finds the place free.
            (Found::Nothing, _) => Ok(Some(Again::Busy)),
            (Found::Other { fingerprint: stored }, Cause::Event { fingerprint, event_id, .. }) => {
                Err(Denied::Failed(if stored == *fingerprint {
                    StoreFailure::AlreadyHandled
                } else {
                    StoreFailure::Invalid(format!("event {event_id} was handled before with another payload"))
                }))
            }
            (Found::Other { fingerprint: stored }, Cause::Step { fingerprint, key, .. }) => {
                Err(Denied::Failed(if stored == *fingerprint {
                    StoreFailure::AlreadyHandled
                } else {
                    StoreFailure::Invalid(format!("step {key} was taken before with another input"))
                }))
            }
            // The HTTP layer compares what was sent and replays, or refuses.
            (Found::Other { .. }, _) => Err(StoreFailure::AlreadyAnswered.into()),
        }
    }
}

/// As a mutant has it.
fn drop_condition(action: &mut Action) {
    match action {
        Action::Put { condition, .. }
        | Action::Update { condition, .. }
        | Action::Delete { condition, .. } => {
            *condition = None;
        }
        Action::Check { .. } => {}
    }
}

fn unexplained(reasons: &[Cancellation]) -> StoreFailure {
    StoreFailure::Invalid(format!("the store cancelled a transaction without a reason: {reasons:?}"))
}

fn check_size(actions: &[Action], own: usize, events: usize) -> Result<(), StoreFailure> {
    if actions.len() <= Transaction::MAX_ACTIONS {
        return Ok(());
    }
    let sequences = actions.len() - 1 - own - events;
    Err(StoreFailure::Invalid(format!(
        "{} actions are more than one transaction takes ({}): {own} of the write, {events} events, {sequences} \
         sequence numbers, 1 mark of the cause",
        actions.len(),
        Transaction::MAX_ACTIONS,
    )))
}

/// The store refuses two actions on one item, in words that don't say which.
fn check_distinct(actions: &[Action], table: &TableSchema) -> Result<(), StoreFailure> {
    let mut seen = BTreeMap::new();
    for (place, action) in actions.iter().enumerate() {
        let key = action.key(table).ok_or_else(|| {
            StoreFailure::Invalid(format!("action {place} puts an item without key attributes"))
        })?;
        if let Some(first) = seen.insert(key, place) {
            return Err(StoreFailure::Invalid(format!(
                "actions {} and {} of the write are on one item: join them, a transaction takes one action per item",
                first.saturating_sub(1),
                place.saturating_sub(1),
            )));
        }
    }
    Ok(())
}
