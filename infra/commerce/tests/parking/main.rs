//! Whatever a person has to look at, goes on afterwards: the stories of orders, returns, subscriptions and promotions once
//! more, on a platform on which every step that can be parked is parked at its first try, and redriven.

#[path = "../selling/abandonment.rs"]
mod abandonment;
#[path = "../delivering/cancellation.rs"]
mod cancellation;
#[path = "../selling/checkout.rs"]
mod checkout;
#[path = "../selling/coupons.rs"]
mod coupons;
#[path = "../delivering/erasure.rs"]
mod erasure;
#[path = "../selling/fraud.rs"]
mod fraud;
#[path = "../delivering/fulfilments.rs"]
mod fulfilments;
#[path = "../selling/house.rs"]
mod house;
#[path = "../selling/promotions.rs"]
mod promotions;
#[path = "../delivering/returns.rs"]
mod returns;
#[path = "../selling/reviews.rs"]
mod reviews;
#[path = "../caring/subscriptions.rs"]
mod subscriptions;
#[path = "../delivering/yard.rs"]
mod yard;

/// Whether steps are parked before they are taken.
const PARKS: bool = true;
