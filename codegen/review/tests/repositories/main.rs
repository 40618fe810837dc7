//! Changes of a whole contract repository.

mod edits;
mod library;
mod rules;
mod stacks;
mod whole;
