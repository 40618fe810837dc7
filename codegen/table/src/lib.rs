//! What follows from the description of a table, beyond code: example items and keys, sizes, what each read and write
//! costs in units, and which service needs which access.
//!
//! Keys, items and their sizes are made by the runtime itself, so that what is shown is what is stored.

pub mod access;
mod admit;
pub mod example;
pub mod key;
pub mod sample;
pub mod size;
pub mod unit;

pub use example::{Example, Examples};
pub use stipule_runtime::{Attr, Item, PrimaryKey};
pub use stipule_wire::Any;
