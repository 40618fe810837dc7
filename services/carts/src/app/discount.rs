//! What a cart saves, and which line of it how much: to the cent.

use std::cmp::Reverse;

use commerce_model::types::{
    CartCoupon, Coupon, CouponCode, DiscountKind, Money, Promotion, PromotionId, PromotionStatus,
};
use stipule_runtime::wire::DateTime;

use super::money;
use super::pricing::Priced;

/// What a cart may save by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offers {
    /// Its coupon and the promotion that the coupon belongs to.
    pub(crate) coupon: Option<(Coupon, Promotion)>,
    /// Promotions that every order gets.
    pub(crate) for_everybody: Vec<Promotion>,
}

/// The coupon of a cart: what it is, and what it saves; `None` where it doesn't count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redeemable {
    pub(crate) code: CouponCode,
    pub(crate) promotion_id: PromotionId,
    pub(crate) saves: Option<i64>,
}

impl Redeemable {
    /// As it is shown.
    pub(crate) fn shown(&self, priced: &Priced) -> Option<CartCoupon> {
        let saved = money::of(self.saves.unwrap_or(0), &priced.total.currency)?;
        Some(CartCoupon { code: self.code.clone(), promotion_id: self.promotion_id, saved })
    }
}

/// Takes what the cart saves off its lines. A coupon that counts is what the customer chose; without one, the best of
/// the promotions that every order gets.
pub(crate) fn take(mut priced: Priced, offers: &Offers, now: DateTime) -> (Priced, Option<Redeemable>) {
    let coupon = offers.coupon.as_ref().map(|(coupon, promotion)| Redeemable {
        code: coupon.code.clone(),
        promotion_id: coupon.promotion_id,
        saves: if coupon.remaining.get() > 0 { saves(promotion, &priced.total, now) } else { None },
    });
    let chosen = coupon.as_ref().and_then(|it| it.saves);
    let best = || {
        let open = offers.for_everybody.iter().filter(|it| !it.coupon_only);
        open.filter_map(|it| saves(it, &priced.total, now)).max()
    };
    let saved = chosen.or_else(best).unwrap_or(0);
    spread(&mut priced, saved);
    (priced, coupon)
}

/// What a promotion saves of a total right now; `None` if it doesn't count. Half a unit is the customer's.
fn saves(it: &Promotion, total: &Money, now: DateTime) -> Option<i64> {
    let runs = matches!(it.status, PromotionStatus::Scheduled | PromotionStatus::Active)
        && it.starts_at <= now
        && now < it.ends_at;
    let enough = it
        .minimum_total
        .as_ref()
        .is_none_or(|least| least.currency == total.currency && least.amount.get() <= total.amount.get());
    if !runs || !enough {
        return None;
    }
    let whole = total.amount.get();
    match (it.discount.kind, it.discount.percent, &it.discount.amount) {
        (DiscountKind::Percent, Some(percent), _) => {
            Some((whole.checked_mul(percent.get())?.checked_add(50)? / 100).min(whole))
        }
        (DiscountKind::Amount, _, Some(amount)) => {
            (amount.currency == total.currency).then(|| amount.amount.get().min(whole))
        }
        // What is shipped for nothing costs nothing of the lines.
        (DiscountKind::Shipping, ..) => Some(0),
        (DiscountKind::Percent | DiscountKind::Amount, ..) => None,
    }
}

/// Takes an amount off the lines, each in proportion; the units that proportion leaves over go to the lines that it
/// cuts shortest, one each, so that the parts are the whole.
fn spread(priced: &mut Priced, saved: i64) {
    let whole = i128::from(priced.total.amount.get());
    let saved = i128::from(saved).min(whole);
    if saved <= 0 {
        return;
    }
    let exact = |line: i64| (i128::from(line) * saved / whole, i128::from(line) * saved % whole);
    let mut parts: Vec<(i128, i128)> =
        priced.lines.iter().map(|line| exact(line.line_total.amount.get())).collect();
    let left_over = saved - parts.iter().map(|(part, _)| part).sum::<i128>();
    let mut by_rest: Vec<usize> = (0..parts.len()).collect();
    by_rest.sort_by_key(|at| Reverse(parts.get(*at).map_or(0, |(_, rest)| *rest)));
    for at in by_rest.into_iter().take(usize::try_from(left_over).unwrap_or(0)) {
        if let Some((part, _)) = parts.get_mut(at) {
            *part += 1;
        }
    }
    for (line, (part, _)) in priced.lines.iter_mut().zip(parts) {
        let Ok(part) = i64::try_from(part) else { continue };
        let less = money::minus(&line.line_total, part).zip(money::of(part, &line.line_total.currency));
        let Some((rest, discount)) = less.filter(|_| part > 0) else { continue };
        let Some(total) = money::minus(&priced.total, part) else { continue };
        (line.line_total, line.discount, priced.total) = (rest, Some(discount), total);
        priced.saved += part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::pricing::{Wanted, price};
    use crate::app::samples::{cart, item, money, noon, offer, promotion};
    use commerce_model::types::{Discount, Redemptions};
    use stipule_runtime::wire::Ranged;

    fn priced(lines: &[i64]) -> Priced {
        let wanted = lines.iter().enumerate().map(|(number, cents)| {
            let sku = format!("SKU-{number}");
            Wanted { item: item(&sku, 1), offer: Some(offer(&sku, money(*cents, "CAD"))), price: None }
        });
        price(&cart().currency, wanted.collect())
    }

    fn coupon(remaining: i32) -> Coupon {
        Coupon {
            code: CouponCode::new("SPRING26").unwrap(),
            promotion_id: promotion().promotion_id,
            limit: Redemptions::new(1).unwrap(),
            redeemed: Redemptions::new(1 - remaining).unwrap(),
            remaining: Redemptions::new(remaining).unwrap(),
            created_at: noon(),
        }
    }

    fn percent(percent: i64) -> Promotion {
        let percent = Some(Ranged::new(percent).unwrap());
        let discount = Discount { percent, ..Discount::new(DiscountKind::Percent) };
        Promotion { discount, coupon_only: false, ..promotion() }
    }

    #[test]
    fn the_parts_are_the_whole_whatever_the_lines() {
        let mut seed = 7_u64;
        for round in 0..500 {
            let mut draw = |most: u64| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) % most
            };
            let lines: Vec<i64> = (0..=draw(29)).map(|_| i64::try_from(draw(50_000)).unwrap()).collect();
            let before = priced(&lines);
            let whole = before.total.amount.get();
            let saved = i64::try_from(draw(1_000_000)).unwrap();
            let mut after = before;
            spread(&mut after, saved);
            let off: i64 =
                after.lines.iter().filter_map(|it| it.discount.as_ref()).map(|it| it.amount.get()).sum();
            let rest: i64 = after.lines.iter().map(|it| it.line_total.amount.get()).sum();
            assert_eq!((off, after.saved), (saved.min(whole), saved.min(whole)), "round {round}");
            assert_eq!((rest, after.total.amount.get()), (whole - off, whole - off), "round {round}");
            for (line, cents) in after.lines.iter().zip(&lines) {
                let off = line.discount.as_ref().map_or(0, |it| it.amount.get());
                assert_eq!(line.line_total.amount.get() + off, *cents, "round {round}");
            }
        }
    }

    #[test]
    fn three_equal_lines_share_a_cent_less_than_a_round_sum() {
        let mut it = priced(&[100, 100, 100]);
        spread(&mut it, 100);
        let off: Vec<_> = it.lines.iter().map(|it| it.discount.as_ref().unwrap().amount.get()).collect();
        assert_eq!(off, [34, 33, 33]);
    }

    #[test]
    fn a_coupon_that_counts_is_taken_and_one_that_does_not_is_shown_without_effect() {
        let offers = Offers { coupon: Some((coupon(1), promotion())), for_everybody: vec![percent(50)] };
        let (it, redeemable) = take(priced(&[3700]), &offers, noon());
        assert_eq!((it.total.amount.get(), it.saved), (3145, 555), "the customer chose");
        assert_eq!(redeemable.unwrap().saves, Some(555));
        let offers = Offers { coupon: Some((coupon(0), promotion())), for_everybody: Vec::new() };
        let (it, redeemable) = take(priced(&[3700]), &offers, noon());
        assert_eq!((it.total.amount.get(), redeemable.unwrap().saves), (3700, None), "used up");
    }

    #[test]
    fn without_a_coupon_the_best_promotion_for_everybody_counts() {
        let everybody = vec![percent(10), percent(20), promotion()];
        let (it, _) = take(priced(&[1000]), &Offers { coupon: None, for_everybody: everybody }, noon());
        assert_eq!(it.total.amount.get(), 800, "one that takes a coupon doesn't count");
    }

    #[test]
    fn a_promotion_counts_within_its_time_and_from_its_minimum() {
        let total = money(1000, "CAD");
        let it = percent(10);
        assert_eq!(saves(&it, &total, noon()), Some(100));
        assert_eq!(saves(&Promotion { status: PromotionStatus::Paused, ..it.clone() }, &total, noon()), None);
        assert_eq!(saves(&Promotion { ends_at: noon(), ..it.clone() }, &total, noon()), None);
        let dear = |least| Promotion { minimum_total: Some(least), ..it.clone() };
        assert_eq!(saves(&dear(money(1001, "CAD")), &total, noon()), None);
        assert_eq!(saves(&dear(money(1000, "CAD")), &total, noon()), Some(100));
        assert_eq!(saves(&dear(money(1, "EUR")), &total, noon()), None);
    }
}
