//! Lines of the ledger: what an amount is worth, and why points came or went.

use commerce_model::types::{CustomerId, LoyaltyEntry, LoyaltyReason, Money, OrderId};
use iso_currency::Currency;
use stipule_runtime::wire::{DateTime, Fault, Ranged, Uuid};

/// Points for an amount: one for each full unit of its currency. What several parts of an amount are worth is never more
/// than what the whole is.
pub(crate) fn worth(amount: &Money) -> i64 {
    let decimals = Currency::from_code(amount.currency.as_str()).and_then(Currency::exponent).unwrap_or(2);
    amount.amount.get() / 10_i64.pow(u32::from(decimals))
}

/// What an event does to a customer's points.
pub(crate) struct Movement {
    /// Whose points.
    pub(crate) customer_id: CustomerId,
    /// For which order.
    pub(crate) order_id: OrderId,
    /// The event.
    pub(crate) event: Uuid,
    /// When it happened.
    pub(crate) at: DateTime,
}

impl Movement {
    /// The line of the ledger; what goes is negative.
    ///
    /// # Errors
    /// When the points are more than anybody can have.
    pub(crate) fn entry(&self, reason: LoyaltyReason, points: i64) -> Result<LoyaltyEntry, Fault> {
        Ok(LoyaltyEntry {
            customer_id: self.customer_id,
            at: self.at,
            entry_id: self.event,
            order_id: self.order_id,
            reason,
            points: Ranged::new(points)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: i64, currency: &str) -> Money {
        Money { amount: Ranged::new(amount).unwrap(), currency: currency.parse().unwrap() }
    }

    #[test]
    fn a_full_unit_is_a_point_whatever_the_decimals() {
        let cases = [(3799, "CAD", 37), (99, "EUR", 0), (3799, "JPY", 3799), (3799, "KWD", 3), (0, "CAD", 0)];
        for (amount, currency, points) in cases {
            assert_eq!(worth(&money(amount, currency)), points, "{amount} {currency}");
        }
    }

    #[test]
    fn parts_are_never_worth_more_than_the_whole() {
        for whole in 0..500 {
            for part in 0..=whole {
                let parts = worth(&money(part, "CAD")) + worth(&money(whole - part, "CAD"));
                assert!(parts <= worth(&money(whole, "CAD")), "{part} of {whole}");
            }
        }
    }
}
