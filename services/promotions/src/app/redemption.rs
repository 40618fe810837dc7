//! That a customer used a coupon on an order.

use commerce_model::events::{PromotionCouponRedeemed, PromotionCouponReleased};
use commerce_model::types::{CartCoupon, CouponRedemption, Order, PromotionStatus};
use stipule_runtime::wire::DateTime;

/// An order uses a coupon once.
pub(crate) const USE: i64 = 1;

/// Whether coupons of a promotion in this status count. Whoever checked out in time doesn't lose by a clock that went on.
pub(crate) const fn counts(status: PromotionStatus) -> bool {
    match status {
        PromotionStatus::Scheduled | PromotionStatus::Active => true,
        PromotionStatus::Paused | PromotionStatus::Expired => false,
    }
}

pub(crate) fn of(order: &Order, coupon: &CartCoupon, now: DateTime) -> CouponRedemption {
    CouponRedemption {
        code: coupon.code.clone(),
        customer_id: order.customer_id,
        order_id: order.order_id,
        promotion_id: coupon.promotion_id,
        saved: coupon.saved.clone(),
        redeemed_at: now,
    }
}

/// What the others are told.
pub(crate) fn redeemed(order: &Order, coupon: &CartCoupon) -> PromotionCouponRedeemed {
    PromotionCouponRedeemed {
        code: coupon.code.clone(),
        promotion_id: coupon.promotion_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
        saved: coupon.saved.clone(),
    }
}

/// What the others are told.
pub(crate) fn released(order: &Order, coupon: &CartCoupon) -> PromotionCouponReleased {
    PromotionCouponReleased {
        code: coupon.code.clone(),
        promotion_id: coupon.promotion_id,
        order_id: order.order_id,
        customer_id: order.customer_id,
    }
}
