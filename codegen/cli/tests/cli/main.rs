//! The tool as a whole, from its command line to its exit codes.

mod command_line;
mod freshness;
mod import;
mod malformed;
mod pattern;
mod review;
mod support;
