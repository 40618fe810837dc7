//! Promotions: what makes orders cheaper for a while, with a coupon or without.

mod app;
mod checkout;
mod events;
mod steps;

use commerce_model::promotions::{CouponValidity, PromotionPage};
use commerce_model::types::{Cursor, Money, PageSize, Promotion, PromotionId, PromotionTimes};
use commerce_service::promotions as api;
use commerce_service::sagas;
use commerce_store::{self as store, Commerce};
use stipule_runtime::wire::{BoundedVec, Ranged, UniqueVec};
use stipule_runtime::{Context, Failed, PageRequest, StoreFailure, Stored};

use app::coupon;
use app::promotion::{self, Change};

/// The promotions service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Promotions;

const NO_PROMOTION: &str = "There is no such promotion.";
const NO_COUPON: &str = "No coupon has this code.";

impl api::Promotions for Promotions {
    async fn list_promotions(
        &self,
        cx: &Context,
        input: api::ListPromotions,
    ) -> Result<api::ListPromotionsOk, api::ListPromotionsError> {
        let page = page(input.cursor.as_ref(), input.limit);
        let found = Commerce::of(cx).promotions_in_status(&input.status, page).await?;
        let found = found.map(Stored::into_value);
        Ok(api::ListPromotionsOk::Ok(PromotionPage {
            items: BoundedVec::new(found.items).map_err(Failed::internal)?,
            next_cursor: found.next.map(Cursor::new).transpose().map_err(Failed::internal)?,
        }))
    }

    async fn create_promotion(
        &self,
        cx: &Context,
        input: api::CreatePromotion,
    ) -> Result<api::CreatePromotionOk, api::CreatePromotionError> {
        let conflict = api::CreatePromotionError::conflict;
        let it = promotion::schedule(&input.body, PromotionId::new(cx.new_id()), cx.now());
        promotion::check(&it, input.body.coupons.as_deref().map_or(0, <[_]>::len)).map_err(conflict)?;
        let coupons = coupon::issue(&it, input.body.coupons.as_deref().unwrap_or_default(), cx.now());
        let coupons = coupons.map_err(|taken| api::CreatePromotionError::conflict(coupon::taken(&taken)))?;
        ring(cx, &it).await?;
        let codes: Vec<_> = coupons.iter().map(|coupon| coupon.code.clone()).collect();
        let write = store::CreatePromotion { promotion: it.clone(), coupons };
        let written = Commerce::of(cx).create_promotion(write).answer(api::CreatePromotionOk::Created(it));
        written.await.map_err(|error| match error {
            store::CreatePromotionError::CodeTaken { index } => match codes.get(index) {
                Some(code) => api::CreatePromotionError::conflict(coupon::taken(code)),
                None => Failed::internal(error).into(),
            },
            store::CreatePromotionError::PromotionExists => Failed::internal(error).into(),
            store::CreatePromotionError::Failed(failure) => failure.into(),
        })
    }

    async fn change_promotion(
        &self,
        cx: &Context,
        input: api::ChangePromotion,
    ) -> Result<api::ChangePromotionOk, api::ChangePromotionError> {
        let store = Commerce::of(cx);
        let found = store.promotion(&input.promotion_id).await?;
        let found = found.ok_or_else(|| api::ChangePromotionError::not_found(NO_PROMOTION))?;
        let change = promotion::change(&found, input.body, cx.now());
        let change = change.map_err(|refused| not_allowed(&found, refused))?;
        let it = change.promotion().clone();
        let done = api::ChangePromotionOk::Ok(it.clone());
        let (status, updated_at) = (it.status, it.updated_at);
        match change {
            Change::Terms(it) => {
                if it.ends_at != found.ends_at {
                    ring(cx, &it).await?;
                }
                let Promotion { name, discount, ends_at, due_at, .. } = it;
                let write = store::ChangePromotion { name, discount, ends_at, due_at, updated_at };
                store.change_promotion(&found, write).answer(done).await.map_err(|error| match error {
                    store::ChangePromotionError::Conflict => StoreFailure::Busy.into(),
                    store::ChangePromotionError::Failed(failure) => failure.into(),
                })
            }
            Change::Resumed(_) => {
                let written = store.activate_promotion(&found, activation(&it)).answer(done);
                written.await.map_err(|error| match error {
                    store::ActivatePromotionError::Conflict => StoreFailure::Busy.into(),
                    store::ActivatePromotionError::Failed(failure) => failure.into(),
                })
            }
            Change::Paused(_) => {
                let write =
                    store::PausePromotion { status, updated_at, promotion_expired: promotion::expired(&it) };
                store.pause_promotion(&found, write).answer(done).await.map_err(|error| match error {
                    store::PausePromotionError::Conflict => StoreFailure::Busy.into(),
                    store::PausePromotionError::Failed(failure) => failure.into(),
                })
            }
            Change::Ended(_) => {
                let written = store.expire_promotion(&found, expiry(&it)).answer(done);
                written.await.map_err(|error| match error {
                    store::ExpirePromotionError::Conflict => StoreFailure::Busy.into(),
                    store::ExpirePromotionError::Failed(failure) => failure.into(),
                })
            }
        }
    }

    async fn validate_coupon(
        &self,
        cx: &Context,
        input: api::ValidateCoupon,
    ) -> Result<api::ValidateCouponOk, api::ValidateCouponError> {
        let store = Commerce::of(cx);
        let body = input.body;
        let not_found = || api::ValidateCouponError::not_found(NO_COUPON);
        let found = store.coupon(&body.code).await?.ok_or_else(not_found)?;
        let promotion = store.promotion(&found.promotion_id).await?.ok_or_else(not_found)?;
        let redeemed = match &body.customer_id {
            Some(customer) => store.coupon_redemption(&found.code, customer).await?.is_some(),
            None => false,
        };
        let judged = coupon::judge(&found, &promotion, &body.total, redeemed, cx.now());
        let amount = Ranged::new(judged.unwrap_or(0)).map_err(Failed::internal)?;
        Ok(api::ValidateCouponOk::Ok(CouponValidity {
            code: found.code,
            promotion_id: found.promotion_id,
            valid: judged.is_ok(),
            saves: Money { amount, currency: body.total.currency },
            why: judged.err(),
        }))
    }
}

/// Sets the alarm for the promotion's times. Before the write: an alarm for a promotion that doesn't come about rings
/// for nothing, a promotion without one would never begin. One that rings before the write is there waits for it.
async fn ring(cx: &Context, it: &Promotion) -> Result<(), Failed> {
    let Promotion { promotion_id, starts_at, ends_at, .. } = *it;
    let set_at = cx.now();
    let times = PromotionTimes { promotion_id, starts_at, ends_at, set_at };
    // What is set again after its write was lost has another name.
    sagas::start_promotion(cx, &format!("{promotion_id}/{set_at}"), &times).await?;
    Ok(())
}

fn activation(it: &Promotion) -> store::ActivatePromotion {
    store::ActivatePromotion {
        status: it.status,
        due_at: it.due_at,
        updated_at: it.updated_at,
        promotion_activated: promotion::activated(it),
    }
}

fn expiry(it: &Promotion) -> store::ExpirePromotion {
    store::ExpirePromotion {
        status: it.status,
        updated_at: it.updated_at,
        promotion_expired: promotion::expired(it),
    }
}

fn not_allowed(it: &Promotion, detail: &'static str) -> api::ChangePromotionError {
    match UniqueVec::new(promotion::by_hand(it.status).to_vec()) {
        Ok(allowed) => api::ChangePromotionError::conflict(detail, it.status, allowed),
        Err(fault) => Failed::internal(fault).into(),
    }
}

/// The page that was asked for.
fn page(cursor: Option<&Cursor>, limit: PageSize) -> PageRequest<'_> {
    PageRequest::at(cursor.map(|cursor| cursor.as_str())).limited(Some(limit.get().unsigned_abs()))
}
