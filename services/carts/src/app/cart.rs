//! The life of a cart: `OPEN`, perhaps `ABANDONED` and `OPEN` again, then `CHECKED_OUT`, and that is it.

use std::time::Duration;

use commerce_model::types::{
    Cart, CartId, CartItem, CartStatus, CouponCode, Currency, CustomerId, Offer, Quantity, Sku,
};
use stipule_runtime::wire::{Date, DateTime};

/// Most different SKUs in a cart: each is a row of the checkout's transaction.
pub(crate) const MOST_ITEMS: usize = 30;

/// How long nothing may happen to a cart before it counts as abandoned; it is looked once a day.
const IDLE_AFTER: Duration = Duration::from_hours(3 * 24);

/// A step that the cart doesn't allow as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Why, for a person.
    pub(crate) detail: &'static str,
    /// Where the cart stands.
    pub(crate) state: CartStatus,
    /// Where it may go from there.
    pub(crate) allowed: &'static [CartStatus],
    /// SKUs in the way.
    pub(crate) unavailable: Vec<Sku>,
}

/// How an item changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemChange {
    /// The SKU is new to the cart.
    Added(CartItem),
    /// The SKU was there with another quantity, or the same.
    Changed(CartItem),
}

/// An empty cart.
pub(crate) fn open(cart_id: CartId, customer_id: CustomerId, currency: Currency, now: DateTime) -> Cart {
    Cart {
        cart_id,
        customer_id,
        currency,
        status: CartStatus::Open,
        coupon: None,
        order_id: None,
        idle_on: idle_on(now),
        created_at: now,
        updated_at: now,
    }
}

/// A cart that somebody has just changed: open, whether it was abandoned or not.
pub(crate) fn touched(cart: &Cart, now: DateTime) -> Cart {
    Cart { status: CartStatus::Open, idle_on: idle_on(now), updated_at: now, ..cart.clone() }
}

fn idle_on(now: DateTime) -> Date {
    now.checked_add(IDLE_AFTER).unwrap_or(now).date()
}

/// Puts a coupon on the cart.
pub(crate) fn put_coupon(cart: &Cart, code: CouponCode, now: DateTime) -> Result<Cart, Refusal> {
    ensure_open(cart)?;
    Ok(Cart { coupon: Some(code), ..touched(cart, now) })
}

/// The cart's state alone forbids the step.
pub(crate) fn refuse(cart: &Cart, detail: &'static str) -> Refusal {
    Refusal { detail, state: cart.status, allowed: cart.status.next(), unavailable: Vec::new() }
}

/// Only a cart that isn't checked out can be changed.
pub(crate) fn ensure_open(cart: &Cart) -> Result<(), Refusal> {
    match cart.status {
        CartStatus::Open | CartStatus::Abandoned => Ok(()),
        CartStatus::CheckedOut => Err(refuse(cart, "The cart is checked out; it can't be changed any more.")),
    }
}

/// Puts a quantity of what is offered into the cart; `sells` says whether it has a price in the cart's currency.
pub(crate) fn put_item(
    cart: &Cart,
    items: &[CartItem],
    offer: &Offer,
    sells: bool,
    quantity: Quantity,
    now: DateTime,
) -> Result<ItemChange, Refusal> {
    ensure_open(cart)?;
    if !sells {
        return Err(Refusal {
            unavailable: vec![offer.sku.clone()],
            ..refuse(cart, "The product is sold in another currency than the cart's.")
        });
    }
    if let Some(item) = items.iter().find(|item| item.sku == offer.sku) {
        return Ok(ItemChange::Changed(CartItem { quantity, ..item.clone() }));
    }
    if items.len() >= MOST_ITEMS {
        return Err(refuse(cart, "The cart is full: it holds 30 different products."));
    }
    Ok(ItemChange::Added(CartItem { cart_id: cart.cart_id, sku: offer.sku.clone(), quantity, added_at: now }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::{cart, item, money, noon, offer, quantity};

    fn put(cart: &Cart, items: &[CartItem], offer: &Offer, pieces: i32) -> Result<ItemChange, Refusal> {
        let sells = offer.price.currency == cart.currency;
        put_item(cart, items, offer, sells, quantity(pieces), noon())
    }

    #[test]
    fn a_new_sku_is_added_and_a_known_one_changed() {
        let mug = offer("MUG", money(1850, "CAD"));
        assert_eq!(put(&cart(), &[], &mug, 2), Ok(ItemChange::Added(item("MUG", 2))));
        assert_eq!(put(&cart(), &[item("MUG", 2)], &mug, 5), Ok(ItemChange::Changed(item("MUG", 5))));
    }

    #[test]
    fn a_full_cart_takes_no_new_sku_but_another_quantity() {
        let items: Vec<CartItem> = (0..30).map(|i| item(&format!("SKU-{i}"), 1)).collect();
        assert!(put(&cart(), &items, &offer("ONE-MORE", money(1, "CAD")), 1).is_err());
        assert!(put(&cart(), &items, &offer("SKU-7", money(1, "CAD")), 9).is_ok());
    }

    #[test]
    fn another_currency_is_refused_and_the_sku_named() {
        let refused = put(&cart(), &[], &offer("EURO", money(1, "EUR")), 1).unwrap_err();
        assert_eq!(refused.unavailable.len(), 1);
        assert_eq!(refused.allowed, [CartStatus::CheckedOut, CartStatus::Abandoned]);
    }

    #[test]
    fn an_abandoned_cart_is_open_again_with_the_next_change() {
        let abandoned = Cart { status: CartStatus::Abandoned, ..cart() };
        assert_eq!(ensure_open(&abandoned), Ok(()));
        let later = noon().checked_add(IDLE_AFTER).unwrap();
        let touched = touched(&abandoned, later);
        assert_eq!((touched.status, touched.updated_at), (CartStatus::Open, later));
        assert!(touched.idle_on > later.date(), "it isn't idle on the day it was touched");
    }

    #[test]
    fn a_checked_out_cart_is_done() {
        let done = Cart { status: CartStatus::CheckedOut, ..cart() };
        let refused = put(&done, &[], &offer("MUG", money(1, "CAD")), 1).unwrap_err();
        assert_eq!((refused.state, refused.allowed), (CartStatus::CheckedOut, &[][..]));
    }
}
