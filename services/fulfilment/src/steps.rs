//! What fulfilment does for the saga of its name: an order is split up, and each part waits for people.

use commerce_model::types::{
    FulfilmentCallback, FulfilmentId, FulfilmentStatus, Order, OrderId, OrderOf, OrderStatus, Parcel,
    ParcelOf, ParcelToPack, Parcels,
};
use commerce_service::fulfilment as api;
use commerce_store::{self as store, Commerce, OrderWithLines};
use stipule_runtime::wire::{BoundedVec, Text};
use stipule_runtime::{Context, Failure, Stored};

use crate::app::opening;
use crate::{Fulfilment, packed};

const OVER: &str = "the order is cancelled";

impl api::FulfilmentSteps for Fulfilment {
    async fn split_order(
        &self,
        cx: &Context,
        input: OrderOf,
    ) -> Result<Parcels, api::FulfilmentSplitOrderError> {
        if !is_to_send(&*order(cx, &input.order_id).await?) {
            return Err(api::FulfilmentSplitOrderError::OrderOver(OVER.to_owned()));
        }
        let reservation = Commerce::of(cx).reservation(&input.order_id).await?;
        let reservation = reservation.ok_or_else(|| Failure::park("nothing is reserved for the order"))?;
        // The same ids at every try: they are made of the step's key.
        let parcel = |warehouse| Parcel { fulfilment_id: FulfilmentId::new(cx.new_id()), warehouse };
        let parcels = opening::warehouses(&reservation.allocations).into_iter().map(parcel).collect();
        Ok(Parcels { parcels: BoundedVec::new(parcels).map_err(Failure::park)? })
    }

    async fn open_fulfilment(
        &self,
        cx: &Context,
        input: ParcelToPack,
    ) -> Result<(), api::FulfilmentOpenFulfilmentError> {
        let over = || api::FulfilmentOpenFulfilmentError::OrderOver(OVER.to_owned());
        let store = Commerce::of(cx);
        let found = store.order_with_lines(&input.order_id).await?;
        let OrderWithLines { order, lines } = found.ok_or_else(|| Failure::park("there is no such order"))?;
        let reservation = store.reservation(&input.order_id).await?;
        let Some(reservation) = reservation.filter(|_| is_to_send(&order)) else { return Err(over()) };
        let opened = opening::open(&order, &lines, &reservation.allocations, &input, cx.now());
        let Some(opening::Opened { it, lines, created }) = opened.map_err(Failure::park)? else {
            return Err(over());
        };
        let write = store::CreateFulfilment { fulfilment: it, lines, fulfilment_created: created };
        Ok(store.create_fulfilment(write).commit().await.map_err(Failure::from)?)
    }

    async fn close_fulfilment(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.fulfilment(&input.fulfilment_id).await?;
        let Some(found) = found.filter(|it| it.status != FulfilmentStatus::Cancelled) else { return Ok(()) };
        let write = store::CancelFulfilment {
            status: FulfilmentStatus::Cancelled,
            updated_at: cx.now().max(found.updated_at),
        };
        store.cancel_fulfilment(&found, write).commit().await.map_err(Failure::from)
    }

    /// Looks before and after the token is kept: whoever packs meanwhile either finds the token, or is found here.
    async fn await_packing(
        &self,
        cx: &Context,
        input: ParcelOf,
        token: api::FulfilmentAwaitPackingToken,
    ) -> Result<(), api::FulfilmentAwaitPackingError> {
        if is_answered(cx, &input, &token).await? {
            return Ok(());
        }
        let fulfilment_callback = FulfilmentCallback {
            fulfilment_id: input.fulfilment_id,
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        let write = store::AwaitPacking { fulfilment_callback };
        match Commerce::of(cx).await_packing(write).commit().await.map_err(Failure::from) {
            Ok(()) | Err(Failure::AlreadyHandled) => {}
            Err(other) => return Err(other.into()),
        }
        is_answered(cx, &input, &token).await?;
        Ok(())
    }
}

/// Whether the order is to be packed: its checkout is through, and nobody cancelled it.
fn is_to_send(order: &Order) -> bool {
    order.status == OrderStatus::Confirmed
}

async fn order(cx: &Context, id: &OrderId) -> Result<Stored<Order>, Failure> {
    Commerce::of(cx).order(id).await?.ok_or_else(|| Failure::park("there is no such order"))
}

/// Answers if people are done already, or the order is over; whether it did.
async fn is_answered(
    cx: &Context,
    input: &ParcelOf,
    token: &api::FulfilmentAwaitPackingToken,
) -> Result<bool, api::FulfilmentAwaitPackingError> {
    if !is_to_send(&*order(cx, &input.order_id).await?) {
        return Err(api::FulfilmentAwaitPackingError::OrderOver(OVER.to_owned()));
    }
    let found = Commerce::of(cx).fulfilment(&input.fulfilment_id).await?;
    let found = found.ok_or_else(|| Failure::retry("the part of the order isn't there yet"))?;
    let Some(packing) = packed::packing(cx, &found).await? else { return Ok(false) };
    token.succeed(cx, &packing).await.map_err(Failure::from)?;
    Ok(true)
}
