//! The ports of the runtime over the AWS SDKs. The only crate that may depend on one, so that `cargo run` compiles
//! none of them.
//!
//! ```text
//! Environment (region, credentials, endpoint: what Lambda sets)
//!      └▶ Aws (one HTTP client for all services)
//!           ├▶ DynamoTable: Store
//!           ├▶ EventBus: Bus          (EventBridge, and SQS for ordered queues)
//!           └▶ StateMachines: Workflows
//! ```
//!
//! Nothing here retries: the runtime does, and knows what may be repeated.

mod bus;
mod environment;
mod machines;
mod platform;
pub mod table;

pub use bus::EventBus;
pub use environment::{Environment, Incomplete};
pub use machines::StateMachines;
pub use platform::Aws;
