//! A checkout that waits for a decision hears of it by the decision's event: of each, and of none that wasn't written.

use commerce_model::open::events::{FraudApproved, FraudRejected, OrderCancelRequested};
use commerce_model::types::{FraudReview, FraudReviewId};
use commerce_service::fraud as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure, Received, Stored};

use crate::Fraud;
use crate::app::review;

impl api::FraudEvents for Fraud {
    async fn on_fraud_approved(&self, cx: &Context, event: Received<FraudApproved>) -> Result<(), Failure> {
        match waiting(cx, &event.review_id).await? {
            Some((token, _)) => token.succeed(cx, &()).await.map(drop).map_err(Failure::from),
            None => Ok(()),
        }
    }

    async fn on_fraud_rejected(&self, cx: &Context, event: Received<FraudRejected>) -> Result<(), Failure> {
        match waiting(cx, &event.review_id).await? {
            Some((token, _)) => {
                let refused =
                    api::CheckoutAwaitDecisionError::FraudSuspected("a person decided so".to_owned());
                token.fail(cx, refused).await.map(drop).map_err(Failure::from)
            }
            None => Ok(()),
        }
    }

    async fn on_order_cancel_requested(
        &self,
        cx: &Context,
        event: Received<OrderCancelRequested>,
    ) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let id = review::id_of(&event.order_id);
        let open = store.fraud_review(&id).await?.filter(|it| review::is_open(it));
        // Where nobody waits yet, the next step finds the order cancelled by itself.
        let (Some(_), Some(callback)) = (open, store.fraud_callback(&id).await?) else { return Ok(()) };
        let over = api::CheckoutAwaitDecisionError::OrderOver("the order is cancelled".to_owned());
        let token = api::CheckoutAwaitDecisionToken::new(callback.token.as_str());
        token.fail(cx, over).await.map(drop).map_err(Failure::from)
    }
}

type Waiting = (api::CheckoutAwaitDecisionToken, Stored<FraudReview>);

/// The checkout that waits for a person's decision; `None` if the score alone decided.
async fn waiting(cx: &Context, id: &FraudReviewId) -> Result<Option<Waiting>, Failure> {
    let store = Commerce::of(cx);
    let review = store.fraud_review(id).await?.ok_or_else(|| Failure::park("there is no such review"))?;
    if review.decided_by.is_none() {
        return Ok(None);
    }
    // Somebody was faster than the checkout, which is about to come.
    let callback = store.fraud_callback(id).await?;
    let callback = callback.ok_or_else(|| Failure::retry("the checkout doesn't wait yet"))?;
    Ok(Some((api::CheckoutAwaitDecisionToken::new(callback.token.as_str()), review)))
}
