//! How an order comes to be. Where it goes isn't in the event that asks for it, which is kept as it was said: it is read when
//! the order is placed. An order whose address is gone by then is rejected, so that it isn't merely missing.

use commerce_model::events::OrderRejected;
use commerce_model::open::events::{CartCheckedOut, SubscriptionRenewalDue};
use commerce_model::types::{PaymentId, RejectionReason};
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::EventPayload;
use stipule_runtime::{Context, Failure, Received};

use crate::app::history::{self, Happening};
use crate::app::placement::{self, Placement, Purchase};
use crate::app::{redaction, rejection};
use crate::events::happening;

/// Places the order of a cart. Addresses are added and removed, never changed: one that is there is the one that was chosen.
pub(crate) async fn of_cart(cx: &Context, event: &Received<CartCheckedOut>) -> Result<(), Failure> {
    let found = Commerce::of(cx).customer_address(&event.customer_id, &event.address_id).await?;
    let address = match found {
        Some(found) => found.address,
        None => redaction::gone(event.country.clone()).map_err(Failure::park)?,
    };
    place(cx, event, Purchase::of_cart(event, address)).await
}

/// Places the order of a subscription's cycle. The subscription of somebody who is forgotten says no more than a country.
pub(crate) async fn of_cycle(cx: &Context, event: &Received<SubscriptionRenewalDue>) -> Result<(), Failure> {
    let found = Commerce::of(cx).subscription(&event.subscription_id).await?;
    let found = found.ok_or_else(|| Failure::park("there is no such subscription"))?;
    place(cx, event, Purchase::of_cycle(event, found.into_value().shipping_address)).await
}

async fn place<E: EventPayload>(cx: &Context, event: &Received<E>, bought: Purchase) -> Result<(), Failure> {
    let payment_id = PaymentId::new(cx.new_id());
    let it = placement::place(bought, payment_id, event.envelope.time).map_err(Failure::park)?;
    if redaction::is_redacted(&it.order) {
        return refuse(cx, event, it).await;
    }
    let happening = happening(event, cx.now(), "The order is placed");
    let entry = history::entry(it.order.order_id, it.order.status, &happening).map_err(Failure::park)?;
    let write = store::PlaceOrder {
        order: it.order,
        lines: it.lines.widen(),
        order_history_entry: entry,
        order_placed: it.placed,
    };
    match Commerce::of(cx).place_order(write).commit().await {
        // Each id is chosen once, and its event handled once: this one came with something else.
        Err(denied @ store::PlaceOrderError::OrderExists) => Err(Failure::park(denied)),
        done => done.map_err(Failure::from),
    }
}

async fn refuse<E: EventPayload>(cx: &Context, event: &Received<E>, it: Placement) -> Result<(), Failure> {
    let reason = RejectionReason::AddressGone;
    let (order, order_rejected) = placement::refused(it.order, reason);
    let (name, note) = (OrderRejected::NAME, rejection::note(reason));
    let happening = Happening { id: event.envelope.id, at: cx.now(), event: name, note };
    let entry = history::entry(order.order_id, order.status, &happening).map_err(Failure::park)?;
    let write =
        store::RefuseOrder { order, lines: it.lines.widen(), order_history_entry: entry, order_rejected };
    match Commerce::of(cx).refuse_order(write).commit().await {
        Err(denied @ store::RefuseOrderError::OrderExists) => Err(Failure::park(denied)),
        done => done.map_err(Failure::from),
    }
}
