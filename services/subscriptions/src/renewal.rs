//! What subscriptions does for a renewal.

use commerce_model::events::{SubscriptionPaymentFailed, SubscriptionRenewalDue, SubscriptionRenewed};
use commerce_model::types::{
    CycleNumber, CycleOf, CycleOpenness, CycleState, CycleStatus, CycleTries, OrderId, OrderOfTry,
    OrderStatus, PlacedRenewal, PlacementOutcome, PricedLine, RenewalCallback, RenewalOf, RenewalOutcome,
    RenewedCycle, Subscription, SubscriptionCycle, SubscriptionId, SubscriptionStatus, TryOf,
};
use commerce_service::subscriptions as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::saga::rings_for_nothing;
use stipule_runtime::wire::{BoundedVec, Ranged, Text};
use stipule_runtime::{Context, Failure, Stored};

use crate::app::{due, price, subscription};
use crate::{Subscriptions, cancellation, ring};

impl api::RenewalSteps for Subscriptions {
    async fn begin_cycle(&self, cx: &Context, input: RenewalOf) -> Result<CycleTries, Failure> {
        let store = Commerce::of(cx);
        let never = CycleTries { tries: BoundedVec::default() };
        let tries = CycleTries { tries: due::tries(input.due_at).map_err(Failure::park)? };
        let Some(found) = due_now(cx, &input).await? else {
            return rings_for_nothing(cx, input.set_at).map(|()| never);
        };
        if cx.now() < found.due_at {
            // The alarm rang for the first part of a long wait.
            ring(cx, &found).await.map_err(Failure::retry)?;
            return Ok(never);
        }
        if store.subscription_cycle(&input.subscription_id, &input.cycle).await?.is_some() {
            // It began before a pause.
            return Ok(tries);
        }
        let updated_at = cx.now().max(found.updated_at);
        let subscription_cycle = SubscriptionCycle {
            subscription_id: input.subscription_id,
            cycle: input.cycle,
            tried: Ranged::new(0).map_err(Failure::park)?,
            order_id: None,
            status: CycleStatus::Due,
            started_at: input.due_at,
            updated_at,
        };
        let write = store::StartCycle { updated_at, subscription_cycle };
        store.start_cycle(&found, write).give(tries).await.map_err(Failure::from)
    }

    async fn look_at_cycle(&self, cx: &Context, input: CycleOf) -> Result<CycleState, Failure> {
        let open = open(cx, &input.subscription_id, input.cycle).await?;
        Ok(CycleState { state: if open.is_some() { CycleOpenness::Open } else { CycleOpenness::Over } })
    }

    async fn place_order(&self, cx: &Context, input: TryOf) -> Result<PlacedRenewal, Failure> {
        let store = Commerce::of(cx);
        let order_id = OrderId::new(cx.new_id());
        let over = PlacedRenewal { outcome: PlacementOutcome::Over, order_id };
        let Some(found) = open(cx, &input.subscription_id, input.cycle).await? else { return Ok(over) };
        let cycle = cycle(cx, &input.subscription_id, &input.cycle).await?;
        if i64::from(input.number.get()) <= cycle.tried.get() || is_under_way(cx, &cycle).await? {
            return Ok(over);
        }
        let Some(line) = line(cx, &found).await? else {
            // What isn't sold any more can't be subscribed to.
            let write = cancellation(cx, &found);
            return store.cancel_subscription(&found, write).give(over).await.map_err(Failure::from);
        };
        let write = store::OrderCycle {
            order_id: Some(order_id),
            tried: Ranged::new(i64::from(input.number.get())).map_err(Failure::park)?,
            updated_at: cx.now().max(cycle.updated_at),
            subscription_renewal_due: SubscriptionRenewalDue {
                subscription_id: input.subscription_id,
                customer_id: found.customer_id,
                cycle: input.cycle,
                order_id,
                sku: found.sku.clone(),
                quantity: found.quantity,
                line,
                payment_method_id: found.payment_method_id,
            },
        };
        let placed = PlacedRenewal { outcome: PlacementOutcome::Placed, order_id };
        store.order_cycle(&cycle, write).give(placed).await.map_err(Failure::from)
    }

    /// That the order is decided, its event says. It is handled no earlier than this is written down.
    async fn await_order(
        &self,
        cx: &Context,
        input: OrderOfTry,
        token: api::RenewalAwaitOrderToken,
    ) -> Result<(), Failure> {
        let renewal_callback = RenewalCallback {
            order_id: input.order_id,
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        let write = store::AwaitRenewalOrder { renewal_callback };
        Commerce::of(cx).await_renewal_order(write).commit().await.map_err(Failure::from)
    }

    async fn renew(&self, cx: &Context, input: RenewedCycle) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = at_cycle(cx, &input.subscription_id, input.cycle).await? else { return Ok(()) };
        let cycle = cycle(cx, &input.subscription_id, &input.cycle).await?;
        let updated_at = cx.now().max(found.updated_at);
        let paid = input.outcome == RenewalOutcome::Paid;
        let cycle_status = if paid { CycleStatus::Charged } else { CycleStatus::Skipped };
        if found.status == SubscriptionStatus::Cancelled {
            let write = store::SettleCycle { status: cycle_status, updated_at };
            return store.settle_cycle(&cycle, write).commit().await.map_err(Failure::from);
        }
        let next = next(&found, &cycle, updated_at)?;
        ring(cx, &next).await.map_err(Failure::retry)?;
        let renewed = SubscriptionRenewed {
            subscription_id: input.subscription_id,
            customer_id: found.customer_id,
            cycle: input.cycle,
            order_id: input.order_id,
            next_due_at: next.due_at,
        };
        let write = store::RenewSubscription {
            status: next.status,
            cycle: next.cycle,
            failures: next.failures,
            due_at: next.due_at,
            updated_at,
            subscription_cycle_status: cycle_status,
            renewed: paid.then_some(renewed),
        };
        store.renew_subscription(&found, &cycle, write).commit().await.map_err(Failure::from)
    }

    async fn note_failure(&self, cx: &Context, input: TryOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = open(cx, &input.subscription_id, input.cycle).await? else { return Ok(()) };
        let cycle = cycle(cx, &input.subscription_id, &input.cycle).await?;
        let failures = i64::from(input.number.get());
        let retry_at = due::next_try(cycle.started_at, failures);
        let failures = Ranged::new(failures).map_err(Failure::park)?;
        let updated_at = cx.now().max(found.updated_at);
        let failed = SubscriptionPaymentFailed {
            subscription_id: input.subscription_id,
            customer_id: found.customer_id,
            cycle: input.cycle,
            failures: Ranged::new(failures.get()).map_err(Failure::park)?,
            retry_at,
        };
        match retry_at {
            Some(due_at) => {
                let write = store::FailRenewal {
                    status: SubscriptionStatus::PastDue,
                    failures,
                    due_at,
                    updated_at,
                    subscription_payment_failed: failed,
                };
                store.fail_renewal(&found, write).commit().await.map_err(Failure::from)
            }
            None => {
                let write = store::CancelUnpaidSubscription {
                    status: SubscriptionStatus::Cancelled,
                    failures,
                    updated_at,
                    subscription_cycle_status: CycleStatus::Unpaid,
                    subscription_payment_failed: failed,
                    subscription_cancelled: subscription::cancelled(&found, true),
                };
                store.cancel_unpaid_subscription(&found, &cycle, write).commit().await.map_err(Failure::from)
            }
        }
    }
}

/// The subscription, if the alarm rings for what it waits for: not paused, not moved, not over.
async fn due_now(cx: &Context, alarm: &RenewalOf) -> Result<Option<Stored<Subscription>>, Failure> {
    let found = at_cycle(cx, &alarm.subscription_id, alarm.cycle).await?;
    Ok(found.filter(|it| it.status == SubscriptionStatus::Active && it.due_at == alarm.due_at))
}

/// The subscription, if an order may be placed for the cycle.
async fn open(
    cx: &Context,
    id: &SubscriptionId,
    cycle: CycleNumber,
) -> Result<Option<Stored<Subscription>>, Failure> {
    Ok(at_cycle(cx, id, cycle).await?.filter(|it| subscription::is_open(it)))
}

/// The subscription, if it is still at the cycle.
async fn at_cycle(
    cx: &Context,
    id: &SubscriptionId,
    cycle: CycleNumber,
) -> Result<Option<Stored<Subscription>>, Failure> {
    Ok(Commerce::of(cx).subscription(id).await?.filter(|it| it.cycle == cycle))
}

/// A cycle that has begun.
async fn cycle(
    cx: &Context,
    id: &SubscriptionId,
    cycle: &CycleNumber,
) -> Result<Stored<SubscriptionCycle>, Failure> {
    let found = Commerce::of(cx).subscription_cycle(id, cycle).await?;
    found.ok_or_else(|| Failure::park("the cycle has not begun"))
}

/// Whether an order of the cycle may still be confirmed, or is: then there must be no other.
async fn is_under_way(cx: &Context, cycle: &SubscriptionCycle) -> Result<bool, Failure> {
    let Some(order) = &cycle.order_id else { return Ok(false) };
    let order = Commerce::of(cx).order(order).await?;
    Ok(order.is_none_or(|it| !matches!(it.status, OrderStatus::Rejected | OrderStatus::Cancelled)))
}

/// What the order of the day consists of; `None` if it can't be bought.
async fn line(cx: &Context, it: &Subscription) -> Result<Option<PricedLine>, Failure> {
    let store = Commerce::of(cx);
    let Some(offer) = store.offer(&it.sku).await? else { return Ok(None) };
    let listed = store.price(&it.sku, &offer.price.currency).await?;
    Ok(price::line(offer, listed.as_deref(), it.quantity))
}

/// The subscription after a cycle that is settled.
fn next(
    it: &Subscription,
    cycle: &SubscriptionCycle,
    updated_at: stipule_runtime::wire::DateTime,
) -> Result<Subscription, Failure> {
    let due_at = due::after(cycle.started_at, it.every, it.created_at);
    let due_at = due_at.ok_or_else(|| Failure::park("the next cycle lies beyond the calendar"))?;
    let status = match it.status {
        SubscriptionStatus::PastDue => SubscriptionStatus::Active,
        other => other,
    };
    Ok(Subscription {
        status,
        cycle: CycleNumber::new(it.cycle.get() + 1).map_err(Failure::park)?,
        failures: Ranged::new(0).map_err(Failure::park)?,
        due_at,
        updated_at,
        ..it.clone()
    })
}
