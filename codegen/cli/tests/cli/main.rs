//! The tool as a whole, from its command line to its exit codes.

mod adopt;
mod command_line;
mod cost;
mod coverage;
mod deploy;
mod docs;
mod export;
mod freshness;
mod hostile;
mod import;
mod interop;
mod lock;
mod malformed;
mod package;
mod pattern;
mod recipes;
mod repositories;
mod review;
mod spectral;
mod support;
mod table;
