//! From contract files to the typed model: reading, references, lowering. No I/O.

pub mod documents;
pub mod event;
pub mod json_schema;
pub mod platform;
pub mod reader;
pub mod shape;
pub mod suggest;
pub mod table;
