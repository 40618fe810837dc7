//! Rules about events.

pub(crate) mod consumed;
pub(crate) mod emitted;
pub(crate) mod filter;
pub(crate) mod personal;
