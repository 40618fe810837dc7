//! What a customer does beside buying: looks for something, and says what she thinks of it.

use std::time::{Duration, Instant};

use commerce::refused::Doing;
use commerce_model::open::search::SearchHit;
use commerce_model::reviews::SubmitReviewRequest;
use commerce_model::types::{CustomerId, ProductId, Rating, ReviewAuthor, ReviewText, ReviewTitle, Words};
use commerce_sdk::Commerce;

use super::fault::DemoError;

/// How long what was written may take to be seen.
const PATIENCE: Duration = Duration::from_secs(10);

/// Wait between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// What some words find first, and the words that were looked for if some were mistyped.
pub(crate) async fn look_for(shop: &Commerce, words: &str) -> Result<(SearchHit, Option<String>), DemoError> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let found = shop.search().products(Words::new(words)?).send().await.doing("searching")?;
        let taken = found.taken.as_ref().map(|words| words.as_str().to_owned());
        if let Some(first) = found.items.into_iter().next() {
            return Ok((first, taken));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(stuck("product that the words find"))
}

/// Reviews a product, and waits until others see it; the number of reviews and of stars then.
pub(crate) async fn review(
    shop: &Commerce,
    customer_id: CustomerId,
    product: ProductId,
) -> Result<(i64, i64), DemoError> {
    let review = SubmitReviewRequest {
        customer_id,
        rating: Rating::new(5)?,
        title: ReviewTitle::new("Holds a third of a litre")?,
        text: Some(ReviewText::new("It does what it says, and it is blue.")?),
        author: ReviewAuthor::new("Ada M.")?,
    };
    shop.reviews().submit(product, review).send().await.doing("submitting a review")?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let seen = shop.reviews().list(product).send().await.doing("listing reviews")?;
        if !seen.items.is_empty() {
            return Ok((seen.summary.reviews.get(), seen.summary.stars.get()));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(stuck("review that others see"))
}

fn stuck(missing: &str) -> DemoError {
    DemoError::Stuck { seconds: PATIENCE.as_secs(), missing: missing.to_owned() }
}
