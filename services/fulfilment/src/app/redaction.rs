//! Where parcels went of somebody who is forgotten.

use commerce_model::types::Address;
use stipule_runtime::wire::Fault;

/// What stands where something personal stood.
const GONE: &str = "erased";

/// The address without anything personal; the country stays, for the books.
///
/// # Errors
/// Never: the words keep the contract.
pub(crate) fn redacted(address: &Address) -> Result<Address, Fault> {
    Ok(Address {
        recipient: GONE.parse()?,
        line1: GONE.parse()?,
        line2: None,
        postal_code: None,
        city: GONE.parse()?,
        region: None,
        country: address.country.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;

    #[test]
    fn the_country_alone_is_left() {
        let before = order().shipping_address;
        let after = redacted(&before).unwrap();
        assert_eq!(after.country, before.country);
        assert_ne!(after.recipient, before.recipient);
        assert_eq!(redacted(&after).unwrap(), after);
    }
}
