//! What fulfilment does for a cancellation: whoever waits for people waits no longer, and undoes what was done.

use std::time::Duration;

use commerce_model::types::{FulfilmentStatus, OrderOf};
use commerce_service::fulfilment as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure};

use crate::{Fulfilment, parts_of};

/// Looks per try, and the time between them.
const LOOKS: usize = 20;
const PAUSE: Duration = Duration::from_millis(50);

impl api::CancellationSteps for Fulfilment {
    async fn stop_packing(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        for part in parts_of(cx, &input.order_id).await? {
            // One that nobody waits for yet finds the order cancelled by itself.
            let Some(callback) = store.fulfilment_callback(&part.fulfilment_id).await? else { continue };
            let token = api::FulfilmentAwaitPackingToken::new(callback.token.as_str());
            let over = api::FulfilmentAwaitPackingError::OrderOver("the order is cancelled".to_owned());
            token.fail(cx, over).await?;
        }
        Ok(())
    }

    /// The way back of a fulfilment ends where it began: once its parts are cancelled, nothing is left to undo.
    async fn await_stopped(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        for _ in 0..LOOKS {
            let parts = parts_of(cx, &input.order_id).await?;
            if parts.iter().all(|it| it.status == FulfilmentStatus::Cancelled) {
                return Ok(());
            }
            // It mostly takes no longer than that: the next try of the step comes after a second.
            cx.ports().clock.sleep(PAUSE).await;
        }
        Err(Failure::retry("a part of the order is still packed or labelled"))
    }
}
