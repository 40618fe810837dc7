//! From a cart to an order: the last look at prices, and everything the order needs in one event, the address by its id.

use commerce_model::events::CartCheckedOut;
use commerce_model::types::{AddressId, Cart, CartCoupon, CartStatus, CountryCode, OrderId, PaymentMethodId};
use stipule_runtime::wire::BoundedVec;

use super::cart::{Refusal, ensure_open, refuse};
use super::pricing::Priced;

/// Where the order goes and how it is paid, looked up.
pub(crate) struct Terms {
    pub(crate) address_id: AddressId,
    pub(crate) country: CountryCode,
    pub(crate) payment_method_id: PaymentMethodId,
}

/// What the checkout of a cart says, if the cart may be checked out as it is filled.
pub(crate) fn check_out(
    cart: &Cart,
    priced: Priced,
    coupon: Option<CartCoupon>,
    order_id: OrderId,
    terms: Terms,
) -> Result<CartCheckedOut, Refusal> {
    ensure_open(cart)?;
    if !priced.unavailable.is_empty() {
        return Err(Refusal {
            unavailable: priced.unavailable,
            ..blocked(cart, "Some of the cart can't be bought any more; take it out first.")
        });
    }
    // At least one line, at most as many as a cart holds: an empty cart is the only way to fail.
    let lines = BoundedVec::new(priced.lines).map_err(|_| blocked(cart, "There is nothing in the cart."))?;
    Ok(CartCheckedOut {
        cart_id: cart.cart_id,
        order_id,
        customer_id: cart.customer_id,
        lines,
        total: priced.total,
        coupon,
        address_id: terms.address_id,
        country: terms.country,
        payment_method_id: terms.payment_method_id,
    })
}

/// The cart, done.
pub(crate) fn checked_out(cart: &Cart, order_id: OrderId, now: stipule_runtime::wire::DateTime) -> Cart {
    Cart { status: CartStatus::CheckedOut, order_id: Some(order_id), updated_at: now, ..cart.clone() }
}

/// The status would allow the checkout, but what is in the cart doesn't.
fn blocked(cart: &Cart, detail: &'static str) -> Refusal {
    Refusal { allowed: &[], ..refuse(cart, detail) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::pricing::{Wanted, price};
    use crate::app::samples::{cart, item, money, noon, offer, order_id, terms};

    fn priced(on_sale: bool) -> Priced {
        let offer = on_sale.then(|| offer("MUG", money(1850, "CAD")));
        price(&cart().currency, vec![Wanted { item: item("MUG", 2), offer, price: None }])
    }

    #[test]
    fn the_event_has_all_that_the_order_needs() {
        let event = check_out(&cart(), priced(true), None, order_id(), terms()).unwrap();
        assert_eq!(event.total, money(3700, "CAD"));
        assert_eq!(event.lines[0].unit_price, money(1850, "CAD"));
        assert_eq!((event.address_id, event.country), (terms().address_id, terms().country));
        assert_eq!(event.order_id, order_id());
    }

    #[test]
    fn an_empty_cart_cannot_be_checked_out() {
        let nothing = price(&cart().currency, Vec::new());
        let refused = check_out(&cart(), nothing, None, order_id(), terms()).unwrap_err();
        assert_eq!((refused.state, refused.allowed), (CartStatus::Open, &[][..]));
    }

    #[test]
    fn what_cannot_be_bought_stands_in_the_way_and_is_named() {
        let refused = check_out(&cart(), priced(false), None, order_id(), terms()).unwrap_err();
        assert_eq!(refused.unavailable.iter().map(ToString::to_string).collect::<Vec<_>>(), ["MUG"]);
    }

    #[test]
    fn a_cart_is_checked_out_once() {
        let done = checked_out(&cart(), order_id(), noon());
        assert_eq!((done.status, done.order_id), (CartStatus::CheckedOut, Some(order_id())));
        assert!(check_out(&done, priced(true), None, order_id(), terms()).is_err());
    }
}
