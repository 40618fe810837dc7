//! The logic of loyalty: pure, without clock, table or network.

pub(crate) mod account;
pub(crate) mod entry;
