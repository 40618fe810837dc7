//! Money: integers in minor units, checked, never of two currencies.

use commerce_model::types::{Currency, Money, Quantity};
use stipule_runtime::wire::Ranged;

/// Nothing, in a currency.
pub(crate) fn zero(currency: Currency) -> Money {
    Money { amount: Ranged::new(0).expect("zero is the smallest amount"), currency }
}

/// A quantity at a unit price; `None` when it is more than an amount can say.
pub(crate) fn times(unit: &Money, quantity: Quantity) -> Option<Money> {
    let amount = unit.amount.get().checked_mul(i64::from(quantity.get()))?;
    Some(Money { amount: Ranged::new(amount).ok()?, currency: unit.currency.clone() })
}

/// Two amounts together; `None` when they are of two currencies, or more than an amount can say.
pub(crate) fn plus(one: &Money, other: &Money) -> Option<Money> {
    if one.currency != other.currency {
        return None;
    }
    let amount = one.amount.get().checked_add(other.amount.get())?;
    Some(Money { amount: Ranged::new(amount).ok()?, currency: one.currency.clone() })
}

/// An amount less another of the same currency; `None` when it would be less than nothing.
pub(crate) fn minus(one: &Money, less: i64) -> Option<Money> {
    let amount = one.amount.get().checked_sub(less)?;
    Some(Money { amount: Ranged::new(amount).ok()?, currency: one.currency.clone() })
}

/// An amount in minor units; `None` when it is more than an amount can say.
pub(crate) fn of(amount: i64, currency: &Currency) -> Option<Money> {
    Some(Money { amount: Ranged::new(amount).ok()?, currency: currency.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{money, quantity};

    #[test]
    fn amounts_multiply_and_add() {
        assert_eq!(times(&money(1850, "CAD"), quantity(3)), Some(money(5550, "CAD")));
        assert_eq!(plus(&money(1850, "CAD"), &money(150, "CAD")), Some(money(2000, "CAD")));
    }

    #[test]
    fn what_an_amount_cannot_say_is_nothing_rather_than_wrong() {
        let most = money(99_999_999_999, "CAD");
        assert_eq!(times(&most, quantity(2)), None);
        assert_eq!(plus(&most, &money(1, "CAD")), None);
        assert_eq!(plus(&most, &money(0, "CAD")), Some(most.clone()));
    }

    #[test]
    fn currencies_do_not_mix() {
        assert_eq!(plus(&money(1, "CAD"), &money(1, "EUR")), None);
    }
}
