//! What must hold of a contract beyond its form, each rule decided from the contract alone.
//!
//! One more rule is one file with its page, one row in [`RULES`], and a bad and a good case in
//! `tests/cases/malformed`.

mod event;
mod http;
mod language;
mod personal;
mod saga;
mod table;

pub use table::{Sizes, released};

use stipule_ir::{Contract, Diagnostics, Page};

/// One rule.
pub struct Rule {
    /// Its code, its summary, and its page for `stipule explain`.
    pub page: Page,
    /// Adds a diagnostic for each place that breaks it.
    pub check: fn(&Contract, &mut Diagnostics),
}

/// Every rule, by code.
pub const RULES: &[Rule] = &[
    http::problem::RULE,
    http::paginate::RULE,
    http::rate::RULE,
    event::emitted::RULE,
    event::filter::unknown_field::RULE,
    event::filter::dead_value::RULE,
    event::filter::idle::RULE,
    event::consumed::RULE,
    event::personal::RULE,
    table::collision::RULE,
    table::foreign::RULE,
    table::partition::RULE,
    table::unbounded::RULE,
    table::transaction_size::RULE,
    table::one_key::RULE,
    table::index_drift::RULE,
    table::key_size::RULE,
    table::item_size::RULE,
    table::projection::RULE,
    table::outbox::RULE,
    table::idle_index::RULE,
    table::owner::RULE,
    table::immutable_key::RULE,
    table::consistency::RULE,
    table::native_value::RULE,
    table::released::RULE,
    table::released::READABLE,
    table::released::USEFUL,
    saga::undone::RULE,
    saga::pivot::RULE,
    saga::express::RULE,
    saga::times::RULE,
    saga::idle_step::RULE,
    saga::undoing::RULE,
    saga::start::RULE,
    saga::arms::RULE,
    saga::payload::RULE,
    saga::personal::RULE,
];

/// Applies every rule.
pub fn check(contract: &Contract) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for rule in RULES {
        (rule.check)(contract, &mut diagnostics);
    }
    diagnostics
}

/// The page of every rule.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    RULES.iter().map(|rule| &rule.page)
}
