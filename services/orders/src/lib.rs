//! Orders: from placed to confirmed, rejected or cancelled.

mod app;
mod checkout;
mod erasure;
mod events;
mod fulfilment;
mod placing;
mod undoing;

use commerce_model::events::OrderCancelRequested;
use commerce_model::orders::{OrderDetails, OrderHistoryPage, OrderPage};
use commerce_model::types::{Cursor, Order, OrderLine, PageSize};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce, OrderWithLines};
use stipule_runtime::wire::{BoundedVec, EventPayload, Fault, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::cancellation;
use app::history::{self, Happening};

/// The orders service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orders;

const NO_ORDER: &str = "There is no such order.";

impl api::Orders for Orders {
    async fn list_orders(
        &self,
        cx: &Context,
        input: api::ListOrders,
    ) -> Result<api::ListOrdersOk, api::ListOrdersError> {
        let store = Commerce::of(cx);
        let page = page(input.cursor.as_ref(), input.limit);
        let found = match (&input.customer_id, &input.status) {
            (Some(customer), _) => store.orders_of_customer(customer, page).await?,
            (None, Some(status)) => store.orders_in_status(status, page).await?,
            (None, None) => store.all_orders(page).await?,
        };
        let wanted = |order: &Order| input.status.is_none_or(|status| order.status == status);
        let items = found.items.into_iter().map(Stored::into_value).filter(wanted).collect();
        Ok(api::ListOrdersOk::Ok(OrderPage {
            items: BoundedVec::new(items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn get_order(
        &self,
        cx: &Context,
        input: api::GetOrder,
    ) -> Result<api::GetOrderOk, api::GetOrderError> {
        let found = Commerce::of(cx).order_with_lines(&input.order_id).await?;
        let OrderWithLines { order, lines } = found.ok_or_else(|| api::GetOrderError::not_found(NO_ORDER))?;
        Ok(api::GetOrderOk::Ok(details(order.into_value(), lines).map_err(Failed::internal)?))
    }

    async fn cancel_order(
        &self,
        cx: &Context,
        input: api::CancelOrder,
    ) -> Result<api::CancelOrderOk, api::CancelOrderError> {
        let store = Commerce::of(cx);
        let found = store.order(&input.order_id).await?;
        let found = found.ok_or_else(|| api::CancelOrderError::not_found(NO_ORDER))?;
        let reason = cancellation::reason(input.body.reason);
        let it = cancellation::request(&found, reason, cx.now().max(found.updated_at))
            .map_err(|refused| too_late(&found, refused.detail))?;
        let happening = Happening {
            id: cx.new_id(),
            at: it.updated_at,
            event: OrderCancelRequested::NAME,
            note: "The cancellation was asked for",
        };
        let entry = history::entry(it.order_id, it.status, &happening).map_err(Failed::internal)?;
        let write = store::RequestCancellation {
            status: it.status,
            cancellation: it.cancellation.clone(),
            updated_at: it.updated_at,
            order_history_entry: entry,
            order_cancel_requested: cancellation::requested(&it, found.status, reason),
        };
        let written = store.request_cancellation(&found, write).answer(api::CancelOrderOk::Accepted(it));
        written.await.map_err(|error| match error {
            store::RequestCancellationError::Conflict => StoreFailure::Busy.into(),
            store::RequestCancellationError::OrderHistoryEntryExists => Failed::internal(error).into(),
            store::RequestCancellationError::Failed(failure) => failure.into(),
        })
    }

    async fn get_order_history(
        &self,
        cx: &Context,
        input: api::GetOrderHistory,
    ) -> Result<api::GetOrderHistoryOk, api::GetOrderHistoryError> {
        let store = Commerce::of(cx);
        if store.order(&input.order_id).await?.is_none() {
            return Err(api::GetOrderHistoryError::not_found(NO_ORDER));
        }
        let page = page(input.cursor.as_ref(), input.limit);
        let found = store.history_of_order(&input.order_id, page).await?;
        Ok(api::GetOrderHistoryOk::Ok(OrderHistoryPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }
}

fn too_late(order: &Order, detail: &'static str) -> api::CancelOrderError {
    match UniqueVec::new(cancellation::transitions(order)) {
        Ok(allowed) => api::CancelOrderError::conflict(detail, order.status, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// An order as it is shown.
fn details(order: Order, lines: Vec<OrderLine>) -> Result<OrderDetails, Fault> {
    Ok(OrderDetails {
        order_id: order.order_id,
        customer_id: order.customer_id,
        cart_id: order.cart_id,
        subscription_id: order.subscription_id,
        status: order.status,
        total: order.total,
        line_count: order.line_count,
        coupon: order.coupon,
        shipping_address: order.shipping_address,
        payment_method_id: order.payment_method_id,
        payment_id: order.payment_id,
        rejection: order.rejection,
        cancellation: order.cancellation,
        placed_at: order.placed_at,
        updated_at: order.updated_at,
        lines: BoundedVec::new(lines)?,
    })
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
