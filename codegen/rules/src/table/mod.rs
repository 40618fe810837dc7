//! Rules about tables. [`keys`] is the algebra of keys that several of them share.

pub(crate) mod collision;
pub(crate) mod consistency;
pub(crate) mod foreign;
pub(crate) mod idle_index;
pub(crate) mod immutable_key;
pub(crate) mod index_drift;
pub(crate) mod item_size;
pub(crate) mod key_size;
pub(crate) mod native_value;
pub(crate) mod one_key;
pub(crate) mod outbox;
pub(crate) mod owner;
pub(crate) mod partition;
pub(crate) mod projection;
pub mod released;
pub(crate) mod transaction_size;
pub(crate) mod unbounded;

mod example;
mod keys;
mod operation;
mod size;

pub use size::Sizes;
