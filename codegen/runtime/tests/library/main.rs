//! The runtime from outside, on a tiny library: loans, over a hand-written table that can be made to fail.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod again;
mod batches;
mod events;
mod idempotent;
mod interleaved;
mod keys;
mod lost;
mod pages;
mod paths;
mod requests;
mod steps;
mod world;
mod writes;
