//! The ports of the runtime over the AWS SDKs. The only crate that may depend on one, so that `cargo run` compiles
//! none of them.
//!
//! ```text
//! Environment (region, credentials, endpoint: what Lambda sets)
//!      └▶ Aws (one HTTP client for all services)
//!           └▶ DynamoTable: Store
//! ```
//!
//! Nothing here retries: the runtime does, and knows what may be repeated.

mod environment;
mod platform;
pub mod table;

pub use environment::{Environment, Incomplete};
pub use platform::Aws;
