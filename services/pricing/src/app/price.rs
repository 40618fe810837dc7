//! A price, what it becomes, and what it was.

use commerce_model::events::PricingPriceChanged;
use commerce_model::types::{MinorUnits, Money, Price, PriceChange, Sku, StaffId};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

/// A price about to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) sku: Sku,
    pub(crate) price: Money,
    /// The higher price that is shown struck through.
    pub(crate) compare_at: Option<MinorUnits>,
    /// Who sets it.
    pub(crate) by: StaffId,
}

impl Setting {
    /// Whether the price that is shown struck through is higher.
    pub(crate) fn is_plausible(&self) -> bool {
        self.compare_at.is_none_or(|higher| higher.get() > self.price.amount.get())
    }

    /// Whether it costs what it cost before.
    pub(crate) fn changes_nothing(&self, known: &Price) -> bool {
        known.amount == self.amount() && known.compare_at == self.compare_at
    }

    pub(crate) fn amount(&self) -> MinorUnits {
        units(&self.price)
    }

    /// The price from now on.
    pub(crate) fn price(&self, now: DateTime) -> Price {
        Price {
            sku: self.sku.clone(),
            currency: self.price.currency.clone(),
            amount: self.amount(),
            compare_at: self.compare_at,
            updated_at: now,
        }
    }

    /// For the history.
    pub(crate) fn change(&self, before: Option<&Price>, now: DateTime) -> PriceChange {
        PriceChange {
            sku: self.sku.clone(),
            currency: self.price.currency.clone(),
            since: now,
            amount: self.amount(),
            before: before.map(|before| before.amount),
            changed_by: self.by.clone(),
        }
    }

    /// For the others.
    pub(crate) fn event(&self, before: Option<&Price>, now: DateTime) -> PricingPriceChanged {
        PricingPriceChanged {
            sku: self.sku.clone(),
            price: self.price.clone(),
            before: before.map(money),
            changed_at: now,
        }
    }
}

/// A price as the history has it. What was shown struck through then, nobody knows any more.
pub(crate) fn as_it_was(now: &Price, change: &PriceChange) -> Price {
    Price { amount: change.amount, compare_at: None, updated_at: change.since, ..now.clone() }
}

/// Who asks, as far as a name of staff can say it.
pub(crate) fn staff(subject: &str) -> Result<StaffId, Fault> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "|_.@-".contains(letter);
    let name: String =
        subject.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(64).collect();
    StaffId::new(if name.is_empty() { "nobody" } else { &name })
}

/// An amount beside its currency has the limits of one with it.
fn units(price: &Money) -> MinorUnits {
    MinorUnits::new(price.amount.get()).expect("amounts of money have the same limits")
}

fn money(price: &Price) -> Money {
    let amount = Ranged::new(price.amount.get()).expect("amounts of money have the same limits");
    Money { amount, currency: price.currency.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn setting(amount: i64, compare_at: Option<i64>) -> Setting {
        let price = format!(r#"{{"amount": {amount}, "currency": "CAD"}}"#);
        Setting {
            sku: Sku::new("MUG-BLUE").unwrap(),
            price: from_slice(price.as_bytes(), Posture::Closed).unwrap(),
            compare_at: compare_at.map(|amount| MinorUnits::new(amount).unwrap()),
            by: staff("staff|grace").unwrap(),
        }
    }

    fn noon() -> DateTime {
        from_slice(br#""2026-11-02T12:00:00Z""#, Posture::Closed).unwrap()
    }

    #[test]
    fn a_price_struck_through_is_higher() {
        assert!(setting(1850, None).is_plausible());
        assert!(setting(1850, Some(1990)).is_plausible());
        assert!(!setting(1850, Some(1850)).is_plausible());
    }

    #[test]
    fn the_history_says_what_was_before_and_who_changed_it() {
        let before = setting(1990, None).price(noon());
        let change = setting(1850, None).change(Some(&before), noon());
        assert_eq!((change.amount.get(), change.before.map(MinorUnits::get)), (1850, Some(1990)));
        assert_eq!(change.changed_by, staff("staff|grace").unwrap());
        let event = setting(1850, None).event(Some(&before), noon());
        assert_eq!(event.before.map(|it| it.amount.get()), Some(1990));
    }

    #[test]
    fn the_same_price_changes_nothing_and_another_compare_price_does() {
        let known = setting(1850, Some(1990)).price(noon());
        assert!(setting(1850, Some(1990)).changes_nothing(&known));
        assert!(!setting(1850, None).changes_nothing(&known));
    }

    #[test]
    fn whoever_asks_has_a_name() {
        let names =
            [("staff|grace", "staff|grace"), ("platform:pricing", "platform_pricing"), ("", "nobody")];
        for (subject, name) in names {
            assert_eq!(staff(subject).unwrap(), StaffId::new(name).unwrap());
        }
        assert!(staff(&"ä".repeat(100)).is_ok());
    }
}
