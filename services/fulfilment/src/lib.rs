//! Fulfilment: what warehouses pick and pack of orders.

mod app;
mod cancellation;
mod erasure;
mod events;
mod packed;
mod steps;

use commerce_model::fulfilment::{FulfilmentDetails, FulfilmentPage, FulfilmentToDo};
use commerce_model::types::{Cursor, Fulfilment as Part, FulfilmentStatus, OrderId, PageSize};
use commerce_service::fulfilment as api;
use commerce_store::{self as store, Commerce, FulfilmentWithLines};
use stipule_runtime::page::every;
use stipule_runtime::wire::{BoundedVec, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::packing;
use app::picking::{self, Pick, Picked};

/// The fulfilment service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fulfilment;

const NO_FULFILMENT: &str = "There is no such fulfilment.";
const OF_WHAT: &str = "Say `warehouse`, or `orderId`.";

impl api::Fulfilment for Fulfilment {
    async fn list_fulfilments(
        &self,
        cx: &Context,
        input: api::ListFulfilments,
    ) -> Result<api::ListFulfilmentsOk, api::ListFulfilmentsError> {
        let store = Commerce::of(cx);
        let page = page(input.cursor.as_ref(), input.limit);
        let found = match (&input.order_id, &input.warehouse) {
            (Some(order), _) => store.fulfilments_of_order(order, page).await?,
            (None, Some(warehouse)) => {
                let status = match input.status {
                    FulfilmentToDo::Created => FulfilmentStatus::Created,
                    FulfilmentToDo::Picked => FulfilmentStatus::Picked,
                };
                store.fulfilments_to_do(warehouse, &status, page).await?
            }
            (None, None) => return Err(api::ListFulfilmentsError::bad_request(OF_WHAT)),
        };
        let found = found.map(Stored::into_value);
        Ok(api::ListFulfilmentsOk::Ok(FulfilmentPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn pick_fulfilment(
        &self,
        cx: &Context,
        input: api::PickFulfilment,
    ) -> Result<api::PickFulfilmentOk, api::PickFulfilmentError> {
        let store = Commerce::of(cx);
        let found = store.fulfilment_with_lines(&input.fulfilment_id).await?;
        let found = found.ok_or_else(|| api::PickFulfilmentError::not_found(NO_FULFILMENT))?;
        let FulfilmentWithLines { fulfilment, lines } = found;
        let picked = picking::pick(&fulfilment, &lines, &input.body.lines, cx.now())
            .map_err(|refused| not_picked(&fulfilment, refused))?;
        let Pick { it, lines, picked } = picked;
        let (status, updated_at) = (it.status, it.updated_at);
        let done = api::PickFulfilmentOk::Ok(details(it, lines.clone())?);
        match picked {
            Picked::Nothing(fulfilment_short_picked) => {
                let write = store::AbandonFulfilment { status, updated_at, fulfilment_short_picked };
                let written = store.abandon_fulfilment(&fulfilment, write).answer(done).await;
                written.map_err(|error| match error {
                    store::AbandonFulfilmentError::Conflict => StoreFailure::Busy.into(),
                    store::AbandonFulfilmentError::Failed(failure) => failure.into(),
                })
            }
            Picked::Something(fulfilment_picked, short_picked) => {
                let line = |it: commerce_model::types::FulfilmentLine| store::PickFulfilmentLine {
                    fulfilment_id: it.fulfilment_id,
                    line_no: it.line_no,
                    picked: it.picked,
                };
                let lines =
                    BoundedVec::new(lines.into_iter().map(line).collect()).map_err(Failed::internal)?;
                let write =
                    store::PickFulfilment { status, updated_at, lines, fulfilment_picked, short_picked };
                let written = store.pick_fulfilment(&fulfilment, write).answer(done).await;
                written.map_err(|error| match error {
                    store::PickFulfilmentError::Conflict => StoreFailure::Busy.into(),
                    store::PickFulfilmentError::FulfilmentLineMissing { .. } => {
                        Failed::internal(error).into()
                    }
                    store::PickFulfilmentError::Failed(failure) => failure.into(),
                })
            }
        }
    }

    async fn pack_fulfilment(
        &self,
        cx: &Context,
        input: api::PackFulfilment,
    ) -> Result<api::PackFulfilmentOk, api::PackFulfilmentError> {
        let store = Commerce::of(cx);
        let found = store.fulfilment(&input.fulfilment_id).await?;
        let found = found.ok_or_else(|| api::PackFulfilmentError::not_found(NO_FULFILMENT))?;
        let (it, fulfilment_packed) = packing::pack(&found, input.body.weight_grams, cx.now())
            .map_err(|refused| not_packed(&found, refused.0))?;
        let write = store::PackFulfilment {
            status: it.status,
            weight_grams: it.weight_grams,
            updated_at: it.updated_at,
            fulfilment_packed,
        };
        let written = store.pack_fulfilment(&found, write).answer(api::PackFulfilmentOk::Ok(it)).await;
        written.map_err(|error| match error {
            store::PackFulfilmentError::Conflict => StoreFailure::Busy.into(),
            store::PackFulfilmentError::Failed(failure) => failure.into(),
        })
    }
}

fn not_picked(it: &Part, refused: picking::Refused) -> api::PickFulfilmentError {
    match refused {
        picking::Refused::State(detail) => match UniqueVec::new(it.status.next().to_vec()) {
            Ok(allowed) => api::PickFulfilmentError::conflict(detail, it.status, allowed),
            Err(fault) => Failed::internal(fault).into(),
        },
        picking::Refused::Lines(detail) => api::PickFulfilmentError::unprocessable_content(detail),
        picking::Refused::Fault(fault) => Failed::internal(fault).into(),
    }
}

fn not_packed(it: &Part, detail: &'static str) -> api::PackFulfilmentError {
    match UniqueVec::new(it.status.next().to_vec()) {
        Ok(allowed) => api::PackFulfilmentError::conflict(detail, it.status, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// A fulfilment as it is shown.
fn details(it: Part, lines: Vec<commerce_model::types::FulfilmentLine>) -> Result<FulfilmentDetails, Failed> {
    Ok(FulfilmentDetails {
        fulfilment_id: it.fulfilment_id,
        order_id: it.order_id,
        customer_id: it.customer_id,
        warehouse: it.warehouse,
        status: it.status,
        line_count: it.line_count,
        shipping_address: it.shipping_address,
        weight_grams: it.weight_grams,
        created_at: it.created_at,
        updated_at: it.updated_at,
        lines: BoundedVec::new(lines).map_err(Failed::internal)?,
    })
}

/// Every part of an order.
async fn parts_of(cx: &Context, order: &OrderId) -> Result<Vec<Stored<Part>>, StoreFailure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.fulfilments_of_order(order, PageRequest::at(cursor.as_deref())).await
    };
    every(read).await
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
