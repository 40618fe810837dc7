//! What is due for a promotion, looked up when the alarm rings.

use commerce_model::types::{PromotionOf, PromotionStatus};
use commerce_service::promotions as api;
use commerce_store::Commerce;
use stipule_runtime::saga::rings_for_nothing;
use stipule_runtime::{Context, Failure};

use crate::app::promotion;
use crate::{Promotions, activation, expiry};

impl api::PromotionSteps for Promotions {
    async fn begin_promotion(&self, cx: &Context, input: PromotionOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = store.promotion(&input.promotion_id).await? else { return idle(cx, &input) };
        match promotion::begin(&found, cx.now()) {
            Some(it) => {
                store.activate_promotion(&found, activation(&it)).commit().await.map_err(Failure::from)
            }
            None if found.status == PromotionStatus::Scheduled => idle(cx, &input),
            None => Ok(()),
        }
    }

    async fn end_promotion(&self, cx: &Context, input: PromotionOf) -> Result<(), Failure> {
        let store = Commerce::of(cx);
        let Some(found) = store.promotion(&input.promotion_id).await? else { return idle(cx, &input) };
        match promotion::end(&found, cx.now()) {
            Some(it) => store.expire_promotion(&found, expiry(&it)).commit().await.map_err(Failure::from),
            None if found.status != PromotionStatus::Expired => idle(cx, &input),
            None => Ok(()),
        }
    }
}

/// Nothing is due: the write that the alarm was set for may still come, or it rings for nothing.
fn idle(cx: &Context, alarm: &PromotionOf) -> Result<(), Failure> {
    rings_for_nothing(cx, alarm.set_at)
}
