//! How a fulfilment goes on: parcels leave, everything has arrived, or the order can't be sent.

use commerce_model::events::{FulfilmentPacked, OrderCancelRequested, OrderCancelled, OrderCompleted};
use commerce_model::types::{
    FulfilmentStatus, Order, OrderFailed, OrderId, OrderOf, OrderStatus, PackedParcels, ShipmentStatus,
};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::{every, first};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest, Stored};

use crate::Orders;
use crate::app::{cancellation, parcels};
use crate::checkout::{LOOKS, entry, order};

impl api::FulfilmentSteps for Orders {
    async fn hand_over(
        &self,
        cx: &Context,
        input: OrderOf,
    ) -> Result<PackedParcels, api::FulfilmentHandOverError> {
        let parcels = packed(cx, &input.order_id).await?;
        if parcels.parcels.is_empty() {
            let nothing = "none of it was on the shelf";
            return Err(api::FulfilmentHandOverError::NothingFound(nothing.to_owned()));
        }
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            if order.status != OrderStatus::Confirmed {
                let over = format!("the order is {}", order.status.as_str());
                return Err(api::FulfilmentHandOverError::OrderOver(over));
            }
            let (status, updated_at) = (OrderStatus::Shipped, cx.now().max(order.updated_at));
            let note = "Its parcels are packed, and leave";
            let order_history_entry = entry::<FulfilmentPacked>(cx, &order, status, updated_at, note)?;
            let write = store::AdvanceOrder { status, updated_at, order_history_entry };
            match Commerce::of(cx).advance_order(&order, write).give(parcels.clone()).await {
                Err(store::AdvanceOrderError::Conflict) => {}
                done => return Ok(done.map_err(Failure::from)?),
            }
        }
        Err(Failure::retry("the order keeps changing").into())
    }

    async fn complete_order(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let has_arrived = has_arrived(cx, &input.order_id).await?;
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            match order.status {
                OrderStatus::Shipped => {}
                OrderStatus::Cancelling => return Err(Failure::retry("the order is being cancelled")),
                _ => return Ok(()),
            }
            if !has_arrived {
                match cancel_undelivered(cx, &order).await? {
                    true => return Ok(()),
                    false => continue,
                }
            }
            let (status, at) = (OrderStatus::Completed, cx.now().max(order.updated_at));
            let note = "Nothing of it is on its way any more";
            let write = store::CompleteOrder {
                status,
                updated_at: at,
                order_history_entry: entry::<OrderCompleted>(cx, &order, status, at, note)?,
                order_completed: OrderCompleted {
                    order_id: order.order_id,
                    customer_id: order.customer_id,
                    total: order.total.clone(),
                    completed_at: at,
                },
            };
            match Commerce::of(cx).complete_order(&order, write).commit().await {
                Err(store::CompleteOrderError::Conflict) => {}
                done => return done.map_err(Failure::from),
            }
        }
        Err(Failure::retry("the order keeps changing"))
    }

    async fn give_up(&self, cx: &Context, input: OrderFailed) -> Result<(), Failure> {
        let reason = cancellation::reason_of(&input.why);
        for _ in 0..LOOKS {
            let order = order(cx, &input.order_id).await?;
            // One that somebody cancelled meanwhile needs no other cancellation.
            if order.status != OrderStatus::Confirmed {
                return Ok(());
            }
            let asked = cancellation::request(&order, reason, cx.now().max(order.updated_at));
            let it = asked.map_err(|refused| Failure::park(refused.detail))?;
            let note = "It can't be sent, and is cancelled";
            let write = store::RequestCancellation {
                status: it.status,
                order_history_entry: entry::<OrderCancelRequested>(cx, &it, it.status, it.updated_at, note)?,
                order_cancel_requested: cancellation::requested(&it, order.status, reason),
                cancellation: it.cancellation,
                updated_at: it.updated_at,
            };
            match Commerce::of(cx).request_cancellation(&order, write).commit().await {
                Err(store::RequestCancellationError::Conflict) => {}
                done => return done.map_err(Failure::from),
            }
        }
        Err(Failure::retry("the order keeps changing"))
    }
}

/// The parts of an order that warehouses have packed.
async fn packed(cx: &Context, order: &OrderId) -> Result<PackedParcels, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.fulfilments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    let mut found = Vec::new();
    for part in every(read).await?.iter().filter(|it| it.status == FulfilmentStatus::Packed) {
        let lines = store.fulfilment_with_lines(&part.fulfilment_id).await?;
        let lines = lines.ok_or_else(|| Failure::retry("a part of the order isn't there yet"))?.lines;
        found.push(parcels::parcel(part, &lines).map_err(Failure::park)?);
    }
    Ok(PackedParcels { parcels: BoundedVec::new(found).map_err(Failure::park)? })
}

/// Whether any parcel of the order has arrived.
async fn has_arrived(cx: &Context, order: &OrderId) -> Result<bool, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.shipments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    let arrived = first(read, |it| (it.status == ShipmentStatus::Delivered).then_some(())).await?;
    Ok(arrived.is_some())
}

/// Nothing of an order has arrived: it ends undone. False if it changed since it was read.
async fn cancel_undelivered(cx: &Context, order: &Stored<Order>) -> Result<bool, Failure> {
    let Some((it, order_cancelled)) = cancellation::undelivered(order, cx.now()) else { return Ok(true) };
    let note = "None of its parcels has arrived: the order is cancelled";
    let write = store::FinishCancellation {
        status: it.status,
        order_history_entry: entry::<OrderCancelled>(cx, &it, it.status, it.updated_at, note)?,
        cancellation: it.cancellation,
        updated_at: it.updated_at,
        order_cancelled,
    };
    match Commerce::of(cx).finish_cancellation(order, write).commit().await {
        Err(store::FinishCancellationError::Conflict) => Ok(false),
        done => done.map(|()| true).map_err(Failure::from),
    }
}
