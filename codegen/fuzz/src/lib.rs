//! A fuzzer for everything that reads what a person or a stranger wrote, or what was stored: mutates real inputs, and
//! reports any panic, broken promise or slow run with an input cut down to what matters.
//!
//! It runs on the stable compiler and measures no coverage; instead it knows what contracts and JSON are made of and
//! starts from the repository's own. An input follows from a seed and a number alone, so that every finding can be
//! made again:
//!
//! ```text
//! cargo run -p stipule-fuzz --profile fuzz -- pattern --seconds 120 --seed 1
//! cargo run -p stipule-fuzz --profile fuzz -- pattern --replay target/findings/pattern-1234.input
//! ```
//!
//! One more target is one function and one row in [`TARGETS`]. What stands on more than this room may see has a fuzzer of
//! its own, [`command`] with other targets: `tests/fuzz`.

mod command;
pub mod corpus;
mod finding;
mod minimise;
pub mod mutate;
pub mod random;
mod supervise;
mod target;
mod trial;
mod work;

pub use command::command;
pub use finding::{Finding, Kind, folder};
pub use minimise::minimise;
pub use supervise::{Fuzzed, replay, supervise};
pub use target::{Check, TARGETS, Target, find};
pub use trial::{Fault, SLOW, attempt, be_quiet};
pub use work::{Campaign, HUNG, Order, work};
