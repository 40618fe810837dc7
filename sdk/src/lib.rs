//! The client of the shop.
//!
//! ```no_run
//! use commerce_sdk::{Commerce, Error};
//! # async fn example(token: String, order_id: commerce_sdk::model::types::OrderId) -> Result<(), Box<dyn std::error::Error>> {
//! let shop = Commerce::builder("https://shop.example").token(token).build()?;
//!
//! let order = shop.orders().get(order_id).send().await?;
//! println!("{} is {}", order.order_id, order.status);
//!
//! let mut orders = shop.orders().list().customer_id(order.customer_id).stream();
//! while let Some(order) = orders.try_next().await? {
//!     println!("{}", order.order_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - A service is a function of [`Commerce`]; an operation is a function of its service. What the operation requires
//!   are the function's arguments, the rest are setters; nothing is sent before `send()`.
//! - What is sent are the closed types of [`model`], which can't hold a wrong value; what is received are the open
//!   ones of [`model::open`], which keep values that the contract didn't know when this client was made.
//! - [`Error::Api`] holds what the contract declares, one variant per status. Every error has a request id.
//! - Calls that are safe to repeat are tried again, waiting as long as the server asks; all others get an
//!   `Idempotency-Key`, which makes them so. See [`Retry`].
//! - Lists come as a stream over all pages.

#[rustfmt::skip]
mod generated;

pub use commerce_model as model;
pub use generated::*;
pub use stipule_client::{
    Attempt, BuildError, Builder, Declared, Error, Fault, Hook, Meta, Misfit, Mock, Pages, Reply, Retry,
    Token, TokenProvider, Transport, TransportError, transport,
};
