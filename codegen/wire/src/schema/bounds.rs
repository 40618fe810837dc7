//! Numbers compared and divided exactly where they are whole.

use std::cmp::Ordering;

use crate::decimal_multiple::is_multiple;
use crate::json::Number;

fn whole(number: Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

/// Which of two numbers is larger.
pub(super) fn compare(one: Number, other: Number) -> Ordering {
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().total_cmp(&other.as_f64()),
    }
}

/// Whether a number is a multiple of another.
pub(super) fn is_multiple_of(number: Number, divisor: Number) -> bool {
    match (whole(number), whole(divisor)) {
        (Some(number), Some(divisor)) => divisor != 0 && number % divisor == 0,
        _ => is_multiple(number.as_f64(), &format!("{:e}", divisor.as_f64())),
    }
}
