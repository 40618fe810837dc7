//! The house keeps its plan: arrows between rooms point one way, files and functions stay small.

mod arrows;
mod effort;
mod sizes;
mod supply;
