//! What a discount saves: integers in minor units, never more than there is to pay.

use commerce_model::types::{Discount, DiscountKind, Money};

/// Whether a discount says what its kind needs, and nothing else.
pub(crate) fn is_complete(it: &Discount) -> bool {
    match it.kind {
        DiscountKind::Percent => it.percent.is_some() && it.amount.is_none(),
        DiscountKind::Amount => it.amount.is_some() && it.percent.is_none(),
        DiscountKind::Shipping => it.amount.is_none() && it.percent.is_none(),
    }
}

/// What it saves of a total, in minor units; `None` for an amount of another currency. Half a unit is the customer's.
pub(crate) fn saves(it: &Discount, total: &Money) -> Option<i64> {
    let whole = total.amount.get();
    match (it.kind, it.percent, &it.amount) {
        (DiscountKind::Percent, Some(percent), _) => {
            let hundredfold = whole.checked_mul(percent.get())?.checked_add(50)?;
            Some((hundredfold / 100).min(whole))
        }
        (DiscountKind::Amount, _, Some(amount)) => {
            (amount.currency == total.currency).then(|| amount.amount.get().min(whole))
        }
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{money, off, percent};

    #[test]
    fn half_a_cent_is_the_customer_s() {
        assert_eq!(saves(&percent(15), &money(3700, "CAD")), Some(555));
        assert_eq!(saves(&percent(50), &money(1, "CAD")), Some(1));
        assert_eq!(saves(&percent(33), &money(100, "CAD")), Some(33));
    }

    #[test]
    fn nobody_saves_more_than_there_is_to_pay() {
        assert_eq!(saves(&percent(100), &money(99_999_999_999, "CAD")), Some(99_999_999_999));
        assert_eq!(saves(&off(500, "CAD"), &money(300, "CAD")), Some(300));
        assert_eq!(saves(&off(500, "EUR"), &money(300, "CAD")), None);
    }

    #[test]
    fn a_discount_says_what_its_kind_needs() {
        assert!(is_complete(&percent(15)) && is_complete(&off(500, "CAD")));
        assert!(is_complete(&Discount::new(DiscountKind::Shipping)));
        assert!(!is_complete(&Discount::new(DiscountKind::Percent)));
        assert!(!is_complete(&Discount { kind: DiscountKind::Amount, ..percent(15) }));
    }
}
