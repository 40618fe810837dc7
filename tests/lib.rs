//! Tests of the repository as a whole: its arrows and sizes, the running platform, independent judges.

pub mod asking;
pub mod contracts;
pub mod draw;
