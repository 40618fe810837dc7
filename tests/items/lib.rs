//! Conversion of every entity of the shop into items and back: what it gives, what it allocates, how long it takes.

pub mod shop;
