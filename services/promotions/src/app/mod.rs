//! The logic of promotions: pure, without clock, table or network.

pub(crate) mod coupon;
pub(crate) mod discount;
pub(crate) mod promotion;
pub(crate) mod redemption;

#[cfg(test)]
mod samples;
