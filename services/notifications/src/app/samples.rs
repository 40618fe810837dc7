//! Customers and messages to test with.

use commerce_model::types::{Channel, ContactHealth, Customer, EmailAddress, PhoneNumber};
use stipule_runtime::wire::{DateTime, Email, Posture, Ranged, from_slice};

use super::messenger::{Destination, Message};

/// Somebody without a telephone.
pub(crate) fn customer() -> Customer {
    let json = br#"{
        "customerId": "018f3a52-0000-7000-8000-0000000000c1", "email": "ada@example.com", "name": "Ada Moreau",
        "marketing": false, "registeredAt": "2026-11-02T09:30:00Z", "updatedAt": "2026-11-02T09:30:00Z"
    }"#;
    from_slice(json, Posture::Closed).unwrap()
}

pub(crate) fn health(channel: Channel, failures: i64) -> ContactHealth {
    ContactHealth {
        customer_id: customer().customer_id,
        channel,
        failures: Ranged::new(failures).unwrap(),
        updated_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn mailbox(address: &str) -> Destination {
    let address: Email = address.parse().unwrap();
    Destination::Mailbox(EmailAddress::new(address).unwrap())
}

pub(crate) fn phone(number: &str) -> Destination {
    Destination::Phone(PhoneNumber::new(number).unwrap())
}

pub(crate) fn message() -> Message {
    Message { subject: "Hello".to_owned(), body: "Hello, Ada.".to_owned() }
}
