//! The logic of pricing: pure, without clock, table or network.

pub(crate) mod price;
