//! The logic of payments: pure, without clock, table or network.

pub(crate) mod local_provider;
pub(crate) mod method;
pub(crate) mod movement;
pub(crate) mod payment;
pub(crate) mod provider;

#[cfg(test)]
mod samples;
