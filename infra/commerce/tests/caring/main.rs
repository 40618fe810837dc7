//! What happens between the shop and its customers besides orders: messages, points, subscriptions.

mod announce;
mod forgotten;
#[path = "../selling/house.rs"]
mod house;
mod loyalty;
mod notifications;
mod subscriptions;

/// Whether steps of sagas are parked before they are taken.
const PARKS: bool = false;
