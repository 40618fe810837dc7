//! What the provider tells: believed by its signature, handled once by its id, whenever it comes.
//!
//! A movement is finished by whoever hears of it first, the step that asked or the webhook; the other finds it finished.

use commerce_model::payments::{PspCaptureMessage, PspChargebackMessage, PspMessage, PspRefundMessage};
use commerce_model::types::{
    Account, MovementStatus, Payment, PaymentId, PspWebhook, PspWebhookId, PspWebhookKind,
};
use commerce_service::payments as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failed, StoreFailure, Stored};

use crate::Payments;
use crate::app::movement;
use crate::app::provider::PaymentProvider;

type Heard = Result<api::HearPspOk, api::HearPspError>;

const HEARD: api::HearPspOk = api::HearPspOk::NoContent;
const NOT_BELIEVED: &str = "The message isn't believed.";
const NO_PAYMENT: &str = "There is no such payment.";
const NOT_ASKED: &str = "Nothing of the kind was asked for.";

impl<P: PaymentProvider> Payments<P> {
    pub(crate) async fn hear(&self, cx: &Context, input: api::HearPsp) -> Heard {
        if let Err(refusal) = input.body.verify(&self.secret, cx.now()) {
            tracing::warn!(%refusal, "a message of the provider isn't believed");
            return Err(api::HearPspError::unauthorized(NOT_BELIEVED));
        }
        let (account, payment_id, kind) = about(&input.body.value);
        let cx = &cx.for_tenant(account.as_str());
        let store = Commerce::of(cx);
        let webhook_id = PspWebhookId::new(input.webhook_id.as_str()).map_err(Failed::internal)?;
        if store.psp_webhook(&webhook_id).await?.is_some() {
            return Ok(HEARD);
        }
        let payment = store.payment(payment_id).await?;
        let payment = payment.ok_or_else(|| api::HearPspError::not_found(NO_PAYMENT))?;
        let webhook = PspWebhook { webhook_id, kind, received_at: cx.now() };
        match &input.body.value {
            PspMessage::PspCaptureMessage(message) => capture(cx, &payment, message, webhook).await,
            PspMessage::PspRefundMessage(message) => refund(cx, &payment, message, webhook).await,
            PspMessage::PspChargebackMessage(message) => chargeback(cx, &payment, message, webhook).await,
        }
    }
}

/// For whom, of which payment, and what.
fn about(message: &PspMessage) -> (&Account, &PaymentId, PspWebhookKind) {
    match message {
        PspMessage::PspCaptureMessage(it) => {
            let failed = it.failure.is_some();
            let kind = if failed { PspWebhookKind::CaptureFailed } else { PspWebhookKind::CaptureSucceeded };
            (&it.account, &it.payment_id, kind)
        }
        PspMessage::PspRefundMessage(it) => {
            let failed = it.failure.is_some();
            let kind = if failed { PspWebhookKind::RefundFailed } else { PspWebhookKind::RefundSucceeded };
            (&it.account, &it.payment_id, kind)
        }
        PspMessage::PspChargebackMessage(it) => {
            (&it.account, &it.payment_id, PspWebhookKind::ChargebackOpened)
        }
    }
}

/// It tells nothing that isn't known; a contradiction is for a person.
async fn note(cx: &Context, webhook: PspWebhook, contradicts: bool) -> Heard {
    if contradicts {
        tracing::error!(
            webhook = webhook.webhook_id.as_str(),
            "the provider contradicts what it said before"
        );
    }
    let write = store::SeePspWebhook { psp_webhook: webhook };
    match Commerce::of(cx).see_psp_webhook(write).commit().await {
        Ok(()) | Err(store::SeePspWebhookError::SeenBefore) => Ok(HEARD),
        Err(store::SeePspWebhookError::Failed(failure)) => Err(failure.into()),
    }
}

/// Whether the provider says another end than is known.
fn contradicts(status: MovementStatus, failed: bool) -> bool {
    status != if failed { MovementStatus::Failed } else { MovementStatus::Succeeded }
}

async fn capture(
    cx: &Context,
    payment: &Stored<Payment>,
    message: &PspCaptureMessage,
    webhook: PspWebhook,
) -> Heard {
    let store = Commerce::of(cx);
    let found = store.capture(&payment.payment_id, &message.capture_id).await?;
    let found = found.ok_or_else(|| api::HearPspError::not_found(NOT_ASKED))?;
    if found.status != MovementStatus::Pending {
        return note(cx, webhook, contradicts(found.status, message.failure.is_some())).await;
    }
    match message.failure {
        None => {
            use store::FinishCaptureError::{Conflict, Failed, SeenBefore};
            let reference = message.reference.clone();
            let write = movement::captured(payment, &found, reference, Some(webhook), cx.now());
            match store.finish_capture(&found, payment, write).commit().await {
                Ok(()) | Err(SeenBefore) => Ok(HEARD),
                Err(Conflict) => Err(StoreFailure::Busy.into()),
                Err(Failed(failure)) => Err(failure.into()),
            }
        }
        Some(failure) => {
            use store::FailCaptureError::{Conflict, Failed, SeenBefore};
            let write = movement::capture_failed(payment, &found, failure, Some(webhook), cx.now());
            match store.fail_capture(&found, payment, write).commit().await {
                Ok(()) | Err(SeenBefore) => Ok(HEARD),
                Err(Conflict) => Err(StoreFailure::Busy.into()),
                Err(Failed(failure)) => Err(failure.into()),
            }
        }
    }
}

async fn refund(
    cx: &Context,
    payment: &Stored<Payment>,
    message: &PspRefundMessage,
    webhook: PspWebhook,
) -> Heard {
    let store = Commerce::of(cx);
    let found = store.refund(&payment.payment_id, &message.refund_id).await?;
    let found = found.ok_or_else(|| api::HearPspError::not_found(NOT_ASKED))?;
    if found.status != MovementStatus::Pending {
        return note(cx, webhook, contradicts(found.status, message.failure.is_some())).await;
    }
    match message.failure {
        None => {
            use store::FinishRefundError::{Conflict, Failed, SeenBefore};
            let reference = message.reference.clone();
            let write = movement::refunded(payment, &found, reference, Some(webhook), cx.now());
            match store.finish_refund(&found, write).commit().await {
                Ok(()) | Err(SeenBefore) => Ok(HEARD),
                Err(Conflict) => Err(StoreFailure::Busy.into()),
                Err(Failed(failure)) => Err(failure.into()),
            }
        }
        Some(failure) => {
            use store::FailRefundError::{Conflict, Failed, SeenBefore};
            let write = movement::refund_failed(payment, &found, failure, Some(webhook), cx.now());
            match store.fail_refund(&found, payment, write).commit().await {
                Ok(()) | Err(SeenBefore) => Ok(HEARD),
                Err(Conflict) => Err(StoreFailure::Busy.into()),
                Err(Failed(failure)) => Err(failure.into()),
            }
        }
    }
}

async fn chargeback(
    cx: &Context,
    payment: &Stored<Payment>,
    message: &PspChargebackMessage,
    webhook: PspWebhook,
) -> Heard {
    use store::OpenChargebackError::{ChargebackExists, Conflict, Failed, MoreThanCaptured, SeenBefore};
    let store = Commerce::of(cx);
    if store.chargeback(&payment.payment_id, &message.chargeback_id).await?.is_some() {
        return note(cx, webhook, false).await;
    }
    let write = movement::disputed(payment, message, webhook, cx.now());
    match store.open_chargeback(payment, write).commit().await {
        Ok(()) | Err(SeenBefore | ChargebackExists) => Ok(HEARD),
        // Somebody moved money of the payment since it was read.
        Err(Conflict | MoreThanCaptured) => Err(StoreFailure::Busy.into()),
        Err(Failed(failure)) => Err(failure.into()),
    }
}
