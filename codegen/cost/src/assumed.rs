//! What is assumed, by default or as the platform says.

use stipule_ir::assumption::{ASSUMPTIONS, Assumption};
use stipule_ir::{Platform, Span};

/// An assumption as it counts.
#[derive(Clone, Debug)]
pub struct Assumed {
    /// What is assumed.
    pub of: &'static Assumption,
    /// How much.
    pub value: f64,
    /// Where the platform says so; nowhere for a default.
    pub span: Option<Span>,
}

/// All of them, in the order of their table.
#[derive(Clone, Debug)]
pub struct Assumptions(pub Vec<Assumed>);

impl Assumptions {
    /// Those of a platform.
    pub fn of(platform: &Platform) -> Self {
        let said = |key: &str| platform.assumptions.iter().rev().find(|(known, _)| known.value == key);
        let all = ASSUMPTIONS.iter().map(|of| match said(of.key) {
            Some((key, value)) => Assumed { of, value: *value, span: Some(key.span.clone()) },
            None => Assumed { of, value: of.default, span: None },
        });
        Self(all.collect())
    }

    /// How much.
    ///
    /// # Panics
    /// For a key that no table has, which is an error of ours.
    pub fn get(&self, key: &str) -> f64 {
        let found = self.0.iter().find(|assumed| assumed.of.key == key);
        found.map(|assumed| assumed.value).unwrap_or_else(|| panic!("`{key}` is in the table of assumptions"))
    }
}
