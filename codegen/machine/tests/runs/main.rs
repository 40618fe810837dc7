//! Whole runs: a machine, the answers of its tasks, and what came of it.

mod errors;
mod flow;
mod keeping;
mod script;
mod timing;
