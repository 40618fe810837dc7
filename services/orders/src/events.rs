//! What the others did, and what it means for the order.

use commerce_model::open::events::{
    CartCheckedOut, FraudApproved, FraudFlagged, FraudRejected, FulfilmentCreated, FulfilmentPicked,
    FulfilmentShortPicked, InventoryReservationExpired, InventoryReservationFailed,
    InventoryReservationReleased, InventoryReserved, PaymentAuthorized, PaymentCaptureFailed,
    PaymentCaptured, PaymentChargebackOpened, PaymentDeclined, PaymentRefundFailed, PaymentRefunded,
    PaymentVoided, PromotionCouponRedeemed, PromotionCouponReleased, ShipmentDelivered,
    ShipmentDeliveryFailed, ShipmentDispatched, SubscriptionRenewalDue,
};
use commerce_model::types::{Order, OrderHistoryEntry, OrderId, OrderStatus};
use commerce_service::orders as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{DateTime, EventPayload};
use stipule_runtime::{Context, Failure, Received, Stored};

use crate::Orders;
use crate::app::history::{self, Happening};
use crate::app::progress::{News, Step, step};
use crate::placing;

impl api::OrdersEvents for Orders {
    async fn on_cart_checked_out(
        &self,
        cx: &Context,
        event: Received<CartCheckedOut>,
    ) -> Result<(), Failure> {
        placing::of_cart(cx, &event).await
    }

    async fn on_subscription_renewal_due(
        &self,
        cx: &Context,
        event: Received<SubscriptionRenewalDue>,
    ) -> Result<(), Failure> {
        placing::of_cycle(cx, &event).await
    }

    async fn on_inventory_reserved(
        &self,
        cx: &Context,
        event: Received<InventoryReserved>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::StockReserved, &event).await
    }

    async fn on_inventory_reservation_failed(
        &self,
        cx: &Context,
        event: Received<InventoryReservationFailed>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::StockRefused, &event).await
    }

    async fn on_inventory_reservation_released(
        &self,
        cx: &Context,
        event: Received<InventoryReservationReleased>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::StockReleased, &event).await
    }

    async fn on_inventory_reservation_expired(
        &self,
        cx: &Context,
        event: Received<InventoryReservationExpired>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::StockExpired, &event).await
    }

    async fn on_promotion_coupon_redeemed(
        &self,
        cx: &Context,
        event: Received<PromotionCouponRedeemed>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::CouponRedeemed, &event).await
    }

    async fn on_promotion_coupon_released(
        &self,
        cx: &Context,
        event: Received<PromotionCouponReleased>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::CouponReleased, &event).await
    }

    async fn on_fulfilment_created(
        &self,
        cx: &Context,
        event: Received<FulfilmentCreated>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Packing, &event).await
    }

    async fn on_fulfilment_picked(
        &self,
        cx: &Context,
        event: Received<FulfilmentPicked>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Picked, &event).await
    }

    async fn on_fraud_approved(&self, cx: &Context, event: Received<FraudApproved>) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::FraudApproved, &event).await
    }

    async fn on_fraud_flagged(&self, cx: &Context, event: Received<FraudFlagged>) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::FraudFlagged, &event).await
    }

    async fn on_fraud_rejected(&self, cx: &Context, event: Received<FraudRejected>) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::FraudRejected, &event).await
    }

    async fn on_payment_authorized(
        &self,
        cx: &Context,
        event: Received<PaymentAuthorized>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::PaymentAuthorized, &event).await
    }

    async fn on_payment_declined(
        &self,
        cx: &Context,
        event: Received<PaymentDeclined>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::PaymentDeclined, &event).await
    }

    async fn on_payment_voided(&self, cx: &Context, event: Received<PaymentVoided>) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::PaymentVoided, &event).await
    }

    async fn on_payment_captured(
        &self,
        cx: &Context,
        event: Received<PaymentCaptured>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Captured, &event).await
    }

    async fn on_payment_capture_failed(
        &self,
        cx: &Context,
        event: Received<PaymentCaptureFailed>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::CaptureFailed, &event).await
    }

    async fn on_payment_refunded(
        &self,
        cx: &Context,
        event: Received<PaymentRefunded>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Refunded, &event).await
    }

    async fn on_payment_refund_failed(
        &self,
        cx: &Context,
        event: Received<PaymentRefundFailed>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::RefundFailed, &event).await
    }

    async fn on_payment_chargeback_opened(
        &self,
        cx: &Context,
        event: Received<PaymentChargebackOpened>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Disputed, &event).await
    }

    async fn on_fulfilment_short_picked(
        &self,
        cx: &Context,
        event: Received<FulfilmentShortPicked>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::ShortPicked, &event).await
    }

    async fn on_shipment_dispatched(
        &self,
        cx: &Context,
        event: Received<ShipmentDispatched>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Dispatched, &event).await
    }

    async fn on_shipment_delivered(
        &self,
        cx: &Context,
        event: Received<ShipmentDelivered>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::Delivered, &event).await
    }

    async fn on_shipment_delivery_failed(
        &self,
        cx: &Context,
        event: Received<ShipmentDeliveryFailed>,
    ) -> Result<(), Failure> {
        take_note(cx, event.order_id, News::DeliveryFailed, &event).await
    }
}

pub(crate) fn happening<E: EventPayload>(event: &Received<E>, at: DateTime, note: &'static str) -> Happening {
    Happening { id: event.envelope.id, at, event: E::NAME, note }
}

/// Takes the order a step further, and the event into its history, in one transaction.
async fn take_note<E: EventPayload>(
    cx: &Context,
    order_id: OrderId,
    news: News,
    event: &Received<E>,
) -> Result<(), Failure> {
    let order = Commerce::of(cx).order(&order_id).await?;
    let Some(order) = order else {
        if news.is_of_a_checkout() {
            return Err(Failure::retry("the order isn't there yet"));
        }
        // An order is there long before its parcels: there is no history that this could stand in.
        tracing::error!(event = E::NAME, %order_id, "news of an order that isn't there");
        return Ok(());
    };
    let step = step(&order, news);
    let status = step.leads_to().unwrap_or(order.status);
    // What the order took note of later never stands before what it knew.
    let at = cx.now().max(order.updated_at);
    let happening = happening(event, at, news.note());
    let entry = history::entry(order_id, status, &happening).map_err(Failure::park)?;
    Going { cx, order, status, at, entry }.go(step, news).await
}

/// An order on its way to a status.
struct Going<'c> {
    cx: &'c Context,
    order: Stored<Order>,
    status: OrderStatus,
    at: DateTime,
    entry: OrderHistoryEntry,
}

impl Going<'_> {
    async fn go(self, step: Step, news: News) -> Result<(), Failure> {
        let Self { cx, order, status, at: updated_at, entry: order_history_entry } = self;
        let store = Commerce::of(cx);
        match step {
            Step::Reserve => {
                let write = store::AdvanceOrder { status, updated_at, order_history_entry };
                store.advance_order(&order, write).commit().await.map_err(Failure::from)
            }
            Step::Unwind(cancellation) => {
                let cancellation = Some(cancellation);
                let write = store::AdvanceCancellation { cancellation, updated_at, order_history_entry };
                store.advance_cancellation(&order, write).commit().await.map_err(Failure::from)
            }
            Step::Note => {
                let write = store::NoteOrderEvent { order_history_entry };
                store.note_order_event(write).commit().await.map_err(Failure::from)
            }
            Step::Contradiction => {
                Err(Failure::park(format!("{news:?} contradicts an order that is {:?}", order.status)))
            }
        }
    }
}
