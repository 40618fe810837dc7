//! The life of a review: `PENDING`, then `PUBLISHED` or `REFUSED`.

use commerce_model::events::{ReviewModerated, ReviewSubmitted};
use commerce_model::reviews::SubmitReviewRequest;
use commerce_model::types::{ProductId, ProductReview, RatingSummary, ReviewAuthor, ReviewId, ReviewStatus};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

/// Stands where a name stood.
const NOBODY: &str = "erased";

/// What others shall not see: addresses of pages and of mailboxes.
const MARKS: [&str; 4] = ["http:", "https:", "www.", "@"];

/// Digits in a row that are a telephone number rather than a size.
const MOST_DIGITS: usize = 7;

/// A review that nobody has looked through.
pub(crate) fn submit(
    product_id: ProductId,
    review_id: ReviewId,
    request: SubmitReviewRequest,
    now: DateTime,
) -> ProductReview {
    ProductReview {
        product_id,
        customer_id: request.customer_id,
        review_id,
        rating: request.rating,
        title: request.title,
        text: request.text,
        author: request.author,
        status: ReviewStatus::Pending,
        submitted_at: now,
        updated_at: now,
    }
}

/// The review, looked through: one that sends its readers elsewhere is refused.
pub(crate) fn moderate(it: &ProductReview, now: DateTime) -> ProductReview {
    let text = it.text.as_ref().map_or("", |text| text.as_str());
    let all = format!("{} {text} {}", it.title.as_str(), it.author.get().as_str()).to_lowercase();
    let refused = MARKS.iter().any(|mark| all.contains(mark)) || has_number(&all);
    let status = if refused { ReviewStatus::Refused } else { ReviewStatus::Published };
    ProductReview { status, updated_at: now.max(it.updated_at), ..it.clone() }
}

/// Whether there is a telephone number: many digits with nothing but signs between them.
fn has_number(text: &str) -> bool {
    let mut digits = 0;
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            digits += 1;
        } else if !matches!(letter, ' ' | '-' | '.' | '/' | '(' | ')') {
            digits = 0;
        }
        if digits > MOST_DIGITS {
            return true;
        }
    }
    false
}

/// A product that nobody has rated.
pub(crate) fn unrated(product_id: ProductId) -> RatingSummary {
    let none = "none is the smallest number";
    RatingSummary { product_id, reviews: Ranged::new(0).expect(none), stars: Ranged::new(0).expect(none) }
}

/// What the others are told.
pub(crate) fn submitted(it: &ProductReview) -> ReviewSubmitted {
    let ProductReview { review_id, product_id, customer_id, rating, .. } = *it;
    ReviewSubmitted { review_id, product_id, customer_id, rating }
}

/// What the others are told.
pub(crate) fn moderated(it: &ProductReview) -> ReviewModerated {
    let ProductReview { review_id, product_id, customer_id, rating, status, .. } = *it;
    ReviewModerated { review_id, product_id, customer_id, rating, status }
}

/// What stands where a name stood.
///
/// # Errors
/// Never: it is short.
pub(crate) fn nobody() -> Result<ReviewAuthor, Fault> {
    ReviewAuthor::new(NOBODY)
}

/// Whether the name is off the review.
pub(crate) fn is_redacted(it: &ProductReview) -> bool {
    it.author.get().as_str() == NOBODY
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn judged(title: &str, text: &str) -> ReviewStatus {
        let id = "018f3a52-0000-7000-8000-0000000000b0";
        let request = format!(
            r#"{{"customerId": "{id}", "rating": 5, "title": "{title}", "text": "{text}", "author": "Ada M."}}"#
        );
        let request = from_slice(request.as_bytes(), Posture::Closed).unwrap();
        let it = submit(id.parse().unwrap(), id.parse().unwrap(), request, DateTime::UNIX_EPOCH);
        assert_eq!(it.status, ReviewStatus::Pending);
        moderate(&it, DateTime::UNIX_EPOCH).status
    }

    #[test]
    fn an_opinion_is_published() {
        assert_eq!(
            judged("Holds a third of a litre", "It is 30 cl, and blue. 10/10."),
            ReviewStatus::Published
        );
    }

    #[test]
    fn what_sends_readers_elsewhere_is_refused() {
        for text in
            ["see https://cheap.example", "WWW.cheap.example", "ask ada@example.com", "call (514) 555-0119"]
        {
            assert_eq!(judged("Nice", text), ReviewStatus::Refused, "{text}");
        }
        assert_eq!(judged("www.cheap.example", "nice"), ReviewStatus::Refused);
    }

    #[test]
    fn a_redacted_review_says_so() {
        assert_eq!(nobody().unwrap().get().as_str(), NOBODY);
    }
}
