//! The logic of subscriptions: pure, without clock, table or network.

pub(crate) mod due;
pub(crate) mod price;
pub(crate) mod subscription;

#[cfg(test)]
mod samples;
