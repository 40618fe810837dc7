//! The logic of orders: pure, without clock, table or network.

pub(crate) mod cancellation;
pub(crate) mod history;
pub(crate) mod parcels;
pub(crate) mod placement;
pub(crate) mod progress;
pub(crate) mod redaction;
pub(crate) mod rejection;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod status;
