//! Subscriptions: orders that repeat until the customer has enough of them.

mod app;
mod erasure;
mod events;
mod renewal;

use commerce_model::subscriptions::SubscriptionPage;
use commerce_model::types::{
    Address, AddressId, Cursor, CustomerId, PageSize, PaymentMethodId, Subscription, SubscriptionId,
    SubscriptionStatus,
};
use commerce_service::sagas;
use commerce_service::subscriptions as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::{due, price, subscription};

/// The subscriptions service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subscriptions;

const NO_SUBSCRIPTION: &str = "There is no such subscription.";
const NO_CUSTOMER: &str = "There is no such customer.";
const NO_ADDRESS: &str = "The customer has no such address.";
const NO_METHOD: &str = "The customer has no such payment method.";
const NOT_ON_SALE: &str = "The SKU is not on sale.";
const OVER: &str = "The subscription is over.";

impl api::Subscriptions for Subscriptions {
    async fn list_subscriptions(
        &self,
        cx: &Context,
        input: api::ListSubscriptions,
    ) -> Result<api::ListSubscriptionsOk, api::ListSubscriptionsError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).subscriptions_of_customer(&input.customer_id, page).await?;
        let found = found.map(Stored::into_value);
        Ok(api::ListSubscriptionsOk::Ok(SubscriptionPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn subscribe(
        &self,
        cx: &Context,
        input: api::Subscribe,
    ) -> Result<api::SubscribeOk, api::SubscribeError> {
        let store = Commerce::of(cx);
        let (body, not_found) = (input.body, api::SubscribeError::not_found);
        if store.customer(&body.customer_id).await?.is_none() {
            return Err(not_found(NO_CUSTOMER));
        }
        let address = address(cx, &body.customer_id, &body.address_id).await?;
        let address = address.ok_or_else(|| not_found(NO_ADDRESS))?;
        if !owns(cx, &body.customer_id, &body.payment_method_id).await? {
            return Err(not_found(NO_METHOD));
        }
        let offer = store.offer(&body.sku).await?;
        if !offer.is_some_and(|offer| price::is_on_sale(&offer)) {
            return Err(api::SubscribeError::conflict(NOT_ON_SALE));
        }
        let id = SubscriptionId::new(cx.new_id());
        let it = subscription::subscribe(body, id, address, cx.now()).map_err(Failed::internal)?;
        let subscription_created = subscription::created(&it);
        let write = store::Subscribe { subscription: it.clone(), subscription_created };
        let written = store.subscribe(write).answer(api::SubscribeOk::Created(it));
        written.await.map_err(|error| match error {
            store::SubscribeError::SubscriptionExists => Failed::internal(error).into(),
            store::SubscribeError::Failed(failure) => failure.into(),
        })
    }

    async fn change_subscription(
        &self,
        cx: &Context,
        input: api::ChangeSubscription,
    ) -> Result<api::ChangeSubscriptionOk, api::ChangeSubscriptionError> {
        let store = Commerce::of(cx);
        let (body, not_found) = (input.body, api::ChangeSubscriptionError::not_found);
        let found = store.subscription(&input.subscription_id).await?;
        let found = found.ok_or_else(|| not_found(NO_SUBSCRIPTION))?;
        let address = match &body.address_id {
            Some(id) => {
                Some(address(cx, &found.customer_id, id).await?.ok_or_else(|| not_found(NO_ADDRESS))?)
            }
            None => None,
        };
        if let Some(method) = &body.payment_method_id
            && !owns(cx, &found.customer_id, method).await?
        {
            return Err(not_found(NO_METHOD));
        }
        let it = subscription::change(&found, &body, address, cx.now())
            .map_err(|detail| not_allowed(found.status, detail, api::ChangeSubscriptionError::conflict))?;
        if it.status == SubscriptionStatus::Active && found.status == SubscriptionStatus::Paused {
            ring(cx, &it).await?;
        }
        let write = store::ChangeSubscription {
            quantity: it.quantity,
            every: it.every,
            payment_method_id: it.payment_method_id,
            shipping_address: it.shipping_address.clone(),
            status: it.status,
            due_at: it.due_at,
            updated_at: it.updated_at,
        };
        let written = store.change_subscription(&found, write).answer(api::ChangeSubscriptionOk::Ok(it));
        written.await.map_err(|error| match error {
            store::ChangeSubscriptionError::Conflict => StoreFailure::Busy.into(),
            store::ChangeSubscriptionError::Failed(failure) => failure.into(),
        })
    }

    async fn cancel_subscription(
        &self,
        cx: &Context,
        input: api::CancelSubscription,
    ) -> Result<api::CancelSubscriptionOk, api::CancelSubscriptionError> {
        let store = Commerce::of(cx);
        let found = store.subscription(&input.subscription_id).await?;
        let found = found.ok_or_else(|| api::CancelSubscriptionError::not_found(NO_SUBSCRIPTION))?;
        if found.status == SubscriptionStatus::Cancelled {
            return Err(not_allowed(found.status, OVER, api::CancelSubscriptionError::conflict));
        }
        let written = store
            .cancel_subscription(&found, cancellation(cx, &found))
            .answer(api::CancelSubscriptionOk::NoContent);
        written.await.map_err(|error| match error {
            store::CancelSubscriptionError::Conflict => StoreFailure::Busy.into(),
            store::CancelSubscriptionError::Failed(failure) => failure.into(),
        })
    }
}

/// Sets the alarm for the next cycle. Before the write that makes it due: an alarm for a cycle that doesn't come about
/// rings for nothing, a cycle without one would never begin. One that rings before the write is there waits for it.
async fn ring(cx: &Context, it: &Subscription) -> Result<(), Failed> {
    let (name, alarm) = due::alarm(it, cx.now());
    sagas::start_renewal(cx, &name, &alarm).await?;
    Ok(())
}

/// That the customer, or the shop, has enough of it.
fn cancellation(cx: &Context, it: &Subscription) -> store::CancelSubscription {
    store::CancelSubscription {
        status: SubscriptionStatus::Cancelled,
        updated_at: cx.now().max(it.updated_at),
        subscription_cancelled: subscription::cancelled(it, false),
    }
}

/// One of a customer's addresses.
async fn address(
    cx: &Context,
    customer: &CustomerId,
    id: &AddressId,
) -> Result<Option<Address>, StoreFailure> {
    Ok(Commerce::of(cx).customer_address(customer, id).await?.map(|it| it.address))
}

/// Whether a payment method is the customer's.
async fn owns(cx: &Context, customer: &CustomerId, method: &PaymentMethodId) -> Result<bool, StoreFailure> {
    let method = Commerce::of(cx).payment_method(method).await?;
    Ok(method.is_some_and(|method| method.customer_id == *customer))
}

/// A refusal that says where the subscription may go.
fn not_allowed<E: From<Failed>>(
    from: SubscriptionStatus,
    detail: &'static str,
    conflict: fn(&'static str, SubscriptionStatus, UniqueVec<SubscriptionStatus, 0, 4>) -> E,
) -> E {
    match UniqueVec::new(from.next().to_vec()) {
        Ok(allowed) => conflict(detail, from, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
