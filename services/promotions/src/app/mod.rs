//! The logic of promotions: pure, without clock, table or network.

pub(crate) mod coupon;
pub(crate) mod discount;
pub(crate) mod promotion;

#[cfg(test)]
mod samples;
