//! The life of a review: `OPEN`, then `APPROVED`, `REJECTED` or `WITHDRAWN`; or one of the first two from the start.

use commerce_model::events::{FraudApproved, FraudFlagged, FraudRejected};
use commerce_model::fraud::{DecideFraudReviewRequest, FraudDecision};
use commerce_model::types::{
    FraudReview, FraudReviewId, FraudReviewStatus, FraudScore, Order, OrderId, StaffId,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault};

use super::score::{Score, Verdict};

/// A decision that the review doesn't allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed {
    /// Why, for a person.
    pub(crate) detail: &'static str,
}

/// A review after a decision, and what the others are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    Approved(FraudReview, FraudApproved),
    Rejected(FraudReview, FraudRejected),
}

/// An order is looked at once: its review has its id.
pub(crate) fn id_of(order: &OrderId) -> FraudReviewId {
    FraudReviewId::new(*order.get())
}

/// Whether a person has to decide.
pub(crate) fn is_open(it: &FraudReview) -> bool {
    it.status == FraudReviewStatus::Open
}

/// What was found out about an order.
///
/// # Errors
/// Never: a score has its limits, and each signal counts once.
pub(crate) fn open(order: &Order, score: &Score, now: DateTime) -> Result<FraudReview, Fault> {
    let status = match score.verdict() {
        Verdict::Pass => FraudReviewStatus::Approved,
        Verdict::Ask => FraudReviewStatus::Open,
        Verdict::Refuse => FraudReviewStatus::Rejected,
    };
    Ok(FraudReview {
        review_id: id_of(&order.order_id),
        order_id: order.order_id,
        customer_id: order.customer_id,
        total: order.total.clone(),
        score: FraudScore::new(score.points)?,
        signals: BoundedVec::new(score.signals.clone())?,
        status,
        decided_by: None,
        note: None,
        opened_at: now,
        updated_at: now,
    })
}

/// What a person decides, if the review still waits for it.
pub(crate) fn decide(
    it: &FraudReview,
    request: DecideFraudReviewRequest,
    by: StaffId,
    now: DateTime,
) -> Result<Decided, NotAllowed> {
    if !is_open(it) {
        return Err(NotAllowed { detail: too_late(it.status) });
    }
    let updated_at = now.max(it.updated_at);
    let decided =
        |status| FraudReview { status, decided_by: Some(by), note: request.note, updated_at, ..it.clone() };
    Ok(match request.decision {
        FraudDecision::Approve => {
            let it = decided(FraudReviewStatus::Approved);
            let event = approved(&it);
            Decided::Approved(it, event)
        }
        FraudDecision::Reject => {
            let it = decided(FraudReviewStatus::Rejected);
            let event = rejected(&it);
            Decided::Rejected(it, event)
        }
    })
}

fn too_late(status: FraudReviewStatus) -> &'static str {
    match status {
        FraudReviewStatus::Withdrawn => "The order came to an end before anybody decided.",
        FraudReviewStatus::Open | FraudReviewStatus::Approved | FraudReviewStatus::Rejected => {
            "The review is decided already."
        }
    }
}

/// What the others are told.
pub(crate) fn approved(it: &FraudReview) -> FraudApproved {
    let FraudReview { review_id, order_id, customer_id, score, .. } = *it;
    FraudApproved { review_id, order_id, customer_id, score }
}

/// What the others are told.
pub(crate) fn rejected(it: &FraudReview) -> FraudRejected {
    let FraudReview { review_id, order_id, customer_id, score, .. } = *it;
    FraudRejected { review_id, order_id, customer_id, score }
}

/// What the others are told.
pub(crate) fn flagged(it: &FraudReview) -> FraudFlagged {
    let FraudReview { review_id, order_id, customer_id, score, .. } = *it;
    FraudFlagged { review_id, order_id, customer_id, score, signals: it.signals.clone() }
}

/// Who asks, as far as a name of staff can say it.
///
/// # Errors
/// Never: what a name can't hold is left out.
pub(crate) fn staff(subject: &str) -> Result<StaffId, Fault> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "|_.@-".contains(letter);
    let name: String =
        subject.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(64).collect();
    StaffId::new(if name.is_empty() { "nobody" } else { &name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{noon, order};
    use crate::app::score::score;

    fn review(cents: i64) -> FraudReview {
        let others: [Box<Order>; 0] = [];
        let order = order(1, cents);
        open(&order, &score(&order, &others), noon()).unwrap()
    }

    fn request(decision: FraudDecision) -> DecideFraudReviewRequest {
        DecideFraudReviewRequest { decision, note: None }
    }

    #[test]
    fn only_what_a_person_has_to_decide_is_open() {
        assert_eq!(review(3700).status, FraudReviewStatus::Approved);
        assert_eq!(review(150_000).status, FraudReviewStatus::Open);
        assert_eq!(review(3700).review_id, id_of(&order(1, 3700).order_id));
    }

    #[test]
    fn a_review_is_decided_once() {
        let by = staff("staff|grace").unwrap();
        for (decision, status) in [
            (FraudDecision::Approve, FraudReviewStatus::Approved),
            (FraudDecision::Reject, FraudReviewStatus::Rejected),
        ] {
            let decided = decide(&review(150_000), request(decision), by.clone(), noon()).unwrap();
            let (Decided::Approved(it, _) | Decided::Rejected(it, _)) = decided;
            assert_eq!((it.status, it.decided_by.as_ref()), (status, Some(&by)));
            assert!(decide(&it, request(FraudDecision::Approve), by.clone(), noon()).is_err());
            assert!(status.next().is_empty());
        }
    }
}
