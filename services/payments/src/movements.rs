//! Money that moves, step by step: each step writes once, and asks the provider before under the movement's own key.

use commerce_model::types::{Capture, MovementStatus, OrderId, Payment, ProviderReference, Refund, RefundId};
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, Stored};

use crate::Payments;
use crate::app::movement::{self, Wanted};
use crate::app::provider::{Movement, PaymentProvider, StepKey, Taken};
use crate::checkout::{again, order};

/// Looks per try: other parcels of the order move money at the same time.
const LOOKS: usize = 8;

/// How a capture went.
pub(crate) enum Captured {
    /// The money is there, now or before.
    Done,
    /// The provider refuses; what follows is to be written by whoever asked.
    Refused(Box<(Stored<Capture>, Stored<Payment>, store::FailCapture)>),
    /// It was refused before.
    RefusedBefore,
}

/// The order's payment.
pub(crate) async fn payment_of(cx: &Context, id: OrderId) -> Result<Stored<Payment>, Failure> {
    let order = order(cx, id).await?;
    let found = Commerce::of(cx).payment(&order.payment_id).await?;
    found.ok_or_else(|| Failure::park("nothing was ever authorised for the order"))
}

/// Sets a part of what was taken aside; nothing to do if that is done already, or nothing is left.
pub(crate) async fn set_refund_aside(cx: &Context, order: OrderId, wanted: Wanted) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    for _ in 0..LOOKS {
        let payment = payment_of(cx, order).await?;
        if store.refund(&payment.payment_id, &wanted.id).await?.is_some() {
            return Ok(());
        }
        let Some(refund) = movement::refund(&payment, &wanted, cx.now()) else { return Ok(()) };
        let write = store::StartRefund {
            updated_at: cx.now().max(payment.updated_at),
            amount: refund.amount.amount.get(),
            refund,
        };
        match store.start_refund(&payment, write).commit().await {
            Ok(()) | Err(store::StartRefundError::RefundExists) => return Ok(()),
            // Somebody else took of it since it was read.
            Err(store::StartRefundError::Conflict | store::StartRefundError::MoreThanCaptured) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Failure::retry("the payment keeps changing"))
}

impl<P: PaymentProvider> Payments<P> {
    /// Has the provider take what was set aside.
    pub(crate) async fn take(
        &self,
        cx: &Context,
        payment: Stored<Payment>,
        capture: Stored<Capture>,
    ) -> Result<Captured, Failure> {
        match capture.status {
            MovementStatus::Succeeded => return Ok(Captured::Done),
            MovementStatus::Failed => return Ok(Captured::RefusedBefore),
            MovementStatus::Pending => {}
        }
        let taken = Taken {
            account: cx.tenant(),
            payment: &payment.payment_id,
            capture: &capture.capture_id,
            authorization: authorization(&payment)?,
            amount: &capture.amount,
        };
        let key = StepKey::capture(&capture.capture_id);
        match self.provider.capture(&key, &taken).await.map_err(again)? {
            Movement::Done(reference) => {
                let write = movement::captured(&payment, &capture, Some(reference), None, cx.now());
                let written = Commerce::of(cx).finish_capture(&capture, &payment, write).commit().await;
                written.map_err(Failure::from)?;
                Ok(Captured::Done)
            }
            Movement::Refused(failure) => {
                let write = movement::capture_failed(&payment, &capture, failure, None, cx.now());
                Ok(Captured::Refused(Box::new((capture, payment, write))))
            }
        }
    }

    /// Has the provider give back what was set aside. That it refuses is no failure of whoever asks: a person looks at it.
    pub(crate) async fn give(&self, cx: &Context, order: OrderId, id: RefundId) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let payment = payment_of(cx, order).await?;
        let found = store.refund(&payment.payment_id, &id).await?;
        let Some(found) = found.filter(|it| it.status == MovementStatus::Pending) else { return Ok(()) };
        self.pay_back(cx, &payment, &found).await
    }

    async fn pay_back(
        &self,
        cx: &Context,
        payment: &Stored<Payment>,
        found: &Stored<Refund>,
    ) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let key = StepKey::refund(&found.refund_id);
        match self.provider.refund(&key, authorization(payment)?, &found.amount).await.map_err(again)? {
            Movement::Done(reference) => {
                let write = movement::refunded(payment, found, Some(reference), None, cx.now());
                store.finish_refund(found, write).commit().await.map_err(Failure::from)
            }
            Movement::Refused(failure) => {
                let write = movement::refund_failed(payment, found, failure, None, cx.now());
                store.fail_refund(found, payment, write).commit().await.map_err(Failure::from)
            }
        }
    }
}

fn authorization(payment: &Payment) -> Result<&ProviderReference, Failure> {
    payment.provider_reference.as_ref().ok_or_else(|| Failure::park("the provider holds nothing"))
}
