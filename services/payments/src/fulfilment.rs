//! What payments does for a fulfilment: each parcel is paid when it goes, and what is held beyond that is let go of.

use commerce_model::types::{MovementFailure, MovementStatus, OrderOf, ParcelOf, ParcelToPay, RefundReason};
use commerce_service::payments as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure};

use crate::Payments;
use crate::app::movement::{self, Wanted};
use crate::app::provider::{PaymentProvider, StepKey};
use crate::checkout::{again, order};
use crate::movements::{Captured, payment_of, set_refund_aside};

impl<P: PaymentProvider> api::FulfilmentSteps for Payments<P> {
    async fn set_capture_aside(&self, cx: &Context, input: ParcelToPay) -> Result<(), Failure> {
        // Nobody is charged nothing.
        if input.amount.amount.get() == 0 {
            return Ok(());
        }
        let payment = payment_of(cx, input.order_id).await?;
        let amount = input.amount.amount.get();
        let capture = movement::capture(&payment, &input.fulfilment_id, input.amount, cx.now());
        let write = store::StartCapture { updated_at: cx.now().max(payment.updated_at), amount, capture };
        match Commerce::of(cx).start_capture(&payment, write).commit().await {
            Err(store::StartCaptureError::CaptureExists) => Ok(()),
            // The parcels cost more than the order: no later try mends that.
            Err(denied @ store::StartCaptureError::MoreThanAuthorized) => Err(Failure::park(denied)),
            done => done.map_err(Failure::from),
        }
    }

    async fn capture(&self, cx: &Context, input: ParcelToPay) -> Result<(), api::FulfilmentCaptureError> {
        let store = Commerce::of(cx);
        let refused =
            |why: MovementFailure| api::FulfilmentCaptureError::CaptureRefused(why.as_str().to_owned());
        let payment = payment_of(cx, input.order_id).await?;
        let id = movement::capture_of(&input.fulfilment_id);
        let Some(capture) = store.capture(&payment.payment_id, &id).await? else {
            return match input.amount.amount.get() {
                0 => Ok(()),
                _ => Err(Failure::park("nothing is set aside for the parcel").into()),
            };
        };
        let before = capture.failure.unwrap_or(MovementFailure::ProviderRefused);
        match self.take(cx, payment, capture).await? {
            Captured::Done => Ok(()),
            Captured::RefusedBefore => Err(refused(before)),
            Captured::Refused(refusal) => {
                let (capture, payment, write) = *refusal;
                let why = write.failure.unwrap_or(MovementFailure::ProviderRefused);
                let written = store.fail_capture(&capture, &payment, write).refuse(refused(why)).await;
                Err(written.map_err(Failure::from)?)
            }
        }
    }

    async fn set_capture_refund_aside(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        set_parcel_aside(cx, &input, RefundReason::Cancellation).await
    }

    /// What was taken is given back. Where nobody knows whether it was, the provider undoes it if it was.
    async fn give_capture_back(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let payment = payment_of(cx, input.order_id).await?;
        let id = movement::capture_of(&input.fulfilment_id);
        let found = store.capture(&payment.payment_id, &id).await?;
        let Some(found) = found.filter(|it| it.status == MovementStatus::Pending) else {
            return self.give(cx, input.order_id, movement::refund_of(&input.fulfilment_id)).await;
        };
        self.provider.reverse(&StepKey::capture(&id)).await.map_err(again)?;
        let failure = MovementFailure::ProviderRefused;
        let write = movement::capture_failed(&payment, &found, failure, None, cx.now());
        store.fail_capture(&found, &payment, write).commit().await.map_err(Failure::from)
    }

    async fn void_rest(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        self.end(cx, &order(cx, input.order_id).await?).await
    }

    async fn set_parcel_refund_aside(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        set_parcel_aside(cx, &input, RefundReason::NotDelivered).await
    }

    async fn refund_parcel(&self, cx: &Context, input: ParcelOf) -> Result<(), Failure> {
        self.give(cx, input.order_id, movement::refund_of(&input.fulfilment_id)).await
    }
}

/// Sets aside what was taken for a parcel, as far as it is left.
async fn set_parcel_aside(cx: &Context, input: &ParcelOf, reason: RefundReason) -> Result<(), Failure> {
    let payment = payment_of(cx, input.order_id).await?;
    let id = movement::capture_of(&input.fulfilment_id);
    let found = Commerce::of(cx).capture(&payment.payment_id, &id).await?;
    let Some(taken) = found.filter(|it| it.status == MovementStatus::Succeeded) else { return Ok(()) };
    let id = movement::refund_of(&input.fulfilment_id);
    let wanted = Wanted { id, reason, return_id: None, at_most: Some(taken.amount.amount.get()) };
    set_refund_aside(cx, input.order_id, wanted).await
}
