//! What orders does to forget a customer: the orders stay, without where they went.

use commerce_model::types::{ErasureOf, Order, OrderToRedact, OrdersToRedact, Rows};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::every;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest, Stored};

use crate::Orders;
use crate::app::redaction;

impl api::ErasureSteps for Orders {
    async fn find_orders(&self, cx: &Context, input: ErasureOf) -> Result<OrdersToRedact, Failure> {
        let orders = all(cx, &input).await?;
        if let Some(order) = orders.iter().find(|order| redaction::is_under_way(order.status)) {
            return Err(Failure::retry(format!("an order is still {:?}", order.status)));
        }
        let orders: Vec<_> =
            orders.iter().filter(|it| !redaction::is_redacted(it)).map(|it| it.order_id).collect();
        let rows = i32::try_from(orders.len()).map_err(Failure::park)?;
        Ok(OrdersToRedact {
            orders: BoundedVec::new(orders).map_err(Failure::park)?,
            rows: Rows::new(rows).map_err(Failure::park)?,
        })
    }

    async fn redact_order(&self, cx: &Context, input: OrderToRedact) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let order = store.order(&input.order_id).await?;
        let Some(order) = order.filter(|order| !redaction::is_redacted(order)) else { return Ok(()) };
        let shipping_address = redaction::redacted(&order.shipping_address).map_err(Failure::park)?;
        let write = store::RedactOrder { shipping_address, updated_at: cx.now().max(order.updated_at) };
        store.redact_order(&order, write).commit().await.map_err(Failure::from)
    }

    async fn verify_orders(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        let left = all(cx, &input).await?.iter().filter(|it| !redaction::is_redacted(it)).count();
        match left {
            0 => Ok(()),
            left => Err(Failure::park(format!("{left} orders still have an address"))),
        }
    }
}

/// Every order of a customer.
async fn all(cx: &Context, of: &ErasureOf) -> Result<Vec<Stored<Order>>, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.orders_of_customer(&of.customer_id, PageRequest::at(cursor.as_deref())).await
    };
    Ok(every(read).await?)
}
