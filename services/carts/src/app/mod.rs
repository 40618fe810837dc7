//! The logic of carts: pure, without clock, table or network.

pub(crate) mod cart;
pub(crate) mod checkout;
pub(crate) mod discount;
pub(crate) mod idle;
pub(crate) mod money;
pub(crate) mod pricing;

#[cfg(test)]
mod samples;
