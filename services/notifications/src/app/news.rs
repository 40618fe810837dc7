//! What customers are told about, and what has to be known to tell it.

use commerce_model::open::types::RejectionReason;
use commerce_model::types::{CountryCode, Money, OrderId, Sku};
use stipule_runtime::wire::DateTime;

/// Which of a customer's choices counts for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// About something that was bought: always told.
    Order,
    /// About the customer's own data: always told, on the channels for orders.
    Account,
    /// Something that might be bought: told to those who want to hear it.
    Offer,
}

/// Something that a customer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Welcome,
    ProfileChanged,
    AddressAdded(CountryCode),
    CartAbandoned { items: i64 },
    OrderPlaced(Money),
    OrderConfirmed(Money),
    OrderRejected(RejectionReason),
    OrderCancelled,
    OrderCompleted,
    PaymentRefunded(Money),
    PaymentRefused(Money),
    ShipmentDispatched,
    ShipmentDelivered,
    DeliveryFailed { returning: bool },
    ReturnApproved { due: DateTime },
    ReturnReceived,
    ReturnClosed(Money),
    SubscriptionBegun(Sku),
    RenewalDue(Sku),
    Renewed { next: DateTime },
    RenewalUnpaid { again: Option<DateTime> },
    SubscriptionEnded { unpaid: bool },
    ReviewPublished,
    ReviewRefused,
    PointsEarned { points: i64, balance: i64 },
    PointsReversed { points: i64, balance: i64 },
}

impl News {
    /// The name of the message, as deliveries and events have it.
    pub(crate) fn template(&self) -> &'static str {
        match self {
            News::Welcome => "welcome",
            News::ProfileChanged => "profile-changed",
            News::AddressAdded(_) => "address-added",
            News::CartAbandoned { .. } => "cart-abandoned",
            News::OrderPlaced(_) => "order-placed",
            News::OrderConfirmed(_) => "order-confirmed",
            News::OrderRejected(_) => "order-rejected",
            News::OrderCancelled => "order-cancelled",
            News::OrderCompleted => "order-completed",
            News::PaymentRefunded(_) => "payment-refunded",
            News::PaymentRefused(_) => "payment-refused",
            News::ShipmentDispatched => "shipment-dispatched",
            News::ShipmentDelivered => "shipment-delivered",
            News::DeliveryFailed { .. } => "delivery-failed",
            News::ReturnApproved { .. } => "return-approved",
            News::ReturnReceived => "return-received",
            News::ReturnClosed(_) => "return-closed",
            News::SubscriptionBegun(_) => "subscription-begun",
            News::RenewalDue(_) => "renewal-due",
            News::Renewed { .. } => "subscription-renewed",
            News::RenewalUnpaid { .. } => "renewal-unpaid",
            News::SubscriptionEnded { .. } => "subscription-ended",
            News::ReviewPublished => "review-published",
            News::ReviewRefused => "review-refused",
            News::PointsEarned { .. } => "points-earned",
            News::PointsReversed { .. } => "points-reversed",
        }
    }

    /// Which of the customer's choices counts.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            News::CartAbandoned { .. } => Kind::Offer,
            News::Welcome
            | News::ProfileChanged
            | News::AddressAdded(_)
            | News::ReviewPublished
            | News::ReviewRefused => Kind::Account,
            _ => Kind::Order,
        }
    }
}

/// Something that a customer is told, and the order that it is about, if it is about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Telling {
    pub(crate) news: News,
    pub(crate) order_id: Option<OrderId>,
}

impl News {
    /// About an order.
    pub(crate) fn of(self, order: OrderId) -> Telling {
        Telling { news: self, order_id: Some(order) }
    }

    /// About no order.
    pub(crate) fn alone(self) -> Telling {
        Telling { news: self, order_id: None }
    }
}
