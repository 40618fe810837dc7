//! From an event to what a customer reads, and to the note that it was sent.

use commerce_model::types::{
    CustomerId, NotificationDelivery, NotificationId, NotificationPreferences, TemplateName,
};
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, EventPayload, Uuid};
use stipule_runtime::{Context, Failure, PageRequest, Received, Stored};

use crate::Notifications;
use crate::app::delivery::{self, About};
use crate::app::message;
use crate::app::messenger::{MessageKey, Messenger};
use crate::app::news::{News, Telling};
use crate::app::{preferences, route};

/// The messages about one event: at most one per channel.
type Deliveries = BoundedVec<NotificationDelivery, 0, 3>;

impl<M: Messenger> Notifications<M> {
    /// Tells a customer about an event, and notes down what became of it. Somebody who was erased meanwhile is told
    /// nothing.
    pub(crate) async fn tell<E: EventPayload>(
        &self,
        cx: &Context,
        event: &Received<E>,
        customer: CustomerId,
        telling: Telling,
    ) -> Result<(), Failure> {
        let chosen = Commerce::of(cx).notification_preferences(&customer).await?;
        let chosen = chosen.map(Stored::into_value);
        let deliveries = self.send(cx, &event.envelope.id, customer, chosen, &telling).await?;
        if deliveries.is_empty() {
            return Ok(());
        }
        let (sent, failed) = told(&deliveries);
        let write = store::NoteDeliveries { deliveries, sent, failed };
        Commerce::of(cx).note_deliveries(write).commit().await.map_err(Failure::from)
    }

    /// Tells somebody who is new, and notes down the channels that count until the customer chooses.
    pub(crate) async fn welcome<E: EventPayload>(
        &self,
        cx: &Context,
        event: &Received<E>,
        first: NotificationPreferences,
    ) -> Result<(), Failure> {
        let (id, customer) = (&event.envelope.id, first.customer_id);
        if Commerce::of(cx).notification_preferences(&customer).await?.is_some() {
            return self.tell(cx, event, customer, News::Welcome.alone()).await;
        }
        let deliveries = self.send(cx, id, customer, Some(first.clone()), &News::Welcome.alone()).await?;
        if deliveries.is_empty() {
            return Ok(());
        }
        let (sent, failed) = told(&deliveries);
        let write = store::WelcomeCustomer { notification_preferences: first, deliveries, sent, failed };
        Commerce::of(cx).welcome_customer(write).commit().await.map_err(Failure::from)
    }

    /// Sends the message on every way that the customer is to be told on.
    async fn send(
        &self,
        cx: &Context,
        event: &Uuid,
        customer: CustomerId,
        chosen: Option<NotificationPreferences>,
        telling: &Telling,
    ) -> Result<Deliveries, Failure> {
        let store = Commerce::of(cx);
        let mut deliveries = Deliveries::default();
        let Some(customer) = store.customer(&customer).await? else { return Ok(deliveries) };
        let chosen = match chosen {
            Some(chosen) => chosen,
            None => preferences::of(&customer).map_err(Failure::park)?,
        };
        let found = store.contact_health_of_customer(&customer.customer_id, PageRequest::first()).await?;
        let health: Vec<_> = found.items.into_iter().map(Stored::into_value).collect();
        let message = message::write(telling, &customer.name, &chosen.language);
        let about = About {
            customer_id: customer.customer_id,
            order_id: telling.order_id,
            template: TemplateName::new(telling.news.template()).map_err(Failure::park)?,
            at: cx.now(),
        };
        for to in route::routes(&customer, &chosen, &health, telling.news.kind()) {
            let channel = to.channel();
            let answer = self.messenger.send(&MessageKey::of(event, channel), &to, &message).await;
            let outcome = answer.map_err(Failure::retry)?;
            let note = delivery::note(&about, NotificationId::new(cx.new_id()), channel, outcome);
            deliveries.push(note).map_err(Failure::park)?;
        }
        Ok(deliveries)
    }
}

/// What the others are told: of what was sent, and of what can't be delivered.
fn told(
    deliveries: &Deliveries,
) -> (
    BoundedVec<commerce_model::events::NotificationSent, 0, 3>,
    BoundedVec<commerce_model::events::NotificationFailed, 0, 3>,
) {
    (deliveries.filter_map(delivery::sent), deliveries.filter_map(delivery::failed))
}
