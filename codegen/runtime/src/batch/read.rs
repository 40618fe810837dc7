//! Reads of many items by their keys.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::StreamExt;

use super::a_few_at_once;
use crate::context::Context;
use crate::expiry::is_expired;
use crate::failure::StoreFailure;
use crate::item::Item;
use crate::store::{BatchGet, PrimaryKey, StoreError};
use crate::write::Backoff;

/// What a batch of reads is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Most keys that a caller may ask for.
    pub max: usize,
    /// Whether it must see every write acknowledged before it.
    pub consistent: bool,
    /// Attributes that are wanted; `None` for all.
    pub select: Option<&'static [&'static str]>,
}

/// What a batch of reads found. [`complete`](Self::complete) is for callers who need all of it or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "some of it may be left: `complete()` says so"]
pub struct Batched<K, T> {
    /// What there is, in the order in which it was asked for; a key that was given twice counts once.
    pub found: Vec<T>,
    /// Keys without an item, in the order in which they were asked for.
    pub missing: Vec<K>,
    /// Keys of which the store never said anything, in the order in which they were asked for.
    pub left: Vec<K>,
    /// Why they were left: [`StoreFailure::Busy`] or [`StoreFailure::Unavailable`].
    pub why: Option<StoreFailure>,
}

impl<K, T> Batched<K, T> {
    /// What there is, if all keys were looked at.
    ///
    /// # Errors
    /// Why some were not.
    pub fn complete(self) -> Result<Vec<T>, StoreFailure> {
        match self.why {
            Some(failure) => Err(failure),
            None if self.left.is_empty() => Ok(self.found),
            None => Err(StoreFailure::Busy),
        }
    }
}

/// Reads the items of these keys: `primary` makes the key in the table, `value` what is made of an item.
///
/// # Errors
/// [`StoreFailure::Invalid`] for more keys than the terms allow, or as the store says; what `value` gives.
pub async fn read<K: Clone, T>(
    cx: &Context,
    terms: Terms,
    keys: &[K],
    primary: impl Fn(&K) -> PrimaryKey,
    value: impl Fn(&Item) -> Result<T, StoreFailure>,
) -> Result<Batched<K, T>, StoreFailure> {
    if keys.len() > terms.max {
        let reason = format!("{} keys are more than this read takes ({})", keys.len(), terms.max);
        return Err(StoreFailure::Invalid(reason));
    }
    let asked: Vec<(&K, PrimaryKey)> = keys.iter().map(|key| (key, primary(key))).collect();
    let mut wanted = Vec::new();
    let mut fates = BTreeMap::new();
    for (_, key) in &asked {
        if fates.insert(key.clone(), Fate::Missing).is_none() {
            wanted.push(key.clone());
        }
    }
    let mut why = None;
    let chunks = wanted.chunks(BatchGet::MOST).map(|chunk| chunk_of(cx, terms, chunk.to_vec()));
    let mut answers = pin!(a_few_at_once(chunks));
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        for item in answer.items {
            let key = PrimaryKey::of(&item, cx.ports().table);
            if let Some(fate) = key.and_then(|key| fates.get_mut(&key)) {
                *fate = Fate::Found(item);
            }
        }
        for key in answer.left {
            fates.insert(key, Fate::Left);
        }
        why = why.or(answer.why);
    }
    let mut batched = Batched { found: Vec::new(), missing: Vec::new(), left: Vec::new(), why };
    for (key, primary) in asked {
        match fates.remove(&primary) {
            Some(Fate::Found(item)) => batched.found.push(value(&item)?),
            Some(Fate::Missing) => batched.missing.push(key.clone()),
            Some(Fate::Left) => batched.left.push(key.clone()),
            // Said already: the key was given twice.
            None => {}
        }
    }
    Ok(batched)
}

/// What became of a key.
enum Fate {
    Missing,
    Left,
    Found(Item),
}

/// What a chunk of keys came to.
struct Answer {
    items: Vec<Item>,
    left: Vec<PrimaryKey>,
    why: Option<StoreFailure>,
}

/// Asks for one chunk until nothing of it is left, or there were enough tries without progress.
async fn chunk_of(cx: &Context, terms: Terms, mut keys: Vec<PrimaryKey>) -> Result<Answer, StoreFailure> {
    let mut backoff = Backoff::new(cx.ports());
    let mut items = Vec::new();
    loop {
        let request = BatchGet { keys: keys.clone(), consistent: terms.consistent, select: terms.select };
        let why = match cx.ports().store.batch_get(request).await {
            Ok(got) => {
                let table = cx.ports().table;
                items.extend(got.items.into_iter().filter(|item| !is_expired(item, table, &cx.now())));
                if got.left.is_empty() {
                    return Ok(Answer { items, left: Vec::new(), why: None });
                }
                if got.left.len() < keys.len() {
                    backoff.moved();
                }
                keys = got.left;
                StoreFailure::Busy
            }
            Err(error @ StoreError::Invalid(_)) => return Err(error.into()),
            Err(error) => error.into(),
        };
        if !backoff.again().await {
            return Ok(Answer { items, left: keys, why: Some(why) });
        }
    }
}
