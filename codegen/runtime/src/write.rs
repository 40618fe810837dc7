//! Writes: everything that one cause changes, in one transaction.

mod backoff;
mod commit;
mod error;
mod outbox;
mod sequence;

pub(crate) use backoff::Backoff;

use std::fmt;

use stipule_wire::{EventPayload, Json};

use crate::context::{Cause, Context};
use crate::entity::VERSION;
use crate::expiry::is_expired;
use crate::failure::StoreFailure;
use crate::http::Answer;
use crate::idempotency::Recorded;
use crate::item::{Attr, Item};
use crate::saga::StepFailure;
use crate::store::{Action, Expression, Get, PrimaryKey, TableSchema};
use commit::Denied;
use outbox::Emitted;

/// A write that was put together by a generated function. Nothing is written until [`commit`](Self::commit),
/// [`answer`](Self::answer) or [`give`](Self::give).
///
/// Either puts into one transaction: the actions, the mark of the cause, the next sequence number of every aggregate
/// that an event is about, and one row of the outbox per event. Conflicts with others are retried inside, a bounded
/// number of times; what a condition of the contract denies is the caller's error `E`.
#[must_use = "nothing is written until `commit()` or `answer()`"]
pub struct Write<'c, E> {
    cx: &'c Context,
    actions: Vec<Action>,
    /// Per action.
    otherwise: Vec<Otherwise<E>>,
    events: Vec<Emitted>,
    fault: Option<StoreFailure>,
}

/// What it means when the condition of an action fails.
struct Otherwise<E> {
    index: usize,
    error: fn(usize) -> E,
    /// For a condition that demands a version beside other things.
    stale: Option<Stale<E>>,
}

/// What it means when an item hasn't the version any more.
struct Stale<E> {
    version: u64,
    error: fn(usize) -> E,
}

impl<'c, E: From<StoreFailure>> Write<'c, E> {
    /// A write without actions yet.
    pub fn new(cx: &'c Context) -> Self {
        Self { cx, actions: Vec::new(), otherwise: Vec::new(), events: Vec::new(), fault: None }
    }

    /// Adds an action. When its condition fails, the error is `otherwise(index)`: the index is the place in the list
    /// of arguments that the action was made for, 0 where there is no list.
    pub fn push(&mut self, action: Action, index: usize, otherwise: fn(usize) -> E) {
        self.actions.push(action);
        self.otherwise.push(Otherwise { index, error: otherwise, stale: None });
    }

    /// Says that the condition of the last action demands a version beside other things. When it fails, the item is
    /// read: with another version the error is `stale(index)`, for then nothing is known of the other things.
    pub fn unless_stale(&mut self, version: u64, stale: fn(usize) -> E) {
        if let Some(last) = self.otherwise.last_mut() {
            last.stale = Some(Stale { version, error: stale });
        }
    }

    /// The table that is written.
    pub(crate) fn table(&self) -> &'static TableSchema {
        self.cx.ports().table
    }

    /// Adds a put.
    pub fn put(
        &mut self,
        item: Item,
        condition: Option<Expression>,
        index: usize,
        otherwise: fn(usize) -> E,
    ) {
        self.push(Action::Put { item, condition }, index, otherwise);
    }

    /// Adds an update.
    pub fn update(
        &mut self,
        key: PrimaryKey,
        update: Expression,
        condition: Option<Expression>,
        index: usize,
        otherwise: fn(usize) -> E,
    ) {
        self.push(Action::Update { key, update, condition }, index, otherwise);
    }

    /// Adds a delete.
    pub fn delete(
        &mut self,
        key: PrimaryKey,
        condition: Option<Expression>,
        index: usize,
        otherwise: fn(usize) -> E,
    ) {
        self.push(Action::Delete { key, condition }, index, otherwise);
    }

    /// Adds a check.
    pub fn check(&mut self, key: PrimaryKey, condition: Expression, index: usize, otherwise: fn(usize) -> E) {
        self.push(Action::Check { key, condition }, index, otherwise);
    }

    /// Adds an event.
    pub fn emit<P: EventPayload>(&mut self, payload: &P) {
        match Json::of(payload) {
            Ok(data) => self.events.push(Emitted::new(payload, data)),
            Err(error) => self.fail(StoreFailure::Invalid(format!("{} doesn't serialise: {error}", P::NAME))),
        }
    }

    /// Notes why the write can't be put together; `commit` and `answer` then give this and write nothing. The first
    /// reason counts.
    pub fn fail(&mut self, fault: StoreFailure) {
        self.fault.get_or_insert(fault);
    }

    /// Writes. For event handlers, jobs, and commands without an idempotency key.
    ///
    /// # Errors
    /// What the contract names for a condition that failed; else, as `E` from a [`StoreFailure`]:
    /// [`AlreadyHandled`](StoreFailure::AlreadyHandled) for an event that was, to be passed on;
    /// [`SecondWrite`](StoreFailure::SecondWrite) after another write under the same event;
    /// [`Unanswered`](StoreFailure::Unanswered) in a command with an idempotency key;
    /// [`Busy`](StoreFailure::Busy) when nothing happened, [`Unavailable`](StoreFailure::Unavailable) when that is
    /// unknown; [`Invalid`](StoreFailure::Invalid) for more than 100 actions, or two on one item.
    pub async fn commit(self) -> Result<(), E> {
        if matches!(self.cx.cause(), Cause::Command { key: Some(_), .. } | Cause::Step { gives: true, .. }) {
            return Err(StoreFailure::Unanswered.into());
        }
        self.write(None).await
    }

    /// Writes, and gives the answer back. In a command with an idempotency key the answer is recorded in the same
    /// transaction: a repetition of the command gets it again and does nothing else.
    ///
    /// # Errors
    /// As [`commit`](Self::commit); in a command with an idempotency key
    /// [`AlreadyAnswered`](StoreFailure::AlreadyAnswered) when it was, to be passed on.
    pub async fn answer<A: Answer>(self, ok: A) -> Result<A, E> {
        let recorded =
            match self.cx.cause() {
                Cause::Command { key: Some(_), .. } => {
                    let response = ok.response().map_err(|error| StoreFailure::Invalid(error.to_string()))?;
                    let recorded = Recorded::of(&response);
                    Some(recorded.ok_or_else(|| {
                        StoreFailure::Invalid("the answer is too large to be recorded".into())
                    })?)
                }
                Cause::Step { gives: true, .. } => return Err(StoreFailure::Unanswered.into()),
                Cause::Command { key: None, .. }
                | Cause::Event { .. }
                | Cause::Step { .. }
                | Cause::Job { .. } => None,
            };
        self.write(recorded).await.map(|()| ok)
    }

    /// Writes, and gives what a step gives. It is recorded in the same transaction: the step that is called again gives
    /// it again and does nothing else. Under another cause as [`commit`](Self::commit).
    ///
    /// # Errors
    /// As [`commit`](Self::commit); [`Invalid`](StoreFailure::Invalid) when the output is too large to be recorded.
    pub async fn give<O: serde::Serialize>(self, output: O) -> Result<O, E> {
        let Cause::Step { .. } = self.cx.cause() else { return self.commit().await.map(|()| output) };
        let given = Json::of(&output).map_err(|error| {
            StoreFailure::Invalid(format!("what a step gives doesn't serialise: {error}"))
        })?;
        let recorded = Recorded::of_output(&given)
            .ok_or_else(|| StoreFailure::Invalid("what a step gives is too large to be recorded".into()))?;
        self.write(Some(recorded)).await.map(|()| output)
    }

    /// Writes, and fails the step in a way that its contract declares: a refusal that has effects of its own. It is
    /// recorded in the same transaction: the step that is called again fails the same way and does nothing else. Under
    /// another cause as [`commit`](Self::commit).
    ///
    /// # Errors
    /// As [`commit`](Self::commit); [`Invalid`](StoreFailure::Invalid) when the words are too many to be recorded.
    pub async fn refuse<F: Clone + Into<StepFailure>>(self, failure: F) -> Result<F, E> {
        let Cause::Step { .. } = self.cx.cause() else { return self.commit().await.map(|()| failure) };
        let recorded = Recorded::of_failure(&failure.clone().into())
            .ok_or_else(|| StoreFailure::Invalid("why a step failed is too long to be recorded".into()))?;
        self.write(Some(recorded)).await.map(|()| failure)
    }

    async fn write(self, answer: Option<Recorded>) -> Result<(), E> {
        if let Some(fault) = self.fault {
            return Err(fault.into());
        }
        let Self { cx, actions, otherwise, events, .. } = self;
        let place = match commit::commit(cx, &actions, &events, answer).await {
            Ok(()) => return Ok(()),
            Err(Denied::Failed(failure)) => return Err(failure.into()),
            Err(Denied::Action(place)) => place,
        };
        let Some((otherwise, action)) = otherwise.get(place).zip(actions.get(place)) else {
            let fault = format!("the store denies action {place}, which there isn't");
            return Err(StoreFailure::Invalid(fault).into());
        };
        let index = otherwise.index;
        match &otherwise.stale {
            Some(stale) if !has_version(cx, action, stale.version).await => Err((stale.error)(index)),
            _ => Err((otherwise.error)(index)),
        }
    }
}

/// Whether the item of an action still has a version; `false` as well when that can't be found out, for then the
/// caller does best to read it again.
async fn has_version(cx: &Context, action: &Action, version: u64) -> bool {
    let Some(key) = action.key(cx.ports().table) else { return false };
    let item = cx.ports().store.get(Get { key, consistent: true }).await.ok().flatten();
    let live = item.filter(|item| !is_expired(item, cx.ports().table, &cx.now()));
    live.and_then(|item| item.get(VERSION).and_then(Attr::as_unsigned)) == Some(version)
}

/// How much is to be written, not what.
impl<E> fmt::Debug for Write<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("actions", &self.actions.len())
            .field("events", &self.events.len())
            .finish()
    }
}
