//! Orders of somebody who is forgotten.

use commerce_model::types::{Address, CountryCode, Order, OrderStatus};
use stipule_runtime::wire::Fault;

/// What stands where something personal stood.
const GONE: &str = "erased";

/// Whether the order may still need its address.
pub(crate) fn is_under_way(status: OrderStatus) -> bool {
    match status {
        OrderStatus::Placed
        | OrderStatus::Reserved
        | OrderStatus::Confirmed
        | OrderStatus::Shipped
        | OrderStatus::Cancelling => true,
        OrderStatus::Completed | OrderStatus::Rejected | OrderStatus::Cancelled => false,
    }
}

/// The address without anything personal; the country stays, for the books.
///
/// # Errors
/// Never: the words keep the contract.
pub(crate) fn redacted(address: &Address) -> Result<Address, Fault> {
    gone(address.country.clone())
}

/// An address of which nothing is known but its country.
///
/// # Errors
/// Never: the words keep the contract.
pub(crate) fn gone(country: CountryCode) -> Result<Address, Fault> {
    Ok(Address {
        recipient: GONE.parse()?,
        line1: GONE.parse()?,
        line2: None,
        postal_code: None,
        city: GONE.parse()?,
        region: None,
        country,
    })
}

/// Whether nothing personal is left in the order.
pub(crate) fn is_redacted(order: &Order) -> bool {
    redacted(&order.shipping_address).is_ok_and(|redacted| redacted == order.shipping_address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;

    #[test]
    fn a_redacted_order_keeps_its_country_only() {
        let mut order = order(OrderStatus::Cancelled);
        assert!(!is_redacted(&order));
        let country = order.shipping_address.country.clone();
        order.shipping_address = redacted(&order.shipping_address).unwrap();
        assert!(is_redacted(&order));
        assert_eq!((order.shipping_address.country, order.shipping_address.postal_code), (country, None));
    }

    #[test]
    fn an_order_needs_its_address_until_it_is_over() {
        assert!(is_under_way(OrderStatus::Confirmed) && !is_under_way(OrderStatus::Completed));
    }
}
