//! Sockets over the network: who may open one, what is told on it, and when it ends.

mod client;
mod ending;
#[path = "../selling/house.rs"]
mod house;
mod listening;
mod opening;

/// Whether steps of sagas are parked before they are taken.
const PARKS: bool = false;
