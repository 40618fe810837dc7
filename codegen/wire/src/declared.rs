//! Types by the place of the schema that declares them: for tools that meet a schema and a document at run time.

use crate::{Decode, Json, Posture, Violations, decode};

/// A declared type and the place of its schema.
#[derive(Clone, Copy, Debug)]
pub struct Declared {
    /// File and JSON pointer: `contracts/types/car.yaml#/$defs/Wheel`.
    pub place: &'static str,
    /// Module and name of the type: `types::Wheel`.
    pub name: &'static str,
    check: fn(&Json<'_>, Posture) -> Result<(), Violations>,
}

impl Declared {
    /// The type `T`, declared at `place`.
    pub const fn new<T: Decode>(place: &'static str, name: &'static str) -> Self {
        Self { place, name, check: |json, posture| decode::<T>(json, posture).map(drop) }
    }

    /// Whether a document is a value of the type.
    ///
    /// # Errors
    /// Every violation.
    pub fn check(&self, json: &Json<'_>, posture: Posture) -> Result<(), Violations> {
        (self.check)(json, posture)
    }
}
