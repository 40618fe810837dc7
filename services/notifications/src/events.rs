//! What customers are told about, event by event.

use commerce_model::open::events::{
    CartAbandoned, CustomerAddressAdded, CustomerRegistered, CustomerUpdated, LoyaltyPointsEarned,
    LoyaltyPointsReversed, OrderCancelled, OrderCompleted, OrderConfirmed, OrderPlaced, OrderRejected,
    PaymentCaptureFailed, PaymentRefunded, ReturnApproved, ReturnClosed, ReturnReceived, ReviewModerated,
    ShipmentDelivered, ShipmentDeliveryFailed, ShipmentDispatched, SubscriptionCancelled,
    SubscriptionCreated, SubscriptionPaymentFailed, SubscriptionRenewalDue, SubscriptionRenewed,
};
use commerce_model::open::types::ReviewStatus;
use commerce_service::notifications as api;
use stipule_runtime::{Context, Failure, Received};

use crate::Notifications;
use crate::app::messenger::Messenger;
use crate::app::news::News;
use crate::app::preferences;

impl<M: Messenger> api::NotificationsEvents for Notifications<M> {
    async fn on_customer_registered(
        &self,
        cx: &Context,
        event: Received<CustomerRegistered>,
    ) -> Result<(), Failure> {
        let first = preferences::until_chosen(event.customer_id, event.marketing, event.envelope.time);
        self.welcome(cx, &event, first.map_err(Failure::park)?).await
    }

    async fn on_customer_updated(
        &self,
        cx: &Context,
        event: Received<CustomerUpdated>,
    ) -> Result<(), Failure> {
        let telling = News::ProfileChanged.alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_customer_address_added(
        &self,
        cx: &Context,
        event: Received<CustomerAddressAdded>,
    ) -> Result<(), Failure> {
        let telling = News::AddressAdded(event.country.clone()).alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_cart_abandoned(&self, cx: &Context, event: Received<CartAbandoned>) -> Result<(), Failure> {
        let telling = News::CartAbandoned { items: event.items.get() }.alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_order_placed(&self, cx: &Context, event: Received<OrderPlaced>) -> Result<(), Failure> {
        let telling = News::OrderPlaced(event.total.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_order_confirmed(&self, cx: &Context, event: Received<OrderConfirmed>) -> Result<(), Failure> {
        let telling = News::OrderConfirmed(event.total.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_order_rejected(&self, cx: &Context, event: Received<OrderRejected>) -> Result<(), Failure> {
        let telling = News::OrderRejected(event.reason.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_order_cancelled(&self, cx: &Context, event: Received<OrderCancelled>) -> Result<(), Failure> {
        let telling = News::OrderCancelled.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_order_completed(&self, cx: &Context, event: Received<OrderCompleted>) -> Result<(), Failure> {
        let telling = News::OrderCompleted.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_payment_refunded(
        &self,
        cx: &Context,
        event: Received<PaymentRefunded>,
    ) -> Result<(), Failure> {
        let telling = News::PaymentRefunded(event.amount.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_payment_capture_failed(
        &self,
        cx: &Context,
        event: Received<PaymentCaptureFailed>,
    ) -> Result<(), Failure> {
        let telling = News::PaymentRefused(event.amount.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_shipment_dispatched(
        &self,
        cx: &Context,
        event: Received<ShipmentDispatched>,
    ) -> Result<(), Failure> {
        let telling = News::ShipmentDispatched.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_shipment_delivered(
        &self,
        cx: &Context,
        event: Received<ShipmentDelivered>,
    ) -> Result<(), Failure> {
        let telling = News::ShipmentDelivered.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_shipment_delivery_failed(
        &self,
        cx: &Context,
        event: Received<ShipmentDeliveryFailed>,
    ) -> Result<(), Failure> {
        let telling = News::DeliveryFailed { returning: event.returning }.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_return_approved(&self, cx: &Context, event: Received<ReturnApproved>) -> Result<(), Failure> {
        let telling = News::ReturnApproved { due: event.parcel_due_at }.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_return_received(&self, cx: &Context, event: Received<ReturnReceived>) -> Result<(), Failure> {
        self.tell(cx, &event, event.customer_id, News::ReturnReceived.of(event.order_id)).await
    }

    async fn on_return_closed(&self, cx: &Context, event: Received<ReturnClosed>) -> Result<(), Failure> {
        let telling = News::ReturnClosed(event.refund.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_subscription_created(
        &self,
        cx: &Context,
        event: Received<SubscriptionCreated>,
    ) -> Result<(), Failure> {
        let telling = News::SubscriptionBegun(event.sku.clone()).alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_subscription_renewal_due(
        &self,
        cx: &Context,
        event: Received<SubscriptionRenewalDue>,
    ) -> Result<(), Failure> {
        let telling = News::RenewalDue(event.sku.clone()).of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_subscription_renewed(
        &self,
        cx: &Context,
        event: Received<SubscriptionRenewed>,
    ) -> Result<(), Failure> {
        let telling = News::Renewed { next: event.next_due_at }.of(event.order_id);
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_subscription_payment_failed(
        &self,
        cx: &Context,
        event: Received<SubscriptionPaymentFailed>,
    ) -> Result<(), Failure> {
        let telling = News::RenewalUnpaid { again: event.retry_at }.alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_subscription_cancelled(
        &self,
        cx: &Context,
        event: Received<SubscriptionCancelled>,
    ) -> Result<(), Failure> {
        let telling = News::SubscriptionEnded { unpaid: event.unpaid }.alone();
        self.tell(cx, &event, event.customer_id, telling).await
    }

    async fn on_loyalty_points_earned(
        &self,
        cx: &Context,
        event: Received<LoyaltyPointsEarned>,
    ) -> Result<(), Failure> {
        let telling = News::PointsEarned { points: event.points.get(), balance: event.balance.get() };
        self.tell(cx, &event, event.customer_id, telling.of(event.order_id)).await
    }

    async fn on_loyalty_points_reversed(
        &self,
        cx: &Context,
        event: Received<LoyaltyPointsReversed>,
    ) -> Result<(), Failure> {
        let telling = News::PointsReversed { points: event.points.get(), balance: event.balance.get() };
        self.tell(cx, &event, event.customer_id, telling.of(event.order_id)).await
    }

    async fn on_review_moderated(
        &self,
        cx: &Context,
        event: Received<ReviewModerated>,
    ) -> Result<(), Failure> {
        let news = match event.status {
            ReviewStatus::Published => News::ReviewPublished,
            ReviewStatus::Refused => News::ReviewRefused,
            // Nothing that a customer could read.
            _ => return Ok(()),
        };
        self.tell(cx, &event, event.customer_id, news.alone()).await
    }
}
