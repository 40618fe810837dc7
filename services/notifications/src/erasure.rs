//! What notifications does to forget a customer. Messages that were sent have no copy here, only that they were sent.

use commerce_model::types::{ErasureOf, RedactedRows, Rows};
use commerce_service::notifications as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure};

use crate::Notifications;
use crate::app::messenger::Messenger;

impl<M: Messenger> api::ErasureSteps for Notifications<M> {
    async fn forget_channels(&self, cx: &Context, input: ErasureOf) -> Result<RedactedRows, Failure> {
        let rows = |rows| Ok(RedactedRows { rows: Rows::new(rows).map_err(Failure::park)? });
        let store = Commerce::of(cx);
        match store.notification_preferences(&input.customer_id).await? {
            Some(found) => store.forget_channels(&found).give(rows(1)?).await.map_err(Failure::from),
            None => rows(0),
        }
    }

    async fn verify_notifications(&self, cx: &Context, input: ErasureOf) -> Result<(), Failure> {
        match Commerce::of(cx).notification_preferences(&input.customer_id).await? {
            None => Ok(()),
            Some(_) => Err(Failure::park("the choice of channels is still there")),
        }
    }
}
