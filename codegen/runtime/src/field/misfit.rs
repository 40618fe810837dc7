//! What doesn't fit.

use std::fmt;

/// Why a stored attribute isn't a value of its type. Names places and rules, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Names and positions from the outside in: `lines`, `3`, `quantity`.
    path: Vec<String>,
    rule: String,
}

impl Misfit {
    /// A broken rule at the attribute in hand.
    pub fn new(rule: impl fmt::Display) -> Self {
        Self { path: Vec::new(), rule: rule.to_string() }
    }

    /// The same one level further out.
    #[must_use]
    pub fn within(mut self, place: impl fmt::Display) -> Self {
        self.path.insert(0, place.to_string());
        self
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}` ", self.path.join("/"))?;
        }
        f.write_str(&self.rule)
    }
}

impl std::error::Error for Misfit {}
