//! Fields of structs as attributes of items, and back: what generated conversions are made of.
//!
//! The attribute of a value is its JSON form in the store's value model, so that other readers of the table
//! understand it; but values are converted directly, without a serialiser between.

pub mod from;
pub mod to;

mod fields;
mod misfit;

pub use fields::Fields;
pub use misfit::Misfit;
