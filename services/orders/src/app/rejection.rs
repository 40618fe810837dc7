//! Why a checkout came to nothing, in words for the customer.

use commerce_model::types::RejectionReason;

/// The reason that the error of a step is. Whatever isn't an answer of a step is the platform's fault.
pub(crate) fn reason(error: &str) -> RejectionReason {
    match error {
        "OutOfStock" => RejectionReason::OutOfStock,
        "PaymentDeclined" => RejectionReason::PaymentDeclined,
        "FraudSuspected" => RejectionReason::FraudSuspected,
        "CouponRefused" => RejectionReason::CouponRefused,
        "PriceChanged" => RejectionReason::PriceChanged,
        _ => RejectionReason::CheckoutFailed,
    }
}

/// What it means, for a person.
pub(crate) const fn note(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::OutOfStock => "Some of it is out of stock: the order is rejected",
        RejectionReason::PaymentDeclined => "The payment was declined: the order is rejected",
        RejectionReason::FraudSuspected => "The order is believed to be fraud, and rejected",
        RejectionReason::CouponRefused => "The coupon doesn't count any more: the order is rejected",
        RejectionReason::PriceChanged => "Something became dearer meanwhile: the order is rejected",
        RejectionReason::AddressGone => {
            "Its address was taken away before it was placed: the order is rejected"
        }
        RejectionReason::CheckoutFailed => "It could not be found out in time whether the order can be had",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_steps_are_reasons_and_all_else_is_the_platform_s_fault() {
        assert_eq!(reason("OutOfStock"), RejectionReason::OutOfStock);
        assert_eq!(reason("CouponRefused"), RejectionReason::CouponRefused);
        for error in ["States.Timeout", "Step.Transient", "Step.Permanent", ""] {
            assert_eq!(reason(error), RejectionReason::CheckoutFailed, "{error}");
        }
    }
}
