//! The client of the library.

#[rustfmt::skip]
mod generated;

pub use generated::*;
pub use library_model as model;
pub use stipule_client::Error;
