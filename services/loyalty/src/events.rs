//! Points come when an order is complete, and go with what is returned.

use commerce_model::events::{LoyaltyPointsEarned, LoyaltyPointsReversed};
use commerce_model::open::events::{
    CustomerErased, CustomerRegistered, OrderCancelled, OrderCompleted, ReturnClosed,
};
use commerce_model::types::{CustomerId, LoyaltyAccount, LoyaltyEntry, LoyaltyReason, OrderId, Points};
use commerce_service::loyalty as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::first;
use stipule_runtime::wire::EventPayload;
use stipule_runtime::{Context, Failure, PageRequest, Received, Stored};

use crate::Loyalty;
use crate::app::account;
use crate::app::entry::{Movement, worth};

impl api::LoyaltyEvents for Loyalty {
    async fn on_customer_registered(
        &self,
        cx: &Context,
        event: Received<CustomerRegistered>,
    ) -> Result<(), Failure> {
        let account = account::open(event.customer_id, event.envelope.time).map_err(Failure::park)?;
        let write = store::OpenLoyaltyAccount { loyalty_account: account };
        match Commerce::of(cx).open_loyalty_account(write).commit().await {
            Err(store::OpenLoyaltyAccountError::LoyaltyAccountExists) => Ok(()),
            done => done.map_err(Failure::from),
        }
    }

    async fn on_customer_erased(&self, cx: &Context, event: Received<CustomerErased>) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        match store.loyalty_account(&event.customer_id).await? {
            Some(found) => store.close_loyalty_account(&found).commit().await.map_err(Failure::from),
            None => Ok(()),
        }
    }

    async fn on_order_completed(&self, cx: &Context, event: Received<OrderCompleted>) -> Result<(), Failure> {
        let points = worth(&event.total);
        if points == 0 {
            return Ok(());
        }
        let movement = movement(&event, event.customer_id, event.order_id);
        let Some(account) = account(cx, &event.customer_id).await? else { return Ok(()) };
        let write = store::EarnPoints {
            points,
            loyalty_entry: movement.entry(LoyaltyReason::Order, points).map_err(Failure::park)?,
            loyalty_points_earned: LoyaltyPointsEarned {
                customer_id: event.customer_id,
                order_id: event.order_id,
                points: Points::new(points).map_err(Failure::park)?,
                balance: Points::new(account.balance.get() + points).map_err(Failure::park)?,
            },
        };
        Commerce::of(cx).earn_points(&account, write).commit().await.map_err(Failure::from)
    }

    /// An order that is cancelled before it is complete has earned nothing, which is the rule.
    async fn on_order_cancelled(&self, cx: &Context, event: Received<OrderCancelled>) -> Result<(), Failure> {
        let earned = earned(cx, &event.customer_id, &event.order_id).await?;
        let movement = movement(&event, event.customer_id, event.order_id);
        reverse(cx, &movement, LoyaltyReason::Cancellation, earned).await
    }

    async fn on_return_closed(&self, cx: &Context, event: Received<ReturnClosed>) -> Result<(), Failure> {
        let movement = movement(&event, event.customer_id, event.order_id);
        reverse(cx, &movement, LoyaltyReason::Return, worth(&event.refund)).await
    }
}

/// Takes points back. Where there are too few, the order that earned them hasn't been counted yet.
async fn reverse(
    cx: &Context,
    movement: &Movement,
    reason: LoyaltyReason,
    points: i64,
) -> Result<(), Failure> {
    if points == 0 {
        return Ok(());
    }
    let Some(account) = account(cx, &movement.customer_id).await? else { return Ok(()) };
    let balance = account.balance.get() - points;
    if balance < 0 {
        return Err(Failure::retry("the points aren't earned yet"));
    }
    let write = store::ReversePoints {
        points,
        loyalty_entry: movement.entry(reason, -points).map_err(Failure::park)?,
        loyalty_points_reversed: LoyaltyPointsReversed {
            customer_id: movement.customer_id,
            order_id: movement.order_id,
            points: Points::new(points).map_err(Failure::park)?,
            balance: Points::new(balance).map_err(Failure::park)?,
        },
    };
    Commerce::of(cx).reverse_points(&account, write).commit().await.map_err(Failure::from)
}

fn movement<E: EventPayload>(event: &Received<E>, customer_id: CustomerId, order_id: OrderId) -> Movement {
    Movement { customer_id, order_id, event: event.envelope.id, at: event.envelope.time }
}

/// A customer's account; `None` for somebody who is erased.
async fn account(cx: &Context, customer: &CustomerId) -> Result<Option<Stored<LoyaltyAccount>>, Failure> {
    let store = Commerce::of(cx);
    let found = store.loyalty_account(customer).await?;
    if found.is_none() && store.customer(customer).await?.is_some() {
        return Err(Failure::retry("the account isn't open yet"));
    }
    Ok(found)
}

/// Points that an order has earned.
async fn earned(cx: &Context, customer: &CustomerId, order: &OrderId) -> Result<i64, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.loyalty_entries(customer, PageRequest::at(cursor.as_deref())).await
    };
    let of_order = |it: &LoyaltyEntry| it.order_id == *order && it.reason == LoyaltyReason::Order;
    let found = first(read, |it| of_order(&it).then(|| it.points.get())).await?;
    Ok(found.unwrap_or(0))
}
