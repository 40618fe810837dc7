//! The whole shop on one thread, in virtual time, with faults drawn from a seed.
//!
//! ```text
//! seed ─▶ plan: the faults, and the story ─▶ world: clock, ids and store of the seed
//!                                                │ the platform over them, killed and started again
//!                      timeline ◀────────────────┤
//!                                                ▼
//!                                   oracle: what the API says at the end
//! ```
//!
//! Everything that could differ between two runs is drawn: identifiers, delays, faults, the order of tasks. So a seed
//! replays identically, and a plan of which faults are left out until none can be spared tells what went wrong.

pub mod chance;
mod client;
mod clock;
pub mod oracle;
pub mod plan;
mod shrink;
mod store;
mod story;
pub mod timeline;
mod world;

pub use plan::Plan;
pub use shrink::shrink;
pub use timeline::Timeline;
pub use world::{Run, Struck, run};
