//! The delivering side over the API: what warehouses do, what carriers and the payment provider tell, and how an order
//! ends: every answer that the contracts declare, other stores, missing scopes, and messages that come twice.

mod cancellation;
mod erasure;
mod failing;
mod fulfilments;
#[path = "../selling/house.rs"]
mod house;
mod payments;
mod quotes;
mod returns;
mod shipments;
mod webhooks;
mod yard;

/// Whether steps of sagas are parked before they are taken.
const PARKS: bool = false;
