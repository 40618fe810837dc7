//! What reviews does to forget a customer: the reviews stay, without the name.

use commerce_model::types::{ErasureOf, ProductId, ReviewToRedact, ReviewsToRedact, Rows};
use commerce_service::reviews as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::page::every;
use stipule_runtime::wire::BoundedVec;
use stipule_runtime::{Context, Failure, PageRequest};

use crate::Reviews;
use crate::app::review;

impl api::ErasureSteps for Reviews {
    async fn find_reviews(&self, cx: &Context, input: ErasureOf) -> Result<ReviewsToRedact, Failure> {
        let products = named(cx, &input).await?;
        let rows = i32::try_from(products.len()).map_err(Failure::park)?;
        Ok(ReviewsToRedact {
            products: BoundedVec::new(products).map_err(Failure::park)?,
            rows: Rows::new(rows).map_err(Failure::park)?,
        })
    }

    async fn redact_review(&self, cx: &Context, input: ReviewToRedact) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let found = store.product_review(&input.product_id, &input.customer_id).await?;
        let Some(found) = found.filter(|it| !review::is_redacted(it)) else { return Ok(()) };
        let author = review::nobody().map_err(Failure::park)?;
        let write = store::RedactReview { author, updated_at: cx.now().max(found.updated_at) };
        store.redact_review(&found, write).commit().await.map_err(Failure::from)
    }

    async fn verify_reviews(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        match named(cx, &input).await?.len() {
            0 => Ok(()),
            left => Err(Failure::park(format!("{left} reviews still show the name"))),
        }
    }
}

/// Products of the reviews that show the customer's name.
async fn named(cx: &Context, of: &ErasureOf) -> Result<Vec<ProductId>, Failure> {
    let store = &Commerce::of(cx);
    let read = |cursor: Option<String>| async move {
        store.reviews_of_customer(&of.customer_id, PageRequest::at(cursor.as_deref())).await
    };
    let reviews = every(read).await?;
    Ok(reviews.iter().filter(|it| !review::is_redacted(it)).map(|it| it.product_id).collect())
}
