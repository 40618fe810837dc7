//! Whether messages reach a customer. A channel on which all went well has no row.

use commerce_model::open::events::{NotificationFailed, NotificationSent};
use commerce_model::types::{Channel, ContactHealth, CustomerId};
use commerce_service::customers as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, PageRequest, Received, Stored};

use crate::Customers;
use crate::app::contact;

impl api::CustomersEvents for Customers {
    async fn on_notification_sent(
        &self,
        cx: &Context,
        event: Received<NotificationSent>,
    ) -> Result<(), Failure> {
        let Ok(channel) = event.channel.as_str().parse() else { return Ok(()) };
        match health(cx, &event.customer_id, channel).await? {
            Some(found) => note(cx, &found, true).await,
            None => Ok(()),
        }
    }

    async fn on_notification_failed(
        &self,
        cx: &Context,
        event: Received<NotificationFailed>,
    ) -> Result<(), Failure> {
        let Ok(channel) = event.channel.as_str().parse() else { return Ok(()) };
        if let Some(found) = health(cx, &event.customer_id, channel).await? {
            return note(cx, &found, false).await;
        }
        let first = contact::first_failure(event.customer_id, channel, cx.now()).map_err(Failure::park)?;
        let write = store::WatchContact { contact_health: first };
        Commerce::of(cx).watch_contact(write).commit().await.map_err(Failure::from)
    }
}

/// What is known of a channel.
async fn health(
    cx: &Context,
    customer: &CustomerId,
    channel: Channel,
) -> Result<Option<Stored<ContactHealth>>, Failure> {
    let found = Commerce::of(cx).contact_health_of_customer(customer, PageRequest::first()).await?;
    Ok(found.items.into_iter().find(|it| it.channel == channel))
}

async fn note(cx: &Context, found: &Stored<ContactHealth>, arrived: bool) -> Result<(), Failure> {
    let Some(it) = contact::after(found, arrived, cx.now()).map_err(Failure::park)? else { return Ok(()) };
    let write = store::NoteContact { failures: it.failures, updated_at: it.updated_at };
    Commerce::of(cx).note_contact(found, write).commit().await.map_err(Failure::from)
}
