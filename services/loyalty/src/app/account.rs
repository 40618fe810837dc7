//! A customer's points.

use commerce_model::types::{CustomerId, LoyaltyAccount, Points};
use stipule_runtime::wire::{DateTime, Fault};

/// An account without points.
///
/// # Errors
/// Never: nobody can have fewer than none.
pub(crate) fn open(customer_id: CustomerId, at: DateTime) -> Result<LoyaltyAccount, Fault> {
    let none = Points::new(0)?;
    Ok(LoyaltyAccount { customer_id, balance: none, earned: none, reversed: none, opened_at: at })
}
