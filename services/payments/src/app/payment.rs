//! The life of a payment: `AUTHORIZED`, then `CAPTURED` or `VOIDED`; or `DECLINED`; or `VOIDED` from the start.

use commerce_model::events::{PaymentAuthorized, PaymentDeclined, PaymentVoided};
use commerce_model::types::{
    Card, DeclineReason, MinorUnits, Money, Order, Payment, PaymentStatus, ProviderReference,
};
use stipule_runtime::wire::{DateTime, Ranged};

/// The provider holds the order's total.
pub(crate) fn authorized(
    order: &Order,
    card: Option<Card>,
    reference: ProviderReference,
    now: DateTime,
) -> (Payment, PaymentAuthorized) {
    let event = PaymentAuthorized {
        payment_id: order.payment_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        amount: order.total.clone(),
        provider_reference: reference.clone(),
    };
    let payment = Payment {
        card,
        capturable: units(order.total.amount.get()),
        provider_reference: Some(reference),
        ..unasked(order, PaymentStatus::Authorized, now)
    };
    (payment, event)
}

/// The order's total can't be had.
pub(crate) fn declined(
    order: &Order,
    card: Option<Card>,
    reason: DeclineReason,
    now: DateTime,
) -> (Payment, PaymentDeclined) {
    let event = PaymentDeclined {
        payment_id: order.payment_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        amount: order.total.clone(),
        reason,
    };
    let payment =
        Payment { card, decline_reason: Some(reason), ..unasked(order, PaymentStatus::Declined, now) };
    (payment, event)
}

/// The order ended before the provider was asked: the payment that will never be.
pub(crate) fn never(order: &Order, now: DateTime) -> Payment {
    unasked(order, PaymentStatus::Voided, now)
}

/// What the others are told of a payment that holds nothing: of all of it, or of what was held beyond captures.
pub(crate) fn voided(payment: &Payment) -> PaymentVoided {
    let amount = match payment.status {
        PaymentStatus::Captured => Money {
            amount: Ranged::new(payment.capturable.get()).expect("units have the limits of amounts"),
            currency: payment.amount.currency.clone(),
        },
        PaymentStatus::Authorized | PaymentStatus::Declined | PaymentStatus::Voided => payment.amount.clone(),
    };
    PaymentVoided {
        payment_id: payment.payment_id,
        order_id: payment.order_id,
        customer_id: payment.customer_id,
        amount,
    }
}

/// What the end of an order means for its payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The provider wasn't asked yet: see to it that it won't be.
    Refuse,
    /// The provider holds money that has to be let go of; then the payment has this status.
    Void(PaymentStatus),
    /// Nothing is held.
    Nothing,
}

/// What to do when no more will be taken.
pub(crate) fn end(payment: Option<&Payment>) -> Ending {
    let Some(payment) = payment else { return Ending::Refuse };
    match payment.status {
        PaymentStatus::Authorized => Ending::Void(PaymentStatus::Voided),
        // What was captured is refunded, not voided; only what is held beyond it is let go of.
        PaymentStatus::Captured if payment.capturable.get() > 0 => Ending::Void(PaymentStatus::Captured),
        PaymentStatus::Captured | PaymentStatus::Declined | PaymentStatus::Voided => Ending::Nothing,
    }
}

fn unasked(order: &Order, status: PaymentStatus, now: DateTime) -> Payment {
    Payment {
        payment_id: order.payment_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        amount: order.total.clone(),
        status,
        capturable: units(0),
        refundable: units(0),
        card: None,
        decline_reason: None,
        provider_reference: None,
        created_at: now,
        updated_at: now,
    }
}

fn units(amount: i64) -> MinorUnits {
    MinorUnits::new(amount).expect("amounts of money have the same limits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::samples::order;

    #[test]
    fn an_authorised_payment_is_voided_when_the_order_ends() {
        let order = order();
        let reference = ProviderReference::new("auth_1").unwrap();
        let card = crate::app::method::card(&crate::app::samples::token("tok_visa_4242")).unwrap();
        let (payment, event) = authorized(&order, Some(card), reference, order.placed_at);
        assert_eq!(end(Some(&payment)), Ending::Void(PaymentStatus::Voided));
        assert_eq!((event.amount, event.payment_id), (order.total, order.payment_id));
    }

    #[test]
    fn of_a_captured_payment_only_what_is_held_beyond_it_is_let_go_of() {
        let order = order();
        let payment = Payment {
            capturable: units(700),
            refundable: units(3000),
            ..unasked(&order, PaymentStatus::Captured, order.placed_at)
        };
        assert_eq!(end(Some(&payment)), Ending::Void(PaymentStatus::Captured));
        assert_eq!(voided(&payment).amount.amount.get(), 700);
        let payment = Payment { capturable: units(0), ..payment };
        assert_eq!(end(Some(&payment)), Ending::Nothing);
    }

    #[test]
    fn a_declined_payment_holds_nothing() {
        let order = order();
        let (payment, _) = declined(&order, None, DeclineReason::CardDeclined, order.placed_at);
        assert_eq!(end(Some(&payment)), Ending::Nothing);
    }

    #[test]
    fn an_order_that_ends_before_it_is_paid_will_not_be() {
        let order = order();
        assert_eq!(end(None), Ending::Refuse);
        assert_eq!(end(Some(&never(&order, order.placed_at))), Ending::Nothing);
    }
}
