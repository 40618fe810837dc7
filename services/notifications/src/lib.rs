//! Notifications: messages on the channels that customers choose.

mod app;
mod erasure;
mod events;
mod tell;

use commerce_service::notifications as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failed, StoreFailure};

use app::preferences;

pub use app::local_messenger::{LocalMessenger, Sent};
pub use app::messenger::{Destination, Message, MessageKey, Messenger, NoAnswer};

/// The notifications service, over whoever carries its messages.
#[derive(Clone, Debug, Default)]
pub struct Notifications<M> {
    messenger: M,
}

impl<M: Messenger> Notifications<M> {
    /// The service over this messenger.
    pub fn new(messenger: M) -> Self {
        Self { messenger }
    }
}

const NO_CUSTOMER: &str = "There is no such customer.";

impl<M: Messenger> api::Notifications for Notifications<M> {
    async fn get_notification_preferences(
        &self,
        cx: &Context,
        input: api::GetNotificationPreferences,
    ) -> Result<api::GetNotificationPreferencesOk, api::GetNotificationPreferencesError> {
        let store = Commerce::of(cx);
        let customer = store.customer(&input.customer_id).await?;
        let customer =
            customer.ok_or_else(|| api::GetNotificationPreferencesError::not_found(NO_CUSTOMER))?;
        let chosen = store.notification_preferences(&input.customer_id).await?;
        Ok(api::GetNotificationPreferencesOk::Ok(match chosen {
            Some(chosen) => chosen.into_value(),
            None => preferences::of(&customer).map_err(Failed::internal)?,
        }))
    }

    async fn set_notification_preferences(
        &self,
        cx: &Context,
        input: api::SetNotificationPreferences,
    ) -> Result<api::SetNotificationPreferencesOk, api::SetNotificationPreferencesError> {
        let store = Commerce::of(cx);
        if store.customer(&input.customer_id).await?.is_none() {
            return Err(api::SetNotificationPreferencesError::not_found(NO_CUSTOMER));
        }
        let it = preferences::chosen(input.customer_id, input.body, cx.now());
        let done = api::SetNotificationPreferencesOk::Ok(it.clone());
        match store.notification_preferences(&input.customer_id).await? {
            Some(found) => {
                let updated_at = it.updated_at.max(found.updated_at);
                let (language, orders, offers) = (it.language, it.orders, it.offers);
                let write = store::ChangeChannels { language, orders, offers, updated_at };
                store.change_channels(&found, write).answer(done).await.map_err(|error| match error {
                    store::ChangeChannelsError::Conflict => StoreFailure::Busy.into(),
                    store::ChangeChannelsError::Failed(failure) => failure.into(),
                })
            }
            None => {
                let write = store::ChooseChannels { notification_preferences: it };
                store.choose_channels(write).answer(done).await.map_err(|error| match error {
                    store::ChooseChannelsError::NotificationPreferencesExists => StoreFailure::Busy.into(),
                    store::ChooseChannelsError::Failed(failure) => failure.into(),
                })
            }
        }
    }
}
