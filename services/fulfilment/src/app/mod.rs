//! The logic of fulfilment: pure, without clock, table or network.

pub(crate) mod opening;
pub(crate) mod packing;
pub(crate) mod picking;
pub(crate) mod price;
pub(crate) mod redaction;
pub(crate) mod status;

#[cfg(test)]
mod samples;
