//! Reads that don't give up at the first refusal: repeating a read is always safe. What has expired isn't there any
//! more, whether the store has swept it away or not.

use crate::context::Context;
use crate::expiry::is_expired;
use crate::failure::StoreFailure;
use crate::item::Item;
use crate::store::{Get, Query, QueryPage, Scan, StoreError};
use crate::write::Backoff;

pub(super) async fn get(cx: &Context, get: &Get) -> Result<Option<Item>, StoreFailure> {
    let mut backoff = Backoff::new(cx.ports());
    loop {
        match cx.ports().store.get(get.clone()).await {
            Err(error) => wait(&mut backoff, error).await?,
            Ok(item) => return Ok(item.filter(|item| !has_expired(cx, item))),
        }
    }
}

pub(super) async fn query(cx: &Context, query: &Query) -> Result<QueryPage, StoreFailure> {
    let mut backoff = Backoff::new(cx.ports());
    loop {
        match cx.ports().store.query(query.clone()).await {
            Err(error) => wait(&mut backoff, error).await?,
            Ok(mut page) => {
                page.items.retain(|item| !has_expired(cx, item));
                return Ok(page);
            }
        }
    }
}

pub(super) async fn scan(cx: &Context, scan: &Scan) -> Result<QueryPage, StoreFailure> {
    let mut backoff = Backoff::new(cx.ports());
    loop {
        match cx.ports().store.scan(scan.clone()).await {
            Err(error) => wait(&mut backoff, error).await?,
            Ok(mut page) => {
                page.items.retain(|item| !has_expired(cx, item));
                return Ok(page);
            }
        }
    }
}

fn has_expired(cx: &Context, item: &Item) -> bool {
    is_expired(item, cx.ports().table, &cx.now())
}

/// Waits, or gives the error back when it won't pass or there were enough tries.
async fn wait(backoff: &mut Backoff<'_>, error: StoreError) -> Result<(), StoreFailure> {
    let passes = !matches!(error, StoreError::Invalid(_));
    if passes && backoff.again().await { Ok(()) } else { Err(error.into()) }
}
