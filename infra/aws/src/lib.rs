//! The ports of the runtime over the AWS SDKs. The only crate that may depend on one, so that `cargo run` compiles
//! none of them.
//!
//! ```text
//! Environment (region, credentials, endpoint: what Lambda sets)
//!      └▶ Aws (one HTTP client for all services)
//!           ├▶ DynamoTable: Store
//!           ├▶ EventBus: Bus          (EventBridge, and SQS for ordered queues)
//!           ├▶ StateMachines: Workflows
//!           ├▶ ApiConnections: Connections   (API Gateway, which holds the sockets)
//!           └▶ CodeReleases: Releases        (CodeDeploy, and Lambda for the versions)
//! ```
//!
//! Nothing here retries: the runtime does, and knows what may be repeated.

mod bus;
mod connections;
mod environment;
mod machines;
mod platform;
mod releases;
pub mod table;

pub use bus::EventBus;
pub use connections::ApiConnections;
pub use environment::{Environment, Incomplete};
pub use machines::StateMachines;
pub use platform::Aws;
pub use releases::CodeReleases;
