//! A fulfilment that waits for people hears of their work by its events.

use commerce_model::open::events::{FulfilmentPacked, FulfilmentShortPicked};
use commerce_model::types::FulfilmentId;
use commerce_service::fulfilment as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, Received};

use crate::{Fulfilment, packed};

impl api::FulfilmentEvents for Fulfilment {
    async fn on_fulfilment_packed(
        &self,
        cx: &Context,
        event: Received<FulfilmentPacked>,
    ) -> Result<(), Failure> {
        wake(cx, &event.fulfilment_id).await
    }

    async fn on_fulfilment_short_picked(
        &self,
        cx: &Context,
        event: Received<FulfilmentShortPicked>,
    ) -> Result<(), Failure> {
        wake(cx, &event.fulfilment_id).await
    }
}

/// Wakes whoever waits for the part, if people are done with it. Where nobody waits yet, whoever comes looks first.
async fn wake(cx: &Context, id: &FulfilmentId) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let Some(callback) = store.fulfilment_callback(id).await? else { return Ok(()) };
    let found = store.fulfilment(id).await?.ok_or_else(|| Failure::park("there is no such fulfilment"))?;
    let Some(packing) = packed::packing(cx, &found).await? else { return Ok(()) };
    let token = api::FulfilmentAwaitPackingToken::new(callback.token.as_str());
    token.succeed(cx, &packing).await.map(drop).map_err(Failure::from)
}
