//! How a cancellation ends: the order is undone, or goes on because its parcels can't be stopped.

use commerce_model::events::{OrderCancelRequested, OrderCancelled};
use commerce_model::types::{OrderOf, OrderStatus};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure};

use crate::Orders;
use crate::app::cancellation;
use crate::checkout::{LOOKS, entry, order};

impl api::CancellationSteps for Orders {
    /// Asks nobody anything, so that it can't fail for good: a run that ended here would leave the order as it is, and
    /// nobody would know.
    async fn take_up(&self, _: &Context, _: OrderOf) -> Result<(), Failure> {
        Ok(())
    }

    async fn resume_order(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            if order.status != OrderStatus::Cancelling {
                return Ok(());
            }
            let (status, updated_at) = (OrderStatus::Shipped, cx.now().max(order.updated_at));
            let note = "A parcel can't be stopped any more: the order goes on";
            let order_history_entry = entry::<OrderCancelRequested>(cx, &order, status, updated_at, note)?;
            let write = store::ResumeOrder { status, updated_at, order_history_entry };
            match Commerce::of(cx).resume_order(&order, write).commit().await {
                Err(store::ResumeOrderError::Conflict) => {}
                done => return done.map_err(Failure::from),
            }
        }
        Err(Failure::retry("the order keeps changing"))
    }

    async fn finish_cancellation(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            let Some((it, order_cancelled)) = cancellation::finished(&order, cx.now()) else { return Ok(()) };
            let note = "Nothing is left of it: the order is cancelled";
            let write = store::FinishCancellation {
                status: it.status,
                order_history_entry: entry::<OrderCancelled>(cx, &it, it.status, it.updated_at, note)?,
                cancellation: it.cancellation,
                updated_at: it.updated_at,
                order_cancelled,
            };
            match Commerce::of(cx).finish_cancellation(&order, write).commit().await {
                Err(store::FinishCancellationError::Conflict) => {}
                done => return done.map_err(Failure::from),
            }
        }
        Err(Failure::retry("the order keeps changing"))
    }
}
