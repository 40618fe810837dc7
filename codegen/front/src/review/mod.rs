//! What the review of changes is told: how bad what is, what was considered, and who uses what.

pub mod acknowledgements;
pub mod consumers;
pub mod policy;
