//! What subscriptions does to forget a customer: the subscriptions end, and stay without where they went.

use commerce_model::types::{ErasureOf, Rows, Subscription, SubscriptionToForget, SubscriptionsToForget};
use commerce_service::subscriptions as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::every;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest, Stored};

use crate::Subscriptions;
use crate::app::subscription;

impl api::ErasureSteps for Subscriptions {
    async fn find_subscriptions(
        &self,
        cx: &Context,
        input: ErasureOf,
    ) -> Result<SubscriptionsToForget, Failure> {
        let left: Vec<_> = left(cx, &input).await?.iter().map(|it| it.subscription_id).collect();
        let rows = i32::try_from(left.len()).map_err(Failure::park)?;
        Ok(SubscriptionsToForget {
            subscriptions: BoundedVec::new(left).map_err(Failure::park)?,
            rows: Rows::new(rows).map_err(Failure::park)?,
        })
    }

    async fn forget_subscription(&self, cx: &Context, input: SubscriptionToForget) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.subscription(&input.subscription_id).await?;
        let Some(found) = found.filter(|it| !subscription::is_forgotten(it)) else { return Ok(()) };
        let it = subscription::forgotten(&found, cx.now()).map_err(Failure::park)?;
        let ends = (found.status != it.status).then(|| subscription::cancelled(&found, false));
        let write = store::ForgetSubscription {
            status: it.status,
            shipping_address: it.shipping_address,
            updated_at: it.updated_at,
            cancelled: ends,
        };
        store.forget_subscription(&found, write).commit().await.map_err(Failure::from)
    }

    async fn verify_subscriptions(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        match left(cx, &input).await?.len() {
            0 => Ok(()),
            left => Err(Failure::park(format!("{left} subscriptions still have an address"))),
        }
    }
}

/// Subscriptions of a customer that aren't over, or know where they went.
async fn left(cx: &Context, of: &ErasureOf) -> Result<Vec<Stored<Subscription>>, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.subscriptions_of_customer(&of.customer_id, PageRequest::at(cursor.as_deref())).await
    };
    let mut left = every(read).await?;
    left.retain(|it| !subscription::is_forgotten(it));
    Ok(left)
}
