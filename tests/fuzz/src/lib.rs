//! Fuzz targets of what runs: what strangers send to the gateway and to functions, and what is read back from the table.
//! The library stands for any contracts.
//!
//! ```text
//! cargo run -p platform-fuzz --profile fuzz -- request --seconds 120 --seed 1
//! ```
//!
//! Everything is called where it is public: the gateway over a connection, functions over a Runtime API, the table of an
//! account over its endpoint. One more target is one function and one row in [`TARGETS`].

mod exchange;
mod library;
mod proxy;
mod sandbox;
mod stored;
mod target;

pub use target::TARGETS;
