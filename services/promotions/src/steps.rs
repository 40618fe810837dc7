//! What is due for a promotion, looked up when the alarm rings.

use commerce_model::types::PromotionOf;
use commerce_service::promotions as api;
use commerce_store::Commerce;
use stipule_runtime::{Context, Failure};

use crate::app::promotion;
use crate::{Promotions, activation, expiry};

impl api::PromotionSteps for Promotions {
    async fn begin_promotion(&self, cx: &Context, input: PromotionOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = store.promotion(&input.promotion_id).await? else { return Ok(()) };
        match promotion::begin(&found, cx.now()) {
            Some(it) => {
                store.activate_promotion(&found, activation(&it)).commit().await.map_err(Failure::from)
            }
            None => Ok(()),
        }
    }

    async fn end_promotion(&self, cx: &Context, input: PromotionOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = store.promotion(&input.promotion_id).await? else { return Ok(()) };
        match promotion::end(&found, cx.now()) {
            Some(it) => store.expire_promotion(&found, expiry(&it)).commit().await.map_err(Failure::from),
            None => Ok(()),
        }
    }
}
