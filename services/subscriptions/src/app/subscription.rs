//! The life of a subscription.
//!
//! ```text
//! ACTIVE ⇄ PAUSED                          by hand
//! ACTIVE ─▶ PAST_DUE ─▶ ACTIVE             a charge failed; another succeeded
//! ACTIVE, PAUSED, PAST_DUE ─▶ CANCELLED    by hand, or because nobody pays
//! ```

use commerce_model::events::{SubscriptionCancelled, SubscriptionCreated};
use commerce_model::subscriptions::{ChangeSubscriptionRequest, SubscribeRequest};
use commerce_model::types::{Address, CycleNumber, Subscription, SubscriptionId, SubscriptionStatus};
use stipule_runtime::wire::{DateTime, Fault, Ranged};

/// Whether an order may be placed for it.
pub(crate) fn is_open(it: &Subscription) -> bool {
    matches!(it.status, SubscriptionStatus::Active | SubscriptionStatus::PastDue)
}

/// A subscription whose first order is due at once.
///
/// # Errors
/// Never: the first cycle is a cycle.
pub(crate) fn subscribe(
    request: SubscribeRequest,
    id: SubscriptionId,
    shipping_address: Address,
    now: DateTime,
) -> Result<Subscription, Fault> {
    let SubscribeRequest { customer_id, sku, quantity, every, payment_method_id, .. } = request;
    Ok(Subscription {
        subscription_id: id,
        customer_id,
        sku,
        quantity,
        every,
        payment_method_id,
        shipping_address,
        status: SubscriptionStatus::Active,
        cycle: CycleNumber::new(1)?,
        failures: Ranged::new(0)?,
        due_at: now,
        created_at: now,
        updated_at: now,
    })
}

/// The subscription after a request, whose address was looked up; or why it can't be.
pub(crate) fn change(
    it: &Subscription,
    request: &ChangeSubscriptionRequest,
    address: Option<Address>,
    now: DateTime,
) -> Result<Subscription, &'static str> {
    use SubscriptionStatus::{Active, Cancelled, Paused};
    let ChangeSubscriptionRequest { quantity, every, payment_method_id, status, .. } = *request;
    let wanted = status.unwrap_or(it.status);
    let due_at = match (it.status, wanted) {
        (Cancelled, _) => return Err("The subscription is over."),
        (before, after) if before == after => it.due_at,
        (Active, Paused) => it.due_at,
        // What fell due in the pause is due now.
        (Paused, Active) => it.due_at.max(now),
        _ => return Err("The subscription can't go there by hand from where it stands."),
    };
    Ok(Subscription {
        quantity: quantity.unwrap_or(it.quantity),
        every: every.unwrap_or(it.every),
        payment_method_id: payment_method_id.unwrap_or(it.payment_method_id),
        shipping_address: address.unwrap_or_else(|| it.shipping_address.clone()),
        status: wanted,
        due_at,
        updated_at: now.max(it.updated_at),
        ..it.clone()
    })
}

/// What stands where something personal stood.
const GONE: &str = "erased";

/// The subscription of somebody who is forgotten: over, without where it went; the country stays, for the books.
///
/// # Errors
/// Never: the words keep the contract.
pub(crate) fn forgotten(it: &Subscription, now: DateTime) -> Result<Subscription, Fault> {
    let shipping_address = Address {
        recipient: GONE.parse()?,
        line1: GONE.parse()?,
        line2: None,
        postal_code: None,
        city: GONE.parse()?,
        region: None,
        country: it.shipping_address.country.clone(),
    };
    let (status, updated_at) = (SubscriptionStatus::Cancelled, now.max(it.updated_at));
    Ok(Subscription { shipping_address, status, updated_at, ..it.clone() })
}

/// Whether nothing personal is left in it.
pub(crate) fn is_forgotten(it: &Subscription) -> bool {
    forgotten(it, it.updated_at).is_ok_and(|forgotten| forgotten == *it)
}

/// What the others are told.
pub(crate) fn created(it: &Subscription) -> SubscriptionCreated {
    let Subscription { subscription_id, customer_id, quantity, every, .. } = *it;
    SubscriptionCreated { subscription_id, customer_id, sku: it.sku.clone(), quantity, every }
}

/// What the others are told.
pub(crate) fn cancelled(it: &Subscription, unpaid: bool) -> SubscriptionCancelled {
    let Subscription { subscription_id, customer_id, .. } = *it;
    SubscriptionCancelled { subscription_id, customer_id, unpaid }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::subscription;
    use std::time::Duration;

    const STATUSES: [SubscriptionStatus; 4] = [
        SubscriptionStatus::Active,
        SubscriptionStatus::Paused,
        SubscriptionStatus::PastDue,
        SubscriptionStatus::Cancelled,
    ];

    fn to(status: SubscriptionStatus) -> ChangeSubscriptionRequest {
        ChangeSubscriptionRequest { status: Some(status), ..ChangeSubscriptionRequest::default() }
    }

    #[test]
    fn what_a_request_does_is_a_legal_transition() {
        for from in STATUSES {
            let it = Subscription { status: from, ..subscription() };
            for wanted in STATUSES {
                if let Ok(after) = change(&it, &to(wanted), None, it.due_at) {
                    assert!(after.status == from || from.may_become(after.status), "{from:?} {wanted:?}");
                }
            }
        }
        let paid = Subscription { status: SubscriptionStatus::PastDue, ..subscription() };
        assert!(
            change(&paid, &to(SubscriptionStatus::Active), None, paid.due_at).is_err(),
            "nobody says paid by hand"
        );
    }

    #[test]
    fn what_fell_due_in_the_pause_is_due_when_it_is_over_and_nothing_else_moves() {
        let it = Subscription { status: SubscriptionStatus::Paused, ..subscription() };
        let (early, late) =
            (it.due_at.checked_sub(Duration::from_hours(1)), it.due_at.checked_add(Duration::from_hours(1)));
        let after = |now: Option<DateTime>| {
            change(&it, &to(SubscriptionStatus::Active), None, now.unwrap()).unwrap().due_at
        };
        assert_eq!((after(early), after(late)), (it.due_at, late.unwrap()));
    }

    #[test]
    fn whoever_is_forgotten_leaves_the_country_only() {
        let it = subscription();
        assert!(!is_forgotten(&it));
        let gone = forgotten(&it, it.updated_at).unwrap();
        assert!(is_forgotten(&gone));
        assert_eq!(
            (gone.shipping_address.country, gone.status),
            (it.shipping_address.country, SubscriptionStatus::Cancelled)
        );
    }
}
