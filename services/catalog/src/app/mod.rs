//! The logic of catalog: pure, without clock, table or network.

pub(crate) mod announcement;
pub(crate) mod product;
