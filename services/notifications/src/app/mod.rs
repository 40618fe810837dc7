//! The logic of notifications: pure, without clock, table or network.

pub(crate) mod delivery;
pub(crate) mod local_messenger;
pub(crate) mod message;
pub(crate) mod messenger;
pub(crate) mod news;
pub(crate) mod preferences;
pub(crate) mod route;

#[cfg(test)]
mod samples;
