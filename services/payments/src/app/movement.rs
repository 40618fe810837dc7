//! Money that moves: set aside first, then taken or given back by the provider.
//!
//! ```text
//! PENDING ─────▶ SUCCEEDED
//! PENDING ─────▶ FAILED        what was set aside is free again
//! ```

use commerce_model::events::{
    PaymentCaptureFailed, PaymentCaptured, PaymentChargebackOpened, PaymentRefundFailed, PaymentRefunded,
};
use commerce_model::payments::PspChargebackMessage;
use commerce_model::types::{
    Capture, CaptureId, Chargeback, FulfilmentId, Money, MovementFailure, MovementStatus, Payment, PaymentId,
    PaymentStatus, ProviderReference, PspWebhook, Refund, RefundId, RefundReason, ReturnId, ShipmentId,
};
use commerce_store as store;
use stipule_runtime::wire::{DateTime, Ranged};

/// A parcel is paid once: its capture has its id.
pub(crate) fn capture_of(parcel: &FulfilmentId) -> CaptureId {
    CaptureId::new(*parcel.get())
}

/// What was taken for a parcel is given back once: its refund has the parcel's id too.
pub(crate) fn refund_of(parcel: &FulfilmentId) -> RefundId {
    RefundId::new(*parcel.get())
}

/// An order is cancelled once: the refund of all that is left has the payment's id.
pub(crate) fn refund_of_all(payment: &PaymentId) -> RefundId {
    RefundId::new(*payment.get())
}

/// What comes back is paid back once: its refund has the return's id.
pub(crate) fn refund_of_return(it: &ReturnId) -> RefundId {
    RefundId::new(*it.get())
}

/// A part of what is authorised, set aside for a parcel.
pub(crate) fn capture(payment: &Payment, parcel: &FulfilmentId, amount: Money, now: DateTime) -> Capture {
    Capture {
        payment_id: payment.payment_id,
        capture_id: capture_of(parcel),
        shipment_id: ShipmentId::new(*parcel.get()),
        amount,
        status: MovementStatus::Pending,
        failure: None,
        provider_reference: None,
        created_at: now,
        updated_at: now,
    }
}

/// A refund that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) id: RefundId,
    pub(crate) reason: RefundReason,
    /// The return that it is for, if it is for one.
    pub(crate) return_id: Option<ReturnId>,
    /// At most so many minor units; everything that is left without it.
    pub(crate) at_most: Option<i64>,
}

/// A part of what was taken, set aside to be given back; `None` where nothing is left of it.
pub(crate) fn refund(payment: &Payment, wanted: &Wanted, now: DateTime) -> Option<Refund> {
    let left = payment.refundable.get();
    let amount = wanted.at_most.map_or(left, |most| most.min(left));
    let amount = Ranged::new(amount).ok().filter(|amount| amount.get() > 0)?;
    Some(Refund {
        payment_id: payment.payment_id,
        refund_id: wanted.id,
        reason: wanted.reason,
        return_id: wanted.return_id,
        amount: Money { amount, currency: payment.amount.currency.clone() },
        status: MovementStatus::Pending,
        failure: None,
        provider_reference: None,
        created_at: now,
        updated_at: now,
    })
}

/// The money of a parcel is taken.
pub(crate) fn captured(
    payment: &Payment,
    it: &Capture,
    provider_reference: Option<ProviderReference>,
    heard: Option<PspWebhook>,
    now: DateTime,
) -> store::FinishCapture {
    store::FinishCapture {
        status: MovementStatus::Succeeded,
        provider_reference,
        updated_at: now.max(payment.updated_at),
        payment_status: PaymentStatus::Captured,
        amount: it.amount.amount.get(),
        heard,
        payment_captured: PaymentCaptured {
            payment_id: payment.payment_id,
            capture_id: it.capture_id,
            order_id: payment.order_id,
            customer_id: payment.customer_id,
            shipment_id: it.shipment_id,
            amount: it.amount.clone(),
        },
    }
}

/// The money of a parcel can't be taken.
pub(crate) fn capture_failed(
    payment: &Payment,
    it: &Capture,
    failure: MovementFailure,
    heard: Option<PspWebhook>,
    now: DateTime,
) -> store::FailCapture {
    store::FailCapture {
        status: MovementStatus::Failed,
        failure: Some(failure),
        updated_at: now.max(payment.updated_at),
        amount: it.amount.amount.get(),
        heard,
        payment_capture_failed: PaymentCaptureFailed {
            payment_id: payment.payment_id,
            capture_id: it.capture_id,
            order_id: payment.order_id,
            customer_id: payment.customer_id,
            shipment_id: it.shipment_id,
            amount: it.amount.clone(),
            failure,
        },
    }
}

/// Money is given back.
pub(crate) fn refunded(
    payment: &Payment,
    it: &Refund,
    provider_reference: Option<ProviderReference>,
    heard: Option<PspWebhook>,
    now: DateTime,
) -> store::FinishRefund {
    store::FinishRefund {
        status: MovementStatus::Succeeded,
        provider_reference,
        updated_at: now.max(it.updated_at),
        heard,
        payment_refunded: PaymentRefunded {
            payment_id: payment.payment_id,
            refund_id: it.refund_id,
            order_id: payment.order_id,
            customer_id: payment.customer_id,
            reason: it.reason,
            return_id: it.return_id,
            amount: it.amount.clone(),
        },
    }
}

/// Money can't be given back: it is still owed.
pub(crate) fn refund_failed(
    payment: &Payment,
    it: &Refund,
    failure: MovementFailure,
    heard: Option<PspWebhook>,
    now: DateTime,
) -> store::FailRefund {
    store::FailRefund {
        status: MovementStatus::Failed,
        failure: Some(failure),
        updated_at: now.max(payment.updated_at),
        amount: it.amount.amount.get(),
        heard,
        payment_refund_failed: PaymentRefundFailed {
            payment_id: payment.payment_id,
            refund_id: it.refund_id,
            order_id: payment.order_id,
            customer_id: payment.customer_id,
            amount: it.amount.clone(),
            failure,
        },
    }
}

/// The customer's bank takes money back. What was given back already isn't owed twice.
pub(crate) fn disputed(
    payment: &Payment,
    message: &PspChargebackMessage,
    psp_webhook: PspWebhook,
    now: DateTime,
) -> store::OpenChargeback {
    let amount = message.amount.clone();
    store::OpenChargeback {
        updated_at: now.max(payment.updated_at),
        amount: amount.amount.get().min(payment.refundable.get()),
        psp_webhook,
        payment_chargeback_opened: PaymentChargebackOpened {
            payment_id: payment.payment_id,
            chargeback_id: message.chargeback_id,
            order_id: payment.order_id,
            customer_id: payment.customer_id,
            amount: amount.clone(),
            reason: message.reason,
        },
        chargeback: Chargeback {
            payment_id: payment.payment_id,
            chargeback_id: message.chargeback_id,
            amount,
            reason: message.reason,
            answer_by: message.answer_by,
            opened_at: now,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::payment::authorized;
    use crate::app::samples::order;
    use commerce_model::types::MinorUnits;

    fn payment(refundable: i64) -> Payment {
        let order = order();
        let (it, _) = authorized(&order, None, ProviderReference::new("auth_1").unwrap(), order.placed_at);
        Payment { refundable: MinorUnits::new(refundable).unwrap(), ..it }
    }

    fn wanted(at_most: Option<i64>) -> Wanted {
        let id = refund_of_all(&order().payment_id);
        Wanted { id, reason: RefundReason::Cancellation, return_id: None, at_most }
    }

    #[test]
    fn no_more_is_given_back_than_is_left() {
        let now = order().placed_at;
        let amount = |refundable, most: Option<i64>| {
            refund(&payment(refundable), &wanted(most), now).map(|it| it.amount.amount.get())
        };
        assert_eq!(amount(3000, Some(1200)), Some(1200));
        assert_eq!(amount(1000, Some(1200)), Some(1000));
        assert_eq!(amount(3000, None), Some(3000));
        assert_eq!(amount(0, Some(1200)), None);
        assert_eq!(amount(0, None), None);
    }
}
