//! What follows from the description of a table, beyond code: example items and keys, sizes, what each read and write
//! costs in units, and which service needs which access.
//!
//! Keys, items and their sizes are made by the runtime itself, so that what is shown is what is stored.

pub mod access;
mod admit;
pub mod example;
pub mod hot;
pub mod key;
pub mod lock;
pub mod sample;
pub mod size;
pub mod unit;

use stipule_ir::{Contract, Diagnostics, Page};
use stipule_rules::Rule;

pub use example::{Example, Examples};
pub use stipule_runtime::{Attr, Item, PrimaryKey};
pub use stipule_wire::Any;

/// Rules that need the sizes of example items.
pub const RULES: &[Rule] = &[hot::RULE];

/// Applies them.
pub fn check(contract: &Contract) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in RULES {
        (rule.check)(contract, &mut diagnostics);
    }
    diagnostics
}

/// Their pages.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    RULES.iter().map(|rule| &rule.page)
}
