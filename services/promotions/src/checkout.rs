//! What promotions does for a checkout: a coupon is redeemed once, or not at all.

use commerce_model::types::{Order, OrderOf};
use commerce_service::promotions as api;
use commerce_store::{self as store, Commerce};
use stipule_runtime::{Context, Failure, StoreFailure, Stored};

use crate::Promotions;
use crate::app::redemption::{self, USE};

impl api::CheckoutSteps for Promotions {
    async fn redeem_coupon(
        &self,
        cx: &Context,
        input: OrderOf,
    ) -> Result<(), api::CheckoutRedeemCouponError> {
        let refused = |why: &str| api::CheckoutRedeemCouponError::CouponRefused(why.to_owned());
        let store = Commerce::of(cx);
        let order = order(cx, &input).await?;
        let Some(coupon) = &order.coupon else { return Ok(()) };
        let promotion = store.promotion(&coupon.promotion_id).await?;
        if promotion.is_none_or(|it| !redemption::counts(it.status)) {
            return Err(refused("its promotion doesn't count any more"));
        }
        let write = store::RedeemCoupon {
            coupon_redemption: redemption::of(&order, coupon, cx.now()),
            code: coupon.code.clone(),
            uses: USE,
            promotion_coupon_redeemed: redemption::redeemed(&order, coupon),
        };
        match store.redeem_coupon(write).commit().await {
            Err(store::RedeemCouponError::RedeemedAlready) => {
                Err(refused("the customer has redeemed it before"))
            }
            Err(store::RedeemCouponError::UsedUp) => Err(refused("others have used it up")),
            done => Ok(done.map_err(Failure::from)?),
        }
    }

    async fn release_coupon(&self, cx: &Context, input: OrderOf) -> Result<(), Failure> {
        release(cx, &*order(cx, &input).await?).await
    }
}

/// The order's coupon may be used again, if the order has redeemed one.
pub(crate) async fn release(cx: &Context, order: &Order) -> Result<(), Failure> {
    let store = Commerce::of(cx);
    let Some(coupon) = &order.coupon else { return Ok(()) };
    let known = store.coupon_redemption(&coupon.code, &order.customer_id).await?;
    // Another order of the customer may have redeemed it: that one keeps it.
    if known.is_none_or(|known| known.order_id != order.order_id) {
        return Ok(());
    }
    let write = store::ReleaseCoupon {
        code: coupon.code.clone(),
        customer_id: order.customer_id,
        uses: USE,
        promotion_coupon_released: redemption::released(order, coupon),
    };
    match store.release_coupon(write).commit().await {
        // A checkout that is undone and a cancellation release it at the same time: once is enough.
        Err(store::ReleaseCouponError::NotRedeemed) => Ok(()),
        done => done.map_err(Failure::from),
    }
}

pub(crate) async fn order(cx: &Context, of: &OrderOf) -> Result<Stored<Order>, Failure> {
    let found: Result<_, StoreFailure> = Commerce::of(cx).order(&of.order_id).await;
    found?.ok_or_else(|| Failure::park("there is no such order"))
}
