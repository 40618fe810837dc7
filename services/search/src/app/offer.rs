//! Promotions that count right now, as they are shown beside what is found.

use commerce_model::open::events::PromotionActivated;
use commerce_model::open::types as open;
use commerce_model::types::{Discount, DiscountKind, RunningOffer};
use stipule_runtime::wire::DateTime;

/// What is shown of a promotion that has begun; `None` for a kind of discount that came after this was written.
pub(crate) fn of(event: &PromotionActivated) -> Option<RunningOffer> {
    let open::Discount { kind, percent, amount } = &event.discount;
    let kind = match kind {
        open::DiscountKind::Percent => DiscountKind::Percent,
        open::DiscountKind::Amount => DiscountKind::Amount,
        open::DiscountKind::Shipping => DiscountKind::Shipping,
        _ => return None,
    };
    Some(RunningOffer {
        promotion_id: event.promotion_id,
        discount: Discount { kind, percent: *percent, amount: amount.clone() },
        coupon_only: event.coupon_only,
        ends_at: event.ends_at,
    })
}

/// Whether it is still shown: the news of its end may be on their way.
pub(crate) fn counts(it: &RunningOffer, now: DateTime) -> bool {
    now < it.ends_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn event(kind: &str) -> PromotionActivated {
        let json = format!(
            r#"{{"promotionId": "018f3a52-0000-7000-8000-0000000000a0", "discount": {{"kind": "{kind}", "percent": 15}},
            "couponOnly": false, "endsAt": "2026-04-03T05:00:00Z"}}"#
        );
        from_slice(json.as_bytes(), Posture::Open).unwrap()
    }

    #[test]
    fn an_offer_is_shown_until_its_end() {
        let it = of(&event("PERCENT")).unwrap();
        assert!(counts(&it, "2026-04-03T04:59:59Z".parse().unwrap()));
        assert!(!counts(&it, it.ends_at));
    }

    #[test]
    fn a_discount_of_a_kind_that_nobody_knows_is_not_shown() {
        assert_eq!(of(&event("EVERY_TENTH")), None);
    }
}
