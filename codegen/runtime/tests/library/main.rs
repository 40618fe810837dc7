//! The runtime from outside, on a tiny library: loans, over a hand-written table that can be made to fail.

mod events;
mod idempotent;
mod interleaved;
mod keys;
mod lost;
mod pages;
mod paths;
mod requests;
mod world;
mod writes;
