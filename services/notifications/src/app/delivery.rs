//! What became of a message.

use commerce_model::events::{NotificationFailed, NotificationSent};
use commerce_model::types::{
    Channel, CustomerId, DeliveryFailure, DeliveryStatus, NotificationDelivery, NotificationId, OrderId,
    TemplateName,
};
use stipule_runtime::wire::DateTime;

/// Whom a message was for, and what it was about.
pub(crate) struct About {
    pub(crate) customer_id: CustomerId,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) template: TemplateName,
    pub(crate) at: DateTime,
}

/// A message on a channel, and what became of it.
pub(crate) fn note(
    about: &About,
    notification_id: NotificationId,
    channel: Channel,
    outcome: Result<(), DeliveryFailure>,
) -> NotificationDelivery {
    NotificationDelivery {
        customer_id: about.customer_id,
        at: about.at,
        notification_id,
        channel,
        template: about.template.clone(),
        order_id: about.order_id,
        status: if outcome.is_ok() { DeliveryStatus::Sent } else { DeliveryStatus::Failed },
        failure: outcome.err(),
    }
}

/// What the others are told of a message that was sent; `None` for one that wasn't.
pub(crate) fn sent(it: &NotificationDelivery) -> Option<NotificationSent> {
    let NotificationDelivery { notification_id, customer_id, channel, .. } = *it;
    let template = it.template.clone();
    it.failure.is_none().then_some(NotificationSent { notification_id, customer_id, channel, template })
}

/// What the others are told of a message that can't be delivered; `None` for one that was sent.
pub(crate) fn failed(it: &NotificationDelivery) -> Option<NotificationFailed> {
    let NotificationDelivery { notification_id, customer_id, channel, failure, .. } = *it;
    let template = it.template.clone();
    failure.map(|failure| NotificationFailed { notification_id, customer_id, channel, template, failure })
}
