//! From contract files to the typed model: reading, references, lowering. No I/O.

pub mod reader;
pub mod shape;
pub mod suggest;
