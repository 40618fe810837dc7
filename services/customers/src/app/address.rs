//! Where a customer's parcels go.

use commerce_model::customers::AddAddressRequest;
use commerce_model::events::CustomerAddressAdded;
use commerce_model::types::{AddressId, CustomerAddress, CustomerId};
use stipule_runtime::wire::DateTime;

/// Most addresses that a customer saves: erasure takes all of them in one transaction.
pub(crate) const MOST_ADDRESSES: usize = 20;

/// The customer has as many addresses as may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// A new address beside those that the customer has.
pub(crate) fn add(
    customer_id: CustomerId,
    saved: usize,
    request: AddAddressRequest,
    address_id: AddressId,
    now: DateTime,
) -> Result<CustomerAddress, TooMany> {
    if saved >= MOST_ADDRESSES {
        return Err(TooMany);
    }
    Ok(CustomerAddress {
        customer_id,
        address_id,
        label: request.label,
        address: request.address,
        created_at: now,
    })
}

/// What the others are told: where in the world, not more.
pub(crate) fn added(address: &CustomerAddress) -> CustomerAddressAdded {
    CustomerAddressAdded {
        customer_id: address.customer_id,
        address_id: address.address_id,
        country: address.address.country.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stipule_runtime::wire::{Posture, from_slice};

    fn try_add(saved: usize) -> Result<CustomerAddress, TooMany> {
        let request = br#"{"label": "Home", "address":
            {"recipient": "Ada", "line1": "12 rue Sherbrooke", "city": "Montreal", "country": "CA"}}"#;
        let customer = from_slice(br#""018f3a52-0000-7000-8000-0000000000c1""#, Posture::Closed).unwrap();
        let address = from_slice(br#""018f3a52-0000-7000-8000-0000000000ad""#, Posture::Closed).unwrap();
        let now = from_slice(br#""2026-11-02T09:30:00Z""#, Posture::Closed).unwrap();
        add(customer, saved, from_slice(request, Posture::Closed).unwrap(), address, now)
    }

    #[test]
    fn twenty_addresses_are_enough() {
        assert!(try_add(19).is_ok());
        assert_eq!(try_add(20), Err(TooMany));
    }

    #[test]
    fn the_event_tells_the_country_and_nothing_personal() {
        let event = added(&try_add(0).unwrap());
        assert_eq!(event.country.as_str(), "CA");
    }
}
