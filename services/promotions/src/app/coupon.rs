//! Coupons: codes of a promotion, and what they are good for.

use std::collections::BTreeSet;

use commerce_model::promotions::NewCoupon;
use commerce_model::types::{
    Coupon, CouponCode, CouponRefusal, Money, Promotion, PromotionStatus, Redemptions,
};
use stipule_runtime::wire::{BoundedVec, DateTime};

use super::discount;

/// The coupons of a new promotion, or the code that is named twice.
pub(crate) fn issue(
    promotion: &Promotion,
    wanted: &[NewCoupon],
    now: DateTime,
) -> Result<BoundedVec<Coupon, 0, 20>, CouponCode> {
    let mut codes = BTreeSet::new();
    let mut coupons = Vec::with_capacity(wanted.len());
    for it in wanted {
        if !codes.insert(it.code.as_str()) {
            return Err(it.code.clone());
        }
        let uses = |number: i64| {
            let uses = i32::try_from(number).ok().and_then(|number| Redemptions::new(number).ok());
            uses.expect("a limit is a number of uses")
        };
        coupons.push(Coupon {
            code: it.code.clone(),
            promotion_id: promotion.promotion_id,
            limit: uses(it.limit.get()),
            redeemed: uses(0),
            remaining: uses(it.limit.get()),
            created_at: now,
        });
    }
    Ok(BoundedVec::new(coupons).expect("as many as the request may have"))
}

/// What is said of a code that can't be had.
pub(crate) fn taken(code: &CouponCode) -> String {
    format!("The code {code} is taken.")
}

/// What a coupon saves of a total, or why it doesn't count.
pub(crate) fn judge(
    coupon: &Coupon,
    promotion: &Promotion,
    total: &Money,
    redeemed: bool,
    now: DateTime,
) -> Result<i64, CouponRefusal> {
    match promotion.status {
        PromotionStatus::Paused => return Err(CouponRefusal::Paused),
        PromotionStatus::Expired => return Err(CouponRefusal::Over),
        PromotionStatus::Scheduled | PromotionStatus::Active if now >= promotion.ends_at => {
            return Err(CouponRefusal::Over);
        }
        PromotionStatus::Scheduled | PromotionStatus::Active if now < promotion.starts_at => {
            return Err(CouponRefusal::NotBegun);
        }
        // Its time has come, and the alarm is about to ring.
        PromotionStatus::Scheduled | PromotionStatus::Active => {}
    }
    if redeemed {
        return Err(CouponRefusal::Redeemed);
    }
    if coupon.remaining.get() < 1 {
        return Err(CouponRefusal::UsedUp);
    }
    if let Some(least) = &promotion.minimum_total {
        if least.currency != total.currency {
            return Err(CouponRefusal::OtherCurrency);
        }
        if total.amount.get() < least.amount.get() {
            return Err(CouponRefusal::Minimum);
        }
    }
    discount::saves(&promotion.discount, total).ok_or(CouponRefusal::OtherCurrency)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{later, money, noon, promotion};
    use stipule_runtime::wire::Ranged;

    fn new(code: &str, limit: i64) -> NewCoupon {
        NewCoupon { code: CouponCode::new(code).unwrap(), limit: Ranged::new(limit).unwrap() }
    }

    fn coupon() -> Coupon {
        issue(&promotion(), &[new("SPRING26", 1)], noon()).unwrap()[0].clone()
    }

    fn judged(promotion: &Promotion, total: i64) -> Result<i64, CouponRefusal> {
        judge(&coupon(), promotion, &money(total, "CAD"), false, noon())
    }

    #[test]
    fn a_code_is_issued_once() {
        let twice = [new("SPRING26", 1), new("OTHER", 2), new("SPRING26", 3)];
        assert_eq!(issue(&promotion(), &twice, noon()).unwrap_err(), CouponCode::new("SPRING26").unwrap());
        let it = coupon();
        assert_eq!((it.limit.get(), it.redeemed.get(), it.remaining.get()), (1, 0, 1));
    }

    #[test]
    fn a_coupon_counts_within_its_promotion_s_time() {
        let active = Promotion { status: PromotionStatus::Active, ..promotion() };
        assert_eq!(judged(&active, 3700), Ok(555));
        assert_eq!(
            judged(&Promotion { starts_at: later(), ..active.clone() }, 3700),
            Err(CouponRefusal::NotBegun)
        );
        assert_eq!(judged(&Promotion { ends_at: noon(), ..active.clone() }, 3700), Err(CouponRefusal::Over));
        for (status, why) in [
            (PromotionStatus::Paused, CouponRefusal::Paused),
            (PromotionStatus::Expired, CouponRefusal::Over),
        ] {
            assert_eq!(judged(&Promotion { status, ..active.clone() }, 3700), Err(why));
        }
    }

    #[test]
    fn terms_and_uses_are_minded() {
        let active = Promotion { status: PromotionStatus::Active, ..promotion() };
        let dear = Promotion { minimum_total: Some(money(5000, "CAD")), ..active.clone() };
        assert_eq!(judged(&dear, 4999), Err(CouponRefusal::Minimum));
        assert_eq!(judged(&dear, 5000), Ok(750));
        let euro = Promotion { minimum_total: Some(money(1, "EUR")), ..active.clone() };
        assert_eq!(judged(&euro, 5000), Err(CouponRefusal::OtherCurrency));
        let total = money(3700, "CAD");
        assert_eq!(judge(&coupon(), &active, &total, true, noon()), Err(CouponRefusal::Redeemed));
        let gone = Coupon { remaining: Redemptions::new(0).unwrap(), ..coupon() };
        assert_eq!(judge(&gone, &active, &total, false, noon()), Err(CouponRefusal::UsedUp));
    }
}
