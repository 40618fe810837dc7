//! Who a customer is.

use commerce_model::customers::{RegisterCustomerRequest, UpdateCustomerRequest};
use commerce_model::events::{CustomerErased, CustomerRegistered, CustomerUpdated};
use commerce_model::types::{Customer, CustomerId};
use stipule_runtime::wire::DateTime;

/// A new customer.
pub(crate) fn register(request: RegisterCustomerRequest, customer_id: CustomerId, now: DateTime) -> Customer {
    Customer {
        customer_id,
        email: request.email,
        name: request.name,
        phone: request.phone,
        marketing: request.marketing,
        registered_at: now,
        updated_at: now,
    }
}

/// The customer with the changes that were asked for; what they don't name stays.
pub(crate) fn amend(customer: &Customer, changes: UpdateCustomerRequest, now: DateTime) -> Customer {
    let mut amended = Customer { updated_at: now, ..customer.clone() };
    if let Some(email) = changes.email {
        amended.email = email;
    }
    if let Some(name) = changes.name {
        amended.name = name;
    }
    if let Some(marketing) = changes.marketing {
        amended.marketing = marketing;
    }
    changes.phone.apply(&mut amended.phone);
    amended
}

/// What the others are told of a new customer.
pub(crate) fn registered(customer: &Customer) -> CustomerRegistered {
    CustomerRegistered { customer_id: customer.customer_id, marketing: customer.marketing }
}

/// What the others are told of a change.
pub(crate) fn updated(customer: &Customer) -> CustomerUpdated {
    CustomerUpdated { customer_id: customer.customer_id, marketing: customer.marketing }
}

/// What the others are told when the customer is gone.
pub(crate) fn erased(customer: &Customer) -> CustomerErased {
    CustomerErased { customer_id: customer.customer_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn customer() -> Customer {
        let json = br#"{
            "customerId": "018f3a52-0000-7000-8000-0000000000c1", "email": "ada@example.com", "name": "Ada",
            "phone": "+15145550100", "marketing": false,
            "registeredAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
        }"#;
        from_slice(json, Posture::Closed).unwrap()
    }

    fn amended(changes: &[u8]) -> Customer {
        amend(&customer(), from_slice(changes, Posture::Closed).unwrap(), customer().registered_at)
    }

    #[test]
    fn what_a_change_does_not_name_stays() {
        assert_eq!(amended(br#"{"marketing": true}"#), Customer { marketing: true, ..customer() });
    }

    #[test]
    fn null_takes_the_phone_number_away_and_absence_leaves_it() {
        assert_eq!(amended(br#"{"phone": null}"#).phone, None);
        assert_eq!(amended(br#"{"name": "Ada M."}"#).phone, customer().phone);
    }

    #[test]
    fn offers_by_mail_need_consent() {
        let request = from_slice(br#"{"email": "ada@example.com", "name": "Ada"}"#, Posture::Closed).unwrap();
        let like = customer();
        assert!(!register(request, like.customer_id, like.registered_at).marketing);
    }
}
