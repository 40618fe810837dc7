//! Reviews: what customers think of products, and who may see it.

mod app;
mod erasure;
mod events;

use commerce_model::reviews::ReviewPage;
use commerce_model::types::{Cursor, PageSize, ReviewId};
use commerce_service::reviews as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failed, PageRequest, Stored};

use app::review;

/// The reviews service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reviews;

const NO_PRODUCT: &str = "No such product was ever on sale.";
const NO_CUSTOMER: &str = "There is no such customer.";
const TWICE: &str = "The customer has reviewed the product before.";

impl api::Reviews for Reviews {
    async fn list_reviews(
        &self,
        cx: &Context,
        input: api::ListReviews,
    ) -> Result<api::ListReviewsOk, api::ListReviewsError> {
        let store = Commerce::of(cx);
        let page = page(input.cursor.as_ref(), input.limit);
        let found = store.reviews_of_product(&input.product_id, page).await?.map(Stored::into_value);
        // Afterwards: so that everything that is shown is counted.
        let summary = store.rating_summary(&input.product_id).await?;
        let summary = summary.ok_or_else(|| api::ListReviewsError::not_found(NO_PRODUCT))?;
        Ok(api::ListReviewsOk::Ok(ReviewPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            summary,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn submit_review(
        &self,
        cx: &Context,
        input: api::SubmitReview,
    ) -> Result<api::SubmitReviewOk, api::SubmitReviewError> {
        let store = Commerce::of(cx);
        let not_found = api::SubmitReviewError::not_found;
        if store.rating_summary(&input.product_id).await?.is_none() {
            return Err(not_found(NO_PRODUCT));
        }
        if store.customer(&input.body.customer_id).await?.is_none() {
            return Err(not_found(NO_CUSTOMER));
        }
        let it = review::submit(input.product_id, ReviewId::new(cx.new_id()), input.body, cx.now());
        let write =
            store::SubmitReview { product_review: it.clone(), review_submitted: review::submitted(&it) };
        let written = store.submit_review(write).answer(api::SubmitReviewOk::Created(it));
        written.await.map_err(|error| match error {
            store::SubmitReviewError::ReviewedAlready => api::SubmitReviewError::conflict(TWICE),
            store::SubmitReviewError::Failed(failure) => failure.into(),
        })
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
