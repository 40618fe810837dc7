//! What fraud does for a checkout.

use commerce_model::types::{FraudCallback, FraudOutcome, FraudReviewStatus, OrderOf, ReviewOf, ScoredOrder};
use commerce_service::fraud as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::Text;
use stipule_runtime::{Context, Failure, PageRequest};

use crate::Fraud;
use crate::app::review;
use crate::app::score::{self, Verdict};

type Scored = Result<ScoredOrder, api::CheckoutScoreOrderError>;

impl api::CheckoutSteps for Fraud {
    async fn score_order(&self, cx: &Context, input: OrderOf) -> Scored {
        let store = Commerce::of(cx);
        let order = store.order(&input.order_id).await?;
        let order = order.ok_or_else(|| Failure::park("there is no such order"))?;
        let others = store.orders_of_customer(&order.customer_id, PageRequest::first()).await?.items;
        let score = score::score(&order, &others);
        let it = review::open(&order, &score, cx.now()).map_err(Failure::park)?;
        let scored = |outcome| ScoredOrder { outcome, review_id: it.review_id };
        match score.verdict() {
            Verdict::Pass => {
                let write =
                    store::PassOrder { fraud_approved: review::approved(&it), fraud_review: it.clone() };
                let written = store.pass_order(write).give(scored(FraudOutcome::Passed)).await;
                Ok(written.map_err(Failure::from)?)
            }
            Verdict::Ask => {
                let write =
                    store::FlagOrder { fraud_flagged: review::flagged(&it), fraud_review: it.clone() };
                let written = store.flag_order(write).give(scored(FraudOutcome::Flagged)).await;
                Ok(written.map_err(Failure::from)?)
            }
            Verdict::Refuse => {
                let write = store::BlockOrder { fraud_rejected: review::rejected(&it), fraud_review: it };
                let refused = api::CheckoutScoreOrderError::FraudSuspected("by its score".to_owned());
                Err(store.block_order(write).refuse(refused).await.map_err(Failure::from)?)
            }
        }
    }

    async fn withdraw_review(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.fraud_review(&review::id_of(&input.order_id)).await?;
        let Some(found) = found.filter(|it| review::is_open(it)) else { return Ok(()) };
        let write = store::WithdrawFraudReview {
            status: FraudReviewStatus::Withdrawn,
            updated_at: cx.now().max(found.updated_at),
        };
        store.withdraw_fraud_review(&found, write).commit().await.map_err(Failure::from)
    }

    async fn await_decision(
        &self,
        cx: &Context,
        input: ReviewOf,
        token: api::CheckoutAwaitDecisionToken,
    ) -> Result<(), api::CheckoutAwaitDecisionError> {
        let store = Commerce::of(cx);
        let order = store.order(&input.order_id).await?;
        if order.is_none_or(|order| !score::is_under_way(order.status)) {
            return Err(api::CheckoutAwaitDecisionError::OrderOver("the order is cancelled".to_owned()));
        }
        let fraud_callback = FraudCallback {
            review_id: input.review_id,
            token: Text::new(token.as_str()).map_err(Failure::park)?,
        };
        // In place of the token of an earlier try: nobody waits for that any more.
        let write = store::AwaitFraudDecision { fraud_callback };
        Ok(store.await_fraud_decision(write).commit().await.map_err(Failure::from)?)
    }
}
