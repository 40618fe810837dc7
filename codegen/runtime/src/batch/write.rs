//! Writes of many items without conditions.

use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::StreamExt;

use super::a_few_at_once;
use crate::context::Context;
use crate::failure::StoreFailure;
use crate::store::{BatchAction, StoreError, TableSchema};
use crate::write::Backoff;

/// How a batch of writes ended. [`complete`](Self::complete) is for callers who need all of it done.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "some of it may be left: `complete()` says so"]
pub struct Written {
    /// Actions that are not known to have happened. To do them again is safe as long as nobody else wrote the items.
    pub left: Vec<BatchAction>,
    /// Why they were left: [`StoreFailure::Busy`], or [`StoreFailure::Unavailable`] when they may have happened.
    pub why: Option<StoreFailure>,
}

impl Written {
    /// Whether all is done.
    ///
    /// # Errors
    /// Why some is not.
    pub fn complete(self) -> Result<(), StoreFailure> {
        match self.why {
            Some(failure) => Err(failure),
            None if self.left.is_empty() => Ok(()),
            None => Err(StoreFailure::Busy),
        }
    }
}

/// Does each action for itself, in any order. Not for what a handler changes: nothing here happens together, nothing
/// is emitted, and no mark keeps a repetition from doing it again. For jobs that put right what is derived.
///
/// # Errors
/// [`StoreFailure::Invalid`] for two actions on one item or a put without a key: nothing happened. As the store says
/// it later: actions before may have happened.
pub async fn write(cx: &Context, actions: Vec<BatchAction>) -> Result<Written, StoreFailure> {
    check_distinct(&actions, cx.ports().table)?;
    let chunks = actions.chunks(BatchAction::MOST).map(|chunk| chunk_of(cx, chunk.to_vec()));
    let mut written = Written { left: Vec::new(), why: None };
    let mut answers = pin!(a_few_at_once(chunks));
    while let Some(answer) = answers.next().await {
        let Written { left, why } = answer?;
        written.left.extend(left);
        // Doubt outweighs the certainty that nothing happened.
        if !matches!(written.why, Some(StoreFailure::Unavailable(_))) {
            written.why = why.or(written.why);
        }
    }
    Ok(written)
}

/// Does one chunk until nothing of it is left, or there were enough tries without progress.
async fn chunk_of(cx: &Context, mut actions: Vec<BatchAction>) -> Result<Written, StoreFailure> {
    let mut backoff = Backoff::new(cx.ports());
    loop {
        let why = match cx.ports().store.batch_write(actions.clone()).await {
            Ok(left) if left.is_empty() => return Ok(Written { left, why: None }),
            Ok(left) => {
                if left.len() < actions.len() {
                    backoff.moved();
                }
                actions = left;
                StoreFailure::Busy
            }
            Err(error @ StoreError::Invalid(_)) => return Err(error.into()),
            Err(error) => error.into(),
        };
        if !backoff.again().await {
            return Ok(Written { left: actions, why: Some(why) });
        }
    }
}

/// The store refuses two actions on one item within a call, and in two calls their order would be anyone's guess.
fn check_distinct(actions: &[BatchAction], table: &TableSchema) -> Result<(), StoreFailure> {
    let mut seen = BTreeSet::new();
    for (place, action) in actions.iter().enumerate() {
        let key = action.key(table);
        let key = key.ok_or_else(|| {
            StoreFailure::Invalid(format!("action {place} puts an item without key attributes"))
        })?;
        if !seen.insert(key) {
            let reason = format!("action {place} of the batch is on an item that another one is on");
            return Err(StoreFailure::Invalid(reason));
        }
    }
    Ok(())
}
