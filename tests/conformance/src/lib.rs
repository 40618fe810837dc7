//! What any implementation of the store port must do: one list of cases, asked of the local table, and through the
//! AWS adapter of independent implementations of DynamoDB.
//!
//! ```text
//! cases/*  ──ask──▶  Table  ──▶  local table (memory, disk)
//!                          └──▶  DynamoTable ──HTTP──▶ MiniStack, moto, dynalite
//! ```
//!
//! Where a judge differs, an entry of [`exceptions`] says why, and the case must fail there: an entry that outlived its
//! reason fails too.

pub mod cases;
pub mod exceptions;
pub mod judge;
pub mod shelf;
pub mod table;

pub use cases::{Case, Group};
pub use table::{Table, Written};
