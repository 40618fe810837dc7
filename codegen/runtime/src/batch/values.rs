//! Writes of many values, each for itself.

use std::collections::BTreeSet;

use super::write;
use crate::context::Context;
use crate::failure::StoreFailure;
use crate::store::{BatchAction, PrimaryKey};

/// What is left of a batch of values: nothing, if all went well.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "some of it may be left: `complete()` says so"]
pub struct Leftovers<T> {
    /// Values that are not known to be written, in the order in which they were given. To write them again is safe as
    /// long as nobody else wrote the items.
    pub values: Vec<T>,
    /// Why they were left: [`StoreFailure::Busy`], or [`StoreFailure::Unavailable`] when they may have been written.
    pub why: Option<StoreFailure>,
}

impl<T> Leftovers<T> {
    /// Whether all is done.
    ///
    /// # Errors
    /// Why some is not.
    pub fn complete(self) -> Result<(), StoreFailure> {
        match self.why {
            Some(failure) => Err(failure),
            None if self.values.is_empty() => Ok(()),
            None => Err(StoreFailure::Busy),
        }
    }
}

/// Does with each value what `action` says, as [`write()`] does.
///
/// # Errors
/// As [`write()`].
pub async fn write_values<T>(
    cx: &Context,
    mut values: Vec<T>,
    action: impl Fn(&T) -> BatchAction,
) -> Result<Leftovers<T>, StoreFailure> {
    let table = cx.ports().table;
    let actions: Vec<BatchAction> = values.iter().map(action).collect();
    let keys: Vec<Option<PrimaryKey>> = actions.iter().map(|action| action.key(table)).collect();
    let written = write(cx, actions).await?;
    let left: BTreeSet<PrimaryKey> = written.left.iter().filter_map(|action| action.key(table)).collect();
    let mut keys = keys.into_iter();
    values.retain(|_| keys.next().flatten().is_some_and(|key| left.contains(&key)));
    Ok(Leftovers { values, why: written.why })
}
