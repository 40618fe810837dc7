//! What payments does for a checkout: the provider holds the order's total, and takes nothing yet.
//!
//! The provider is asked before the payment is written, always under the same key per order and step. If we stop in
//! between, the step comes again and the provider gives the answer that it gave before.

use commerce_model::types::{DeclineReason, Order, OrderId, OrderOf, PaymentStatus};
use commerce_service::payments as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, Stored};

use crate::Payments;
use crate::app::payment::{self, Ending};
use crate::app::provider::{Decision, NoAnswer, PaymentProvider, StepKey};

type Authorized = Result<(), api::CheckoutAuthorizePaymentError>;

impl<P: PaymentProvider> api::CheckoutSteps for Payments<P> {
    async fn authorize_payment(&self, cx: &Context, input: OrderOf) -> Authorized {
        let order = order(cx, input.order_id).await?;
        match Commerce::of(cx).payment(&order.payment_id).await? {
            None => self.ask(cx, &order).await,
            // The order was cancelled while we asked: the provider may hold what nobody knows of.
            Some(known) if known.status == PaymentStatus::Voided => {
                self.void(&order).await?;
                let over = "nothing is held for an order that is over";
                Err(api::CheckoutAuthorizePaymentError::OrderOver(over.to_owned()))
            }
            Some(known) => Err(Failure::park(format!("the payment is {:?} already", known.status)).into()),
        }
    }

    async fn void_payment(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        self.end(cx, &order(cx, input.order_id).await?).await
    }
}

/// The order that is paid.
pub(crate) async fn order(cx: &Context, id: OrderId) -> Result<Order, Failure> {
    let order = Commerce::of(cx).order(&id).await?.map(Stored::into_value);
    order.ok_or_else(|| Failure::retry("the order isn't there yet"))
}

impl<P: PaymentProvider> Payments<P> {
    /// Asks for the order's total and writes down what the provider says.
    async fn ask(&self, cx: &Context, order: &Order) -> Authorized {
        let store = Commerce::of(cx);
        let method = store.payment_method(&order.payment_method_id).await?;
        let token = store.vaulted_token(&order.payment_method_id).await?;
        let card = method.map(|method| method.card);
        let decision = match &token {
            Some(vaulted) => {
                let key = StepKey::authorize(&order.order_id);
                self.provider.authorize(&key, &vaulted.token, &order.total).await.map_err(again)?
            }
            None => Decision::Declined(DeclineReason::PaymentMethodRemoved),
        };
        match decision {
            Decision::Approved(reference) => {
                let (payment, payment_authorized) = payment::authorized(order, card, reference, cx.now());
                let write = store::AuthorizePayment { payment, payment_authorized };
                Ok(store.authorize_payment(write).commit().await.map_err(Failure::from)?)
            }
            Decision::Declined(reason) => {
                let (payment, payment_declined) = payment::declined(order, card, reason, cx.now());
                let write = store::DeclinePayment { payment, payment_declined };
                let refused = api::CheckoutAuthorizePaymentError::PaymentDeclined(reason.as_str().to_owned());
                Err(store.decline_payment(write).refuse(refused).await.map_err(Failure::from)?)
            }
        }
    }

    /// Nothing is held for the order any more, and nothing will be: it is over, or all that is sent is paid.
    pub(crate) async fn end(&self, cx: &Context, order: &Order) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let known = store.payment(&order.payment_id).await?;
        match (payment::end(known.as_deref()), &known) {
            (Ending::Void(status), Some(known)) => {
                self.void(order).await?;
                let write = store::VoidPayment {
                    status,
                    released: known.capturable.get(),
                    updated_at: cx.now(),
                    payment_voided: payment::voided(known),
                };
                store.void_payment(known, write).commit().await.map_err(Failure::from)
            }
            (Ending::Refuse, _) => {
                let never = payment::never(order, cx.now());
                let write = store::RefusePayment { payment_voided: payment::voided(&never), payment: never };
                store.refuse_payment(write).commit().await.map_err(Failure::from)
            }
            (Ending::Nothing | Ending::Void(_), _) => Ok(()),
        }
    }

    /// Lets go of what the provider holds for the order, if it holds anything.
    async fn void(&self, order: &Order) -> Result<(), Failure> {
        let (key, authorization) = (StepKey::void(&order.order_id), StepKey::authorize(&order.order_id));
        self.provider.void(&key, &authorization).await.map_err(again)
    }
}

pub(crate) fn again(silent: NoAnswer) -> Failure {
    Failure::retry(silent)
}
