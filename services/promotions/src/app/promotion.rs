//! The life of a promotion.
//!
//! ```text
//! SCHEDULED ─▶ ACTIVE ─▶ EXPIRED      by themselves, when their time comes
//!              ACTIVE ⇄ PAUSED        by hand
//! SCHEDULED, ACTIVE, PAUSED ─▶ EXPIRED  by hand, before the time
//! ```

use std::time::Duration;

use commerce_model::events::{PromotionActivated, PromotionExpired};
use commerce_model::promotions::{ChangePromotionRequest, CreatePromotionRequest};
use commerce_model::types::{Promotion, PromotionId, PromotionStatus};
use stipule_runtime::wire::DateTime;

use super::discount;

/// Longest time from the making of a promotion to its end: an alarm is set for no longer.
const LONGEST: Duration = Duration::from_hours(364 * 24);

/// Where a promotion may go by hand.
pub(crate) const fn by_hand(from: PromotionStatus) -> &'static [PromotionStatus] {
    use PromotionStatus::{Active, Expired, Paused, Scheduled};
    match from {
        Scheduled => &[Expired],
        Active => &[Paused, Expired],
        Paused => &[Active, Expired],
        Expired => &[],
    }
}

/// How a promotion changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Its terms.
    Terms(Promotion),
    /// It counts again.
    Resumed(Promotion),
    /// It doesn't count for a while.
    Paused(Promotion),
    /// It is over.
    Ended(Promotion),
}

impl Change {
    /// The promotion afterwards.
    pub(crate) fn promotion(&self) -> &Promotion {
        match self {
            Change::Terms(it) | Change::Resumed(it) | Change::Paused(it) | Change::Ended(it) => it,
        }
    }
}

/// A promotion that has yet to begin.
pub(crate) fn schedule(request: &CreatePromotionRequest, id: PromotionId, now: DateTime) -> Promotion {
    Promotion {
        promotion_id: id,
        name: request.name.clone(),
        discount: request.discount.clone(),
        minimum_total: request.minimum_total.clone(),
        coupon_only: request.coupon_only,
        status: PromotionStatus::Scheduled,
        starts_at: request.starts_at,
        ends_at: request.ends_at,
        due_at: request.starts_at,
        created_at: now,
        updated_at: now,
    }
}

/// Whether the terms fit together, with so many coupons.
pub(crate) fn check(it: &Promotion, coupons: usize) -> Result<(), &'static str> {
    terms(it)?;
    match (it.coupon_only, coupons) {
        (true, 0) => Err("A promotion that takes a coupon needs one."),
        (false, 1..) => Err("A promotion that every order gets has no coupons."),
        _ => Ok(()),
    }
}

fn terms(it: &Promotion) -> Result<(), &'static str> {
    if !discount::is_complete(&it.discount) {
        return Err(
            "The discount needs what its kind says, and nothing else: `percent`, `amount`, or neither.",
        );
    }
    if it.ends_at <= it.starts_at {
        return Err("The promotion ends before it begins.");
    }
    match it.created_at.checked_add(LONGEST) {
        Some(latest) if it.ends_at <= latest => Ok(()),
        _ => Err("The promotion ends more than 364 days after it was made."),
    }
}

/// What a request changes, or why it can't.
pub(crate) fn change(
    it: &Promotion,
    request: ChangePromotionRequest,
    now: DateTime,
) -> Result<Change, &'static str> {
    let ChangePromotionRequest { name, discount, ends_at, status } = request;
    let updated_at = now.max(it.updated_at);
    let Some(status) = status else {
        let ends_at = ends_at.unwrap_or(it.ends_at);
        let changed = Promotion {
            name: name.unwrap_or_else(|| it.name.clone()),
            discount: discount.unwrap_or_else(|| it.discount.clone()),
            ends_at,
            due_at: if it.status == PromotionStatus::Scheduled { it.due_at } else { ends_at },
            updated_at,
            ..it.clone()
        };
        if it.status == PromotionStatus::Expired {
            return Err("The promotion is over.");
        }
        terms(&changed)?;
        return Ok(Change::Terms(changed));
    };
    if name.is_some() || discount.is_some() || ends_at.is_some() {
        return Err("The status changes by itself or the terms change, not both in one call.");
    }
    if !by_hand(it.status).contains(&status) {
        return Err("The promotion can't go there from where it stands.");
    }
    let changed = Promotion { status, updated_at, ..it.clone() };
    match status {
        PromotionStatus::Active if now >= it.ends_at => Err("The promotion's time is over."),
        PromotionStatus::Active => Ok(Change::Resumed(Promotion { due_at: it.ends_at, ..changed })),
        PromotionStatus::Paused => Ok(Change::Paused(changed)),
        PromotionStatus::Expired => Ok(Change::Ended(changed)),
        PromotionStatus::Scheduled => Err("Nothing is scheduled a second time."),
    }
}

/// The promotion, begun; `None` if nothing is due.
pub(crate) fn begin(it: &Promotion, now: DateTime) -> Option<Promotion> {
    let due = it.status == PromotionStatus::Scheduled && now >= it.starts_at && now < it.ends_at;
    due.then(|| Promotion {
        status: PromotionStatus::Active,
        due_at: it.ends_at,
        updated_at: now.max(it.updated_at),
        ..it.clone()
    })
}

/// The promotion, over; `None` if nothing is due: it was ended by hand, or its end was moved.
pub(crate) fn end(it: &Promotion, now: DateTime) -> Option<Promotion> {
    let due = it.status != PromotionStatus::Expired && now >= it.ends_at;
    due.then(|| Promotion {
        status: PromotionStatus::Expired,
        updated_at: now.max(it.updated_at),
        ..it.clone()
    })
}

/// What the others are told.
pub(crate) fn activated(it: &Promotion) -> PromotionActivated {
    PromotionActivated {
        promotion_id: it.promotion_id,
        discount: it.discount.clone(),
        coupon_only: it.coupon_only,
        ends_at: it.ends_at,
    }
}

/// What the others are told.
pub(crate) fn expired(it: &Promotion) -> PromotionExpired {
    PromotionExpired { promotion_id: it.promotion_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{later, noon, percent, promotion};
    use commerce_model::types::Discount;

    fn status(status: PromotionStatus) -> ChangePromotionRequest {
        ChangePromotionRequest { name: None, discount: None, ends_at: None, status: Some(status) }
    }

    #[test]
    fn a_promotion_begins_and_ends_by_itself_when_its_time_comes() {
        let it = promotion();
        let active = begin(&it, noon()).unwrap();
        assert_eq!((active.status, active.due_at), (PromotionStatus::Active, it.ends_at));
        assert_eq!(begin(&active, noon()), None, "it begins once");
        assert_eq!(begin(&Promotion { starts_at: later(), ..it.clone() }, noon()), None);
        assert_eq!(end(&active, noon()), None);
        assert_eq!(end(&active, it.ends_at).unwrap().status, PromotionStatus::Expired);
        let moved = Promotion { ends_at: it.ends_at.checked_add(Duration::from_secs(1)).unwrap(), ..active };
        assert_eq!(end(&moved, it.ends_at), None, "its end was moved");
    }

    #[test]
    fn by_hand_it_goes_where_it_may_and_nowhere_else() {
        use PromotionStatus::{Active, Expired, Paused, Scheduled};
        for from in [Scheduled, Active, Paused, Expired] {
            let it = Promotion { status: from, ..promotion() };
            for to in [Scheduled, Active, Paused, Expired] {
                let changed = change(&it, status(to), noon());
                assert_eq!(changed.is_ok(), by_hand(from).contains(&to), "{from:?} to {to:?}");
                assert!(changed.is_err() || changed.unwrap().promotion().status == to);
            }
        }
    }

    #[test]
    fn terms_fit_together() {
        let it = promotion();
        assert_eq!(check(&it, 1), Ok(()));
        assert!(check(&it, 0).is_err(), "it takes a coupon");
        assert!(check(&Promotion { coupon_only: false, ..it.clone() }, 1).is_err());
        assert!(check(&Promotion { ends_at: it.starts_at, ..it.clone() }, 1).is_err());
        let long = it.created_at.checked_add(LONGEST).and_then(|it| it.checked_add(Duration::from_secs(1)));
        assert!(check(&Promotion { ends_at: long.unwrap(), ..it.clone() }, 1).is_err());
        let half = Discount { percent: None, ..percent(5) };
        assert!(check(&Promotion { discount: half, ..it }, 1).is_err());
    }

    #[test]
    fn terms_and_status_do_not_change_together_nor_after_the_end() {
        let both = ChangePromotionRequest { discount: Some(percent(5)), ..status(PromotionStatus::Expired) };
        assert!(change(&promotion(), both, noon()).is_err());
        let terms = ChangePromotionRequest {
            discount: Some(percent(5)),
            status: None,
            ..status(PromotionStatus::Active)
        };
        let over = Promotion { status: PromotionStatus::Expired, ..promotion() };
        assert!(change(&over, terms.clone(), noon()).is_err());
        assert_eq!(change(&promotion(), terms, noon()).unwrap().promotion().discount, percent(5));
    }
}
