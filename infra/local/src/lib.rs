//! The whole platform in one process: gateway, table, outbox, queues, consumers. Knows no shop.
//!
//! ```text
//! request ─▶ gateway ─▶ App::handle ─▶ one transaction: state + answer + outbox rows
//!                                            │
//!          consumer ◀─ queues ◀─ publisher ◀─┘ (woken by the write, swept every second)
//!             └─▶ App::deliver ─▶ one transaction: state + inbox row + outbox rows ─▶ …
//! ```
//!
//! Those who want to hear of it open a socket: `live`. Those who want to see all of it open `/console` in a browser.
//!
//! With [`Processes`], each service runs in processes of its own behind a local Runtime API, as on Lambda: `remote`.
//!
//! An event that starts a saga goes to [`workflow`] as well, which calls `App::perform` step by step.

mod announce;
mod bus;
mod chaos;
mod committer;
mod console;
mod consume;
mod database;
pub mod functions;
mod gateway;
pub mod happening;
mod issue;
pub mod listen;
mod live;
pub mod log;
pub mod migrate;
mod parts;
mod platform;
mod publish;
pub mod queue;
mod remote;
pub mod replay;
pub mod secret;
mod steady;
mod sweep;
pub mod system;
pub mod table;
pub mod traffic;
mod witness;
pub mod workflow;

pub use chaos::{Chaos, Strike};
pub use committer::Writers;
pub use database::Files;
pub use gateway::Patience;
pub use parts::{Parts, StartError};
pub use platform::Local;
pub use publish::PublishError;
pub use remote::{ProcessError, Processes};
pub use secret::SecretError;
