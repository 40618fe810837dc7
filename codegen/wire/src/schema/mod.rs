//! Schemas that no type can say, run on the JSON tree.
//!
//! The generator writes what a type leaves unsaid (`not`, `if`, `contains`, `dependentRequired`, `unevaluatedProperties`
//! and their like) as one JSON Schema of 2020-12 in which every reference leads into `$defs`; [`Schema`] runs it before
//! the value is read.

mod bounds;
mod evaluate;
mod marks;
mod read;
mod rules;

use std::sync::OnceLock;

use crate::decode::Decoder;
use crate::json::{Json, Limits};
use crate::violation::Violations;

pub use read::Unreadable;
pub use rules::Rules;

/// A schema of the contract, read when it is first used.
#[derive(Debug)]
pub struct Schema {
    source: &'static str,
    rules: OnceLock<Rules>,
}

impl Schema {
    /// A schema that [`Rules::read`] accepts, which the front proves for every document.
    pub const fn new(source: &'static str) -> Self {
        Schema { source, rules: OnceLock::new() }
    }

    /// The schema as JSON text.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Tells the decoder all that is wrong with the value.
    pub(crate) fn check(&self, json: &Json<'_>, d: &mut Decoder) {
        let rules = self.rules.get_or_init(|| Rules::read(self.source).unwrap_or_default());
        if let Err(violations) = rules.check(json) {
            d.record_all(violations);
        }
    }
}

impl Rules {
    /// Reads a schema: 2020-12 in which references lead to `#/$defs/…`.
    ///
    /// # Errors
    /// [`Unreadable`]: not JSON, a reference elsewhere, or a pattern that isn't one.
    pub fn read(text: &str) -> Result<Rules, Unreadable> {
        const OF_OURSELVES: Limits = Limits { depth: 126, values: 2_000_000 };
        let json = Json::parse(text.as_bytes(), OF_OURSELVES)
            .map_err(|malformed| Unreadable::new(malformed.to_string()))?;
        read::rules(&json)
    }

    /// Whether a value is valid.
    ///
    /// # Errors
    /// What is wrong with it, as far as it can be said without trying everything again.
    pub fn check(&self, json: &Json<'_>) -> Result<(), Violations> {
        evaluate::check(self, json)
    }
}
