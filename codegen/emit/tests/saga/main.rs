//! What is emitted for sagas, read and run by the interpreter of state machines.

mod contract;
mod fewer;
mod ways;
