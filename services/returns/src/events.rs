//! What was delivered may come back, and a return that waits for its inspection hears of it.

use commerce_model::open::events::{OrderCompleted, ReturnClosed};
use commerce_model::types::OrderId;
use commerce_service::returns as api;
use commerce_store::{self as store, Commerce, OrderWithLines};
use stipule_runtime::page::every;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest, Received};

use crate::Returns;
use crate::app::delivered::{self, Arrived};
use crate::steps::answer;

impl api::ReturnsEvents for Returns {
    async fn on_order_completed(&self, cx: &Context, event: Received<OrderCompleted>) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        // Of an order that nobody knows nothing was delivered.
        let found = store.order_with_lines(&event.order_id).await?;
        let Some(OrderWithLines { order, lines }) = found else { return Ok(()) };
        let parcels = arrived(cx, &order.order_id).await?;
        let lines = delivered::lines(order.order_id, &lines, &parcels).map_err(Failure::park)?;
        if lines.is_empty() {
            return Ok(());
        }
        let write = store::OpenReturns { lines: BoundedVec::new(lines).map_err(Failure::park)? };
        store.open_returns(write).commit().await.map_err(Failure::from)
    }

    /// Where nobody waits yet, whoever comes looks first.
    async fn on_return_closed(&self, cx: &Context, event: Received<ReturnClosed>) -> Result<(), Failure> {
        let Some(callback) = Commerce::of(cx).return_callback(&event.return_id).await? else { return Ok(()) };
        let token = api::ReturningAwaitInspectionToken::new(callback.token.as_str());
        answer(cx, &event.return_id, &token).await.map(drop)
    }
}

/// The parcels of an order that arrived, with what was in them.
async fn arrived(cx: &Context, order: &OrderId) -> Result<Vec<Arrived>, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.shipments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    let mut parcels = Vec::new();
    for parcel in every(read).await? {
        let Some(at) = delivered::arrived_at(&parcel) else { continue };
        let packed = store.fulfilment_with_lines(&parcel.fulfilment_id).await?;
        let packed = packed.ok_or_else(|| Failure::park("nobody knows what was in the parcel"))?;
        parcels.push(Arrived { at, lines: packed.lines });
    }
    Ok(parcels)
}
