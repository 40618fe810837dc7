//! The client of the obstacle course: it has to compile.

#[rustfmt::skip]
mod generated;

pub use generated::*;
pub use obstacles_model as model;
pub use stipule_client::Error;
