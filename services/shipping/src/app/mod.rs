//! The logic of shipping: pure, without clock, table or network.

pub(crate) mod carriers;
pub(crate) mod label;
pub(crate) mod local_carriers;
pub(crate) mod quote;
pub(crate) mod redaction;
pub(crate) mod sighting;
pub(crate) mod status;

#[cfg(test)]
mod samples;
