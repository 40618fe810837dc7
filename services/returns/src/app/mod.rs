//! The logic of returns: pure, without clock, table or network.

pub(crate) mod approval;
pub(crate) mod delivered;
pub(crate) mod inspection;
pub(crate) mod price;
pub(crate) mod request;
pub(crate) mod status;

#[cfg(test)]
mod samples;
