//! The logic of reviews: pure, without clock, table or network.

pub(crate) mod review;
