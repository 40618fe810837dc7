//! From a checked-out cart, or a subscription's cycle that is due, to an order.

use commerce_model::events::{CartCheckedOut, OrderPlaced, OrderRejected, SubscriptionRenewalDue};
use commerce_model::types::{
    Address, CartCoupon, CartId, CustomerId, Money, Order, OrderId, OrderItem, OrderLine, OrderStatus,
    PaymentId, PaymentMethodId, PricedLine, RejectionReason, SubscriptionId,
};
use stipule_runtime::wire::{BoundedVec, DateTime, Fault, Ranged};

/// A new order, its lines, and what the others are told.
pub(crate) struct Placement {
    pub(crate) order: Order,
    pub(crate) lines: BoundedVec<OrderLine, 1, 30>,
    pub(crate) placed: OrderPlaced,
}

/// What is bought, whoever asked for it.
pub(crate) struct Purchase {
    order_id: OrderId,
    customer_id: CustomerId,
    cart_id: Option<CartId>,
    subscription_id: Option<SubscriptionId>,
    lines: BoundedVec<PricedLine, 1, 30>,
    total: Money,
    coupon: Option<CartCoupon>,
    shipping_address: Address,
    payment_method_id: PaymentMethodId,
}

impl Purchase {
    /// What was in a cart that is checked out.
    pub(crate) fn of_cart(cart: &CartCheckedOut, shipping_address: Address) -> Self {
        Self {
            order_id: cart.order_id,
            customer_id: cart.customer_id,
            cart_id: Some(cart.cart_id),
            subscription_id: None,
            lines: cart.lines.clone(),
            total: cart.total.clone(),
            coupon: cart.coupon.clone(),
            shipping_address,
            payment_method_id: cart.payment_method_id,
        }
    }

    /// What a subscription's cycle brings.
    pub(crate) fn of_cycle(due: &SubscriptionRenewalDue, shipping_address: Address) -> Self {
        Self {
            order_id: due.order_id,
            customer_id: due.customer_id,
            cart_id: None,
            subscription_id: Some(due.subscription_id),
            lines: BoundedVec::from([due.line.clone()]),
            total: due.line.line_total.clone(),
            coupon: None,
            shipping_address,
            payment_method_id: due.payment_method_id,
        }
    }
}

/// Places an order. The payment's id is chosen here: an order has one payment.
///
/// # Errors
/// Never for an event that keeps its contract: the limits of an order are those of a cart.
pub(crate) fn place(bought: Purchase, payment_id: PaymentId, at: DateTime) -> Result<Placement, Fault> {
    let Purchase { order_id, customer_id, cart_id, subscription_id, coupon, .. } = bought;
    let mut numbers = 1..;
    let lines =
        bought.lines.try_each(|line| order_line(order_id, numbers.next().unwrap_or(i64::MAX), line))?;
    let placed = OrderPlaced {
        order_id,
        customer_id,
        items: lines.each(|line| OrderItem { sku: line.sku.clone(), quantity: line.quantity }),
        total: bought.total.clone(),
    };
    let order = Order {
        order_id,
        customer_id,
        cart_id,
        subscription_id,
        status: OrderStatus::Placed,
        total: bought.total,
        coupon,
        line_count: Ranged::new(i64::try_from(lines.len()).unwrap_or(i64::MAX))?,
        shipping_address: bought.shipping_address,
        payment_method_id: bought.payment_method_id,
        payment_id,
        rejection: None,
        cancellation: None,
        placed_at: at,
        updated_at: at,
    };
    Ok(Placement { order, lines, placed })
}

/// The order, of which nothing is reserved or charged yet, rejected, and what the others are told.
pub(crate) fn refused(order: Order, reason: RejectionReason) -> (Order, OrderRejected) {
    let told = OrderRejected { order_id: order.order_id, customer_id: order.customer_id, reason };
    (Order { status: OrderStatus::Rejected, rejection: Some(reason), ..order }, told)
}

fn order_line(order_id: OrderId, number: i64, line: &PricedLine) -> Result<OrderLine, Fault> {
    Ok(OrderLine {
        order_id,
        line_no: Ranged::new(number)?,
        sku: line.sku.clone(),
        product_id: line.product_id,
        title: line.title.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price.clone(),
        discount: line.discount.clone(),
        line_total: line.line_total.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::redaction;
    use crate::app::samples::{checkout, order};

    fn placed(address: Address) -> Placement {
        let like = order(OrderStatus::Placed);
        place(Purchase::of_cart(&checkout(), address), like.payment_id, like.placed_at).unwrap()
    }

    #[test]
    fn an_order_says_what_the_cart_said() {
        let (cart, address) = (checkout(), order(OrderStatus::Placed).shipping_address);
        let it = placed(address.clone());
        assert_eq!(it.order.order_id, cart.order_id);
        assert_eq!(it.order.total, cart.total);
        assert_eq!(it.order.shipping_address, address);
        assert_eq!(it.order.status, OrderStatus::Placed);
        assert_eq!(it.order.line_count.get(), 2);
        let prices: Vec<_> = it.lines.iter().map(|line| line.line_total.amount.get()).collect();
        assert_eq!(prices, [3700, 900]);
    }

    #[test]
    fn lines_are_numbered_from_one_in_the_order_of_the_cart() {
        let it = placed(order(OrderStatus::Placed).shipping_address);
        let lines: Vec<_> = it.lines.iter().map(|line| (line.line_no.get(), line.sku.to_string())).collect();
        assert_eq!(lines, [(1, "MUG-BLUE".to_owned()), (2, "TEA-GREEN".to_owned())]);
    }

    #[test]
    fn inventory_hears_of_every_line() {
        let it = placed(order(OrderStatus::Placed).shipping_address);
        let items: Vec<_> =
            it.placed.items.iter().map(|item| (item.sku.to_string(), item.quantity.get())).collect();
        assert_eq!(items, [("MUG-BLUE".to_owned(), 2), ("TEA-GREEN".to_owned(), 1)]);
    }

    #[test]
    fn an_order_that_goes_nowhere_is_rejected_and_keeps_its_country() {
        let it = placed(redaction::gone(checkout().country).unwrap());
        assert!(redaction::is_redacted(&it.order));
        let (order, told) = refused(it.order, RejectionReason::AddressGone);
        assert_eq!((order.status, order.rejection), (OrderStatus::Rejected, Some(told.reason)));
        assert_eq!((order.shipping_address.country.as_str(), told.order_id), ("CA", order.order_id));
    }
}
