//! Reviews are looked through as soon as they are submitted.

use commerce_model::open::events::{CatalogProductPublished, ReviewSubmitted};
use commerce_model::types::ReviewStatus;
use commerce_service::reviews as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, Received};

use crate::Reviews;
use crate::app::review;

impl api::ReviewsEvents for Reviews {
    async fn on_catalog_product_published(
        &self,
        cx: &Context,
        event: Received<CatalogProductPublished>,
    ) -> Result<(), Failure> {
        let write = store::OpenRatings { rating_summary: review::unrated(event.product_id) };
        match Commerce::of(cx).open_ratings(write).commit().await {
            // It was published once before.
            Err(store::OpenRatingsError::RatingSummaryExists) => Ok(()),
            done => done.map_err(Failure::from),
        }
    }

    async fn on_review_submitted(
        &self,
        cx: &Context,
        event: Received<ReviewSubmitted>,
    ) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.product_review(&event.product_id, &event.customer_id).await?;
        let Some(found) = found.filter(|it| it.status == ReviewStatus::Pending) else { return Ok(()) };
        let it = review::moderate(&found, cx.now());
        let (status, updated_at, review_moderated) = (it.status, it.updated_at, review::moderated(&it));
        match status {
            ReviewStatus::Published => {
                let write = store::PublishReview {
                    status,
                    updated_at,
                    product_id: it.product_id,
                    count: 1,
                    rating: i64::from(it.rating.get()),
                    review_moderated,
                };
                store.publish_review(&found, write).commit().await.map_err(Failure::from)
            }
            ReviewStatus::Refused | ReviewStatus::Pending => {
                let write = store::RefuseReview { status, updated_at, review_moderated };
                store.refuse_review(&found, write).commit().await.map_err(Failure::from)
            }
        }
    }
}
