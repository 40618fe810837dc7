//! Fraud: whether an order is honest. Rules decide most; the rest waits for a person.

mod app;
mod events;
mod steps;

use commerce_model::fraud::FraudReviewPage;
use commerce_model::types::{Cursor, FraudReview, PageSize};
use commerce_service::fraud as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::review::{self, Decided};

/// The fraud service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fraud;

const NO_REVIEW: &str = "There is no such review.";

impl api::Fraud for Fraud {
    async fn list_fraud_reviews(
        &self,
        cx: &Context,
        input: api::ListFraudReviews,
    ) -> Result<api::ListFraudReviewsOk, api::ListFraudReviewsError> {
        let store = Commerce::of(cx);
        let page = page(input.cursor.as_ref(), input.limit);
        let found = match &input.order_id {
            Some(order) => store.fraud_reviews_of_order(order, page).await?,
            None => store.fraud_reviews_open(page).await?,
        };
        let found = found.map(Stored::into_value);
        Ok(api::ListFraudReviewsOk::Ok(FraudReviewPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn decide_fraud_review(
        &self,
        cx: &Context,
        input: api::DecideFraudReview,
    ) -> Result<api::DecideFraudReviewOk, api::DecideFraudReviewError> {
        let store = Commerce::of(cx);
        let found = store.fraud_review(&input.review_id).await?;
        let found = found.ok_or_else(|| api::DecideFraudReviewError::not_found(NO_REVIEW))?;
        let by = review::staff(&cx.principal().subject).map_err(Failed::internal)?;
        let decided = review::decide(&found, input.body, by, cx.now())
            .map_err(|refused| not_allowed(&found, refused.detail))?;
        match decided {
            Decided::Approved(it, fraud_approved) => {
                let FraudReview { status, decided_by, note, updated_at, .. } = it.clone();
                let write =
                    store::ApproveFlaggedOrder { status, decided_by, note, updated_at, fraud_approved };
                let written = store.approve_flagged_order(&found, write);
                written.answer(api::DecideFraudReviewOk::Ok(it)).await.map_err(|error| match error {
                    store::ApproveFlaggedOrderError::Conflict => StoreFailure::Busy.into(),
                    store::ApproveFlaggedOrderError::Failed(failure) => failure.into(),
                })
            }
            Decided::Rejected(it, fraud_rejected) => {
                let FraudReview { status, decided_by, note, updated_at, .. } = it.clone();
                let write =
                    store::RejectFlaggedOrder { status, decided_by, note, updated_at, fraud_rejected };
                let written = store.reject_flagged_order(&found, write);
                written.answer(api::DecideFraudReviewOk::Ok(it)).await.map_err(|error| match error {
                    store::RejectFlaggedOrderError::Conflict => StoreFailure::Busy.into(),
                    store::RejectFlaggedOrderError::Failed(failure) => failure.into(),
                })
            }
        }
    }
}

fn not_allowed(it: &FraudReview, detail: &'static str) -> api::DecideFraudReviewError {
    match UniqueVec::new(it.status.next().to_vec()) {
        Ok(allowed) => api::DecideFraudReviewError::conflict(detail, it.status, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
