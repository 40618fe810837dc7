//! On which channels a customer wants to hear of what.

use commerce_model::notifications::SetNotificationPreferencesRequest;
use commerce_model::types::{Channel, Customer, CustomerId, Language, NotificationPreferences};
use stipule_runtime::wire::{DateTime, Fault, UniqueVec};

/// The language of whoever hasn't said.
const LANGUAGE: &str = "en";

/// What counts until the customer chooses: mail.
///
/// # Errors
/// Never: one channel is enough, and no more than may be.
pub(crate) fn until_chosen(
    customer_id: CustomerId,
    marketing: bool,
    at: DateTime,
) -> Result<NotificationPreferences, Fault> {
    let offers = if marketing { vec![Channel::Email] } else { Vec::new() };
    Ok(NotificationPreferences {
        customer_id,
        language: Language::new(LANGUAGE)?,
        orders: UniqueVec::new(vec![Channel::Email])?,
        offers: UniqueVec::new(offers)?,
        updated_at: at,
    })
}

/// The same for a customer that is known.
///
/// # Errors
/// Never, as above.
pub(crate) fn of(customer: &Customer) -> Result<NotificationPreferences, Fault> {
    until_chosen(customer.customer_id, customer.marketing, customer.registered_at)
}

/// What the customer chose.
pub(crate) fn chosen(
    customer_id: CustomerId,
    request: SetNotificationPreferencesRequest,
    now: DateTime,
) -> NotificationPreferences {
    let SetNotificationPreferencesRequest { language, orders, offers } = request;
    NotificationPreferences { customer_id, language, orders, offers, updated_at: now }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_need_an_agreement() {
        let id: CustomerId = "018f3a52-0000-7000-8000-0000000000c1".parse().unwrap();
        let with = until_chosen(id, true, DateTime::UNIX_EPOCH).unwrap();
        let without = until_chosen(id, false, DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(with.offers[..], [Channel::Email]);
        assert_eq!(without.offers[..], []);
        assert_eq!(without.orders[..], [Channel::Email]);
    }
}
