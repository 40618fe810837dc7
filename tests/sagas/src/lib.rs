//! What several engines must agree on.
//!
//! - [`chance`]: draws that a seed repeats
//! - [`saga`]: a random contract with one saga, as YAML, and what its steps do
//! - [`ours`]: a run of it by our interpreter, in virtual time
//! - [`judge`]: runs of it by others
//! - [`verdict`]: what of two runs must be the same
//! - [`pattern`], [`http`]: random event patterns and events, and who else may be asked about them

pub mod chance;
pub mod http;
pub mod judge;
pub mod ours;
pub mod pattern;
pub mod saga;
pub mod verdict;
