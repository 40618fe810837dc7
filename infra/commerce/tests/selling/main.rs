//! The selling side over the API: every answer that the contracts declare, other stores, missing scopes, and events
//! that come twice.

mod abandonment;
mod basics;
mod categories;
mod checkout;
mod coupons;
mod fraud;
mod house;
mod pricing;
mod promotions;
mod reviews;
mod search;

/// Whether steps of sagas are parked before they are taken.
const PARKS: bool = false;
