//! The logic of inventory: pure, without clock, table or network.

pub(crate) mod allocation;
pub(crate) mod leaving;
pub(crate) mod reservation;
pub(crate) mod stock;

#[cfg(test)]
mod samples;
